"""What a Worker with a secret is bound to, out of a state that the real engine wrote: told, and without any value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.workspace import Workspace
from slipway.readback.api import Api
from slipway.readback.compare import differences
from slipway.readback.wanted import wanted
from slipway.simulated.inventory import inventory
from tests.readback.edge import TOKEN, Edge, answering
from tests.rehearsal.projects import copied, write_stack
from tests.stacks.edge_forms import ACCOUNT, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STACK = "helpdesk-bound"
# What Cloudflare calls that which the provider calls otherwise.
NAMES = {
    "databaseId": "id",
    "bucketName": "bucket_name",
    "namespaceId": "namespace_id",
    "queueName": "queue_name",
    "className": "class_name",
}


def listed(bindings: list[dict[str, Any]]) -> list[dict[str, Any]]:  # Any: JSON
    """Bindings that the simulated cloud has, as Cloudflare lists them: without the values of secrets."""
    return [
        {NAMES.get(key, key): value for key, value in each.items() if not (key == "text" and "secret" in each["type"])}
        for each in bindings
    ]


def differing(state: dict[str, Any], answers: dict[str, Any]) -> list[str]:
    """What is read back of bindings where Cloudflare answers this."""
    (worker,) = wanted(state)
    with answering(Edge(answers)) as edge:
        asked = Api.of({"CLOUDFLARE_API_TOKEN": TOKEN, "CLOUDFLARE_BASE_URL": edge.base})
        return [str(each) for each in differences(asked, worker) if "the binding" in each.setting]


def hidden(state: dict[str, Any]) -> Iterator[object]:
    """The bindings of every resource in the state."""
    for each in state["deployment"]["resources"]:
        if "bindings" in each.get("inputs", {}):
            yield each["inputs"]["bindings"]


@pytest.mark.parametrize("gradual", [False, True], ids=["a script", "versions"])
def test_what_a_worker_with_a_secret_is_bound_to_is_compared_and_no_value_is_in_the_state(
    gradual: bool,  # noqa: FBT001 - a parameter
    pulumi_cli: Path,
    tmp_path: Path,
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    content = whole()
    content["slipway:topology"]["worker"]["gradual"] = gradual
    write_stack(copied(project), STACK, content)
    with Workspace(project, folder=tmp_path / "engine", pulumi=pulumi_cli) as engine:
        deployed = engine.up(STACK)
        assert deployed.ok, deployed.errors
        state = engine.export(STACK)
        (made,) = [each for each in inventory(engine.cloud) if each.inputs.get("bindings")]

    assert [each for each in hidden(state) if isinstance(each, list)] == [], "the engine shows them by itself now"
    secrets = [each["text"] for each in made.inputs["bindings"] if each["type"] == "secret_text"]
    assert secrets
    assert [each for each in secrets if each in json.dumps(state)] == []

    bound = listed(made.inputs["bindings"])
    assert {each["type"] for each in bound} == {
        "d1", "durable_object_namespace", "kv_namespace", "plain_text", "queue", "r2_bucket", "secret_text",
    }  # fmt: skip
    script = f"/accounts/{ACCOUNT}/workers/scripts/helpdesk-production"
    answers = {
        f"{script}/settings": {} if gradual else {"bindings": bound},
        f"{script}/versions/{made.id}": {"resources": {"bindings": bound}},
    }
    assert differing(state, answers) == []
    for each in bound:
        for key in {*each} & {*NAMES.values()}:
            each[key] += "-of-another"
    told = differing(state, answers)
    assert [line.partition("the binding ")[2].split()[0] for line in told] == sorted(
        each["name"] for each in bound if each["type"] not in ("plain_text", "secret_text")
    )
