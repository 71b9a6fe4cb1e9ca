"""The way back to an image that the deployment built before, on the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from plan.urns import type_of
from slipway.engine.workspace import Workspace
from slipway.orphans.records import resources
from tests.gate.noting import release_in
from tests.rehearsal.test_unshipped import project

if TYPE_CHECKING:
    from pathlib import Path

STACK = "drops-built"
DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
OF_A_RELEASE = {
    DEFINITION,
    "aws:ecs/service:Service",
    "aws:lambda/invocation:Invocation",
}
GONE = {"docker-build:index:Image", "slipway:docker:BuiltImage", "pulumi:providers:docker-build"}


def entries(engine: Workspace) -> dict[str, Any]:
    """Id and inputs of each resource of the state, by URN: any JSON."""
    state = resources(engine.export(STACK, secrets=True))
    return {each["urn"]: (each.get("id"), each.get("inputs")) for each in state}


@pytest.mark.slow  # some minutes: a whole stack is deployed three times
def test_the_former_image_runs_again_without_a_build_and_without_its_context(tmp_path: Path, pulumi_cli: Path) -> None:
    made = project(tmp_path / "project", STACK)
    with Workspace(made.directory, folder=tmp_path / "engine", pulumi=pulumi_cli, warm=True) as engine:
        first = engine.gate("up", STACK, "--no-policy-pack")
        assert first.ok, first.stdout + first.stderr
        former = entries(engine)
        shop = made.directory / "shop"
        (shop / "server.js").write_text("// serves otherwise\n")
        second = engine.gate("up", STACK, "--no-policy-pack")
        assert second.ok, second.stdout + second.stderr
        before = entries(engine)
        shop.rename(shop.with_name("elsewhere"))

        back = engine.gate("rollback", STACK)
        assert back.ok, back.stdout + back.stderr
        after = entries(engine)
        digest = release_in(engine.stacks.file(STACK))["digest"]
        definitions = [urn for urn in former if type_of(urn) == DEFINITION]
        assert definitions
        for urn in definitions:
            assert digest in str(former[urn])
            assert digest not in str(before[urn])
            assert after[urn][1] == former[urn][1]
        changed = {type_of(urn) for urn in {*before, *after} if before.get(urn) != after.get(urn)}
        assert changed - OF_A_RELEASE == GONE
        assert {type_of(urn) for urn in before.keys() - after.keys()} == GONE
