"""All rules, in the order of their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import secrecy
from policies.aws import (
    cache,
    compute,
    containers,
    content_delivery,
    database,
    identity,
    keeping,
    load_balancer,
    storage,
    tags,
)
from policies.cloudflare import pages, workers, zone
from policies.docker import rules as docker
from policies.exceptions import exception_rules
from policies.network.rules import RULES as NETWORK
from policies.redis.rules import RULES as REDIS
from policies.server import rules as server

if TYPE_CHECKING:
    from policies.rule import Rule

_SUBJECTS = (
    cache.RULES,
    compute.RULES,
    containers.RULES,
    content_delivery.RULES,
    database.RULES,
    docker.RULES,
    identity.RULES,
    keeping.RULES,
    load_balancer.RULES,
    NETWORK,
    pages.RULES,
    REDIS,
    secrecy.RULES,
    server.RULES,
    storage.RULES,
    tags.RULES,
    workers.RULES,
    zone.RULES,
)
_ABOUT_STACKS: tuple[Rule, ...] = tuple(rule for rules in _SUBJECTS for rule in rules)

RULES: tuple[Rule, ...] = tuple(sorted((*_ABOUT_STACKS, *exception_rules(_ABOUT_STACKS)), key=lambda rule: rule.id))
