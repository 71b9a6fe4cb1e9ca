"""An application that the internet reaches nowhere has no load balancer, in each topology of AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from plan.graph import Graph
from tests.stacks.container_forms import contained
from tests.stacks.forms import form
from tests.stacks.paths import WORLD, connections
from tests.stacks.project import answered, refused, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.planning import Planned

KINDS: dict[str, Callable[..., dict[str, Any]]] = {"machines": form, "tasks": contained}  # Any: any YAML
QUIET = {"nobody-answers": None, "errors": None}  # of requests


def _workers(kind: str, environment: str, **more: Any) -> dict[str, Any]:
    """Orders whose one service nobody reaches."""
    made = KINDS[kind]("orders", environment)
    for part in ("load_balancer", "dns"):
        made["slipway:topology"].pop(part, None)
    api = {"public": False, "derived": {"FRONTEND_URL": None, "CORS_ORIGINS": None}}
    frontend = {"kind": "none", "url": None}
    made["slipway:overrides"] = {"services": {"api": api}, "frontend": frontend, "alerts": QUIET, **more}
    return made


def _planned(kind: str, environment: str) -> Planned:
    return answered(write(f"orders-quiet-{kind}", _workers(kind, environment)))


@pytest.mark.parametrize("environment", ["development", "production"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_public_is_planned_without_a_load_balancer(kind: str, environment: str) -> None:
    found = _planned(kind, environment)
    assert [each for each in found.findings if each.level == "mandatory"] == []
    assert [each.name for each in found.plan.resources if each.type.startswith(("aws:lb/", "aws:wafv2/"))] == []
    assert not {"url", "loadBalancer"} & set(found.plan.outputs)
    assert {"services" if kind == "tasks" else "groups", "dashboard"} <= set(found.plan.outputs)
    assert [edge for edge in connections(Graph(found.plan)) if edge[0] == WORLD] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_public_needs_a_load_balancer_and_the_refusal_says_how(kind: str) -> None:
    made = KINDS[kind]("orders", "staging")
    del made["slipway:topology"]["load_balancer"]
    message = refused(f"orders-bare-{kind}", made)
    assert "slipway:topology.load_balancer: a load balancer leads" in message
    assert "here api; write load_balancer: {listener: {kind: https}}" in message
    assert message.count("\n") == 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_about_requests_is_refused_where_there_are_none(kind: str) -> None:
    message = refused(f"orders-limited-{kind}", _workers(kind, "staging", rate_limit=5, alerts={}))
    told = [line for line in message.splitlines() if "so there are no requests; take it out" in line]
    # The alerts of processors and memory stay.
    assert [line.split(": ")[1].split(":")[-1] for line in told] == [
        "overrides.rate_limit",
        "alerts.nobody-answers.metric",
        "alerts.errors.metric",
    ]
