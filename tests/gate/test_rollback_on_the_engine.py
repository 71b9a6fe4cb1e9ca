"""The way back from a release that failed and that ECS has turned back by itself, on the real engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import yaml

from slipway.engine.workspace import Workspace
from slipway.project import Project
from slipway.rehearsal.changes import Settings
from slipway.rehearsal.likeness import World, unlike
from slipway.simulated.faults import Fault, write_faults
from slipway.simulated.inventory import inventory
from slipway.simulated.store import Store
from tests.rehearsal.projects import copied

if TYPE_CHECKING:
    from pathlib import Path

    from slipway.simulated.store import Object

STACK = "orders-containers"
SERVICE, DEFINITION = "aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"


def world(workspace: Workspace) -> World:
    return World(inventory(workspace.cloud), workspace.export(STACK, secrets=True))


def service(workspace: Workspace) -> Object:
    (found,) = (each for each in inventory(workspace.cloud) if each.type == SERVICE)
    return found


def image(file: Path) -> str:
    named: str = yaml.safe_load(file.read_text())["config"]["slipway:topology"]["release"]["image"]
    return named


@pytest.mark.slow  # a minute and a half: a whole stack is deployed three times
def test_what_ecs_has_turned_back_by_itself_is_brought_back_and_recorded(tmp_path: Path, pulumi_cli: Path) -> None:
    made = Project.find(copied(tmp_path / "project"))
    with Workspace(made.directory, folder=tmp_path / "engine", pulumi=pulumi_cli, warm=True) as engine:
        settings = Settings.of(engine.project, STACK)
        assert settings
        deployed = engine.gate("up", STACK)
        assert deployed.ok, deployed.stdout
        before, definition = world(engine), service(engine).inputs["taskDefinition"]

        changes, _ = settings.released(tmp_path)
        engine.stacks.change(STACK, changes)
        write_faults(engine.cloud, [Fault(kind="unhealthy", operation="update", type=SERVICE)])
        failed = engine.gate("up", STACK)
        assert (failed.exit_code, failed.deployed) == (1, True), failed.stdout
        write_faults(engine.cloud, ())
        now = service(engine)
        assert now.inputs["taskDefinition"] != definition
        # What its circuit breaker does: the service runs what it ran before. Nobody tells Pulumi.
        turned = replace(now, inputs={**now.inputs, "taskDefinition": definition})
        Store(engine.cloud / "aws").replace(turned)

        back = engine.gate("rollback", STACK)
        assert back.ok, back.stdout + back.stderr
        assert "which failed" in back.detail
        assert image(engine.stacks.file(STACK)) == image(made.stack_file(STACK))
        assert unlike(world(engine), before) == []

        engine.stacks.change(STACK, {})
        again = engine.gate("rollback", STACK)
        assert (again.exit_code, again.deployed) == (2, False)
        assert "no other release was deployed before" in again.headline
        assert engine.preview(STACK).changes.keys() == {"same"}
