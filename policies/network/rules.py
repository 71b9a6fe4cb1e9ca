"""All rules on networks, and the numbers that they have in the reference list of demands."""

from __future__ import annotations

from typing import Final

from policies.network import defaults, private_subnets, tiers, upkeep, world

RULES: Final = (*private_subnets.RULES, *world.RULES, *tiers.RULES, *defaults.RULES, *upkeep.RULES)

# Beyond the list: private-without-public-address, nat-instance-forwards-only and single-server-closed.
NUMBERS: Final[dict[int, tuple[str, ...]]] = {
    1: ("database-subnets-private",),
    2: ("cache-subnets-private",),
    3: ("compute-subnets-private",),
    4: ("subnets-give-no-public-address",),
    5: ("internet-reaches-load-balancers-only",),
    6: ("load-balancer-reaches-applications-only",),
    7: ("cache-reached-by-applications-only",),
    8: ("database-reached-by-applications-only",),
    9: ("admin-ports-closed-ipv4",),
    10: ("admin-ports-closed-ipv6",),
    11: ("no-all-protocol-ingress",),
    12: ("egress-limited",),
    13: ("default-security-group-closed",),
    14: ("network-acl-admin-ports-closed",),
    15: ("flow-logs-kept",),
    16: ("no-default-vpc",),
    17: ("security-groups-described",),
    18: ("registry-reached-privately",),
    19: ("security-group-rules-not-mixed",),
}
