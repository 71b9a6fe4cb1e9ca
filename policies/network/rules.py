"""All rules on networks."""

from __future__ import annotations

from typing import Final

from policies.network import defaults, private_subnets, tiers, upkeep, world

RULES: Final = (*private_subnets.RULES, *world.RULES, *tiers.RULES, *defaults.RULES, *upkeep.RULES)
