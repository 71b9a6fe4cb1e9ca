"""All rules, in the order of their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.shared_redis import RULE as SHARED_REDIS

if TYPE_CHECKING:
    from policies.rule import Rule

RULES: tuple[Rule, ...] = (SHARED_REDIS,)
