"""The good plans that are mutated: shipped stacks, other applications on file, a plain program, and grown plans."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.policies.mutants import grown
from tests.policies.plain import planned as plain
from tests.stacks.project import SHIPPED, planned, record

if TYPE_CHECKING:
    from plan.model import Plan

# One of each other application, in the environments that have what shipped stacks have not: a database, a NAT
# instance, CloudFront, a firewall before the load balancer.
FORMS = ("drops-production", "helpdesk-staging", "mentors-production", "videochat-production")
PLAIN = "plain program"
GROWN = {"one server": grown.one_server, "other hosts": grown.other_hosts, "tasks": grown.tasks}
BASES = (*SHIPPED, *FORMS, PLAIN, *GROWN)


@cache
def base(name: str) -> Plan:
    """One of the good plans; each is recorded once a session."""
    if name in GROWN:
        return GROWN[name]()
    return plain("good").plan if name == PLAIN else planned(name).plan


def record_all() -> None:
    """Record the plans of all stacks, two at a time."""
    record([*SHIPPED, *FORMS])
