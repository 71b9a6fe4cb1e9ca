"""The shipped stack at Cloudflare's edge has what its document's first option asks for, and nothing of a server."""

from __future__ import annotations

import json

import pytest

from config.cloudflare import Cloudflare
from tests.components.planning import inside
from tests.stacks.project import AT_THE_EDGE, MARK, graph, planned, settings, text

STACK = "helpdesk-edge"
CLOUDFLARE = "cloudflare:index"


def made(kind: str) -> list[str]:
    return [each.name for each in graph(STACK).of_type(f"{CLOUDFLARE}/{kind[0].lower()}{kind[1:]}:{kind}")]


@pytest.mark.parametrize("stack", AT_THE_EDGE)
def test_it_is_production_without_findings_notices_or_warnings(stack: str) -> None:
    found = planned(stack)
    assert settings(stack).environment == "production"
    assert found.findings == ()
    assert found.plan.notices == ()
    assert [log for log in found.plan.logs if log.severity != "info"] == []
    assert MARK not in text(stack)


def test_every_component_that_the_document_names_is_there_once() -> None:
    for kind in ("WorkersScript", "D1Database", "R2Bucket", "WorkersCustomDomain"):
        assert len(made(kind)) == 1
    (worker,) = graph(STACK).of_type(f"{CLOUDFLARE}/workersScript:WorkersScript")
    assert inside(worker.inputs["assets"], "directory")
    assert inside(worker.inputs["migrations"], "steps") == [{"newSqliteClasses": ["Room"]}]
    assert made("WorkersCronTrigger") == [], "the example runs nothing by the clock"


def test_its_tables_are_those_of_the_example_and_are_there_before_the_worker() -> None:
    (applied,) = graph(STACK).of_type("command:local:Command")
    (worker,) = graph(STACK).of_type(f"{CLOUDFLARE}/workersScript:WorkersScript")
    assert inside(applied.inputs["environment"], "D1_MIGRATIONS") == "examples/edge-chat/migrations"
    assert applied.urn in worker.property_dependencies["bindings"]


def test_one_worker_takes_the_place_of_both_servers() -> None:
    topology = settings(STACK).topology
    assert isinstance(topology, Cloudflare)
    assert set(topology.worker.replaces) == set(settings(STACK).application.services)
    assert not any(each.type.startswith("aws:") for each in graph(STACK).plan.resources)


def test_its_data_and_the_secret_that_it_makes_stay_when_they_leave_the_program() -> None:
    kept = {each.name for each in graph(STACK).plan.resources if each.protect}
    assert kept == {"helpdesk-database-d1", "helpdesk-uploads-r2", "helpdesk-secrets-JWT_SECRET-value"}


def test_its_secret_is_a_secret_wherever_the_plan_has_it() -> None:
    (worker,) = [each for each in json.loads(text(STACK))["resources"] if each["type"].endswith(":WorkersScript")]
    (bound,) = [each for each in worker["inputs"]["bindings"] if each["type"] == "secret_text"]
    assert bound == {"name": "JWT_SECRET", "type": "secret_text", "text": "[secret]"}
    assert "plain_text" not in {each["type"] for each in worker["inputs"]["bindings"]}
