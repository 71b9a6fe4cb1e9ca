"""All rules, in the order of their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.exceptions import exception_rules
from policies.network.rules import RULES as NETWORK
from policies.shared_redis import RULE as SHARED_REDIS

if TYPE_CHECKING:
    from policies.rule import Rule

_ABOUT_STACKS: tuple[Rule, ...] = (*NETWORK, SHARED_REDIS)

RULES: tuple[Rule, ...] = tuple(sorted((*_ABOUT_STACKS, *exception_rules(_ABOUT_STACKS)), key=lambda rule: rule.id))
