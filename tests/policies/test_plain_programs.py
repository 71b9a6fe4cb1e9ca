"""The rules on programs in plain pulumi_aws and pulumi_cloudflare."""

from __future__ import annotations

import json

import pytest

from plan.model import Secret
from policies.network.rules import RULES as NETWORK
from tests.policies.plain import planned
from tests.policies.plans import BY_ID

# Where the bad programs break each rule on networks.
NETWORKS = {
    "database-subnets-private": "flat-db",
    "cache-subnets-private": "flat-cache",
    "compute-subnets-private": "flat-web flat-jobs six-web guise-nat",
    "private-without-public-address": "flat-web guise-nat",
    "nat-instance-forwards-only": "guise-nat",
    "internet-reaches-load-balancers-only": "flat-cache flat-web guise-nat loose-front",
    "admin-ports-closed-ipv4": "flat-web",
    "admin-ports-closed-ipv6": "flat-web",
    "no-all-protocol-ingress": "loose-everything",
    "egress-limited": "loose-front",
    "load-balancer-reaches-applications-only": "loose-front",
    "cache-reached-by-applications-only": "flat-cache",
    "database-reached-by-applications-only": "flat-db",
    "subnets-give-no-public-address": "loose-handing-out",
    "default-security-group-closed": "flat six loose guise",
    "no-default-vpc": "nowhere db cache",
    "security-group-rules-not-mixed": "loose-mixed",
    "network-acl-admin-ports-closed": "loose",
    "flow-logs-kept": "flat six loose guise",
    "security-groups-described": "loose-everything loose-mixed",
    "registry-reached-privately": "flat",
    "single-server-closed": "server",
}


def broken(*programs: str) -> dict[str, set[str]]:
    """Where each rule is broken, by the names of resources."""
    found: dict[str, set[str]] = {}
    for each in (finding for name in programs for finding in planned(name).findings):
        if each.status == "violation":
            found.setdefault(each.rule, set()).add(each.urn.rpartition("::")[2])
    return found


@pytest.mark.parametrize("program", ["good", "server-good"])
def test_a_good_program_has_no_findings(program: str) -> None:
    assert planned(program).findings == ()


def test_bad_programs_break_every_rule() -> None:
    assert set(BY_ID) - broken("bad", "server-bad").keys() == set()


def test_rules_on_networks_find_each_fault_where_it_is() -> None:
    assert NETWORKS.keys() == {rule.id for rule in NETWORK}
    found = broken("bad", "server-bad")
    assert {
        rule: set(names.split()) - found[rule] for rule, names in NETWORKS.items() if set(names.split()) - found[rule]
    } == {}


def test_a_password_in_plain_text_is_told_from_a_secret() -> None:
    given = {name: _inputs(name, "aws:rds/instance:Instance", "db")["password"] for name in ("good", "bad")}
    assert given == {"good": Secret(), "bad": Secret(plain=True)}
    cluster = "aws:rds/cluster:Cluster"
    assert _inputs("bad", cluster, "of-the-settings")["masterPassword"] == Secret(plain=True)
    assert _inputs("bad", cluster, "of-the-environment")["masterPassword"] == Secret()
    assert "hunter2-" not in json.dumps(planned("bad").document)


def test_no_finding_quotes_a_secret() -> None:
    said = json.dumps([each.to_json() for each in planned("bad").findings])
    assert "hunter2" not in said
    assert "IOSFODNN7EXAMPLE" not in said


def _inputs(program: str, kind: str, name: str) -> dict[str, object]:
    (found,) = (each for each in planned(program).plan.resources if (each.type, each.name) == (kind, name))
    return dict(found.inputs)
