"""A release of a Worker that is given to some requests first: tried, promoted, taken back, on the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from slipway.engine.workspace import Workspace
from slipway.project import Project
from slipway.simulated.inventory import inventory
from tests.rehearsal.projects import copied, write_stack
from tests.stacks.edge_forms import at_the_edge

if TYPE_CHECKING:
    from pathlib import Path

STACK = "helpdesk-gradual"
VERSION = "cloudflare:index/workerVersion:WorkerVersion"
DEPLOYMENT = "cloudflare:index/workersDeployment:WorkersDeployment"
OLD = {"kind": "worker", "main": "dist/a/worker.js", "sha256": "aa" * 32}
NEW = {"main": "dist/b/worker.js", "sha256": "bb" * 32}


class Desk:
    """The help desk with releases as versions, in a project of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = copied(folder)
        self.said = at_the_edge("helpdesk", "staging", gradual=True)

    def write(self, release: dict[str, Any], **worker: Any) -> None:
        """The stack file with that release."""
        topology = self.said["slipway:topology"]
        changed = {**topology, "release": release, "worker": {**topology["worker"], **worker}}
        write_stack(self.folder, STACK, {**self.said, "slipway:topology": changed})


def shares(engine: Workspace) -> dict[str, float]:
    """By the first letters of its sum, how many of 100 requests each version gets."""
    things = inventory(engine.cloud)
    names = {each.id: each.inputs["annotations"]["workersTag"][:2] for each in things if each.type == VERSION}
    (deployment,) = (each for each in things if each.type == DEPLOYMENT)
    return {names[each["versionId"]]: each["percentage"] for each in deployment.inputs["versions"]}


def release(engine: Workspace) -> dict[str, Any]:
    """The release that the stack file names, which the gate writes."""
    found: dict[str, Any] = yaml.safe_load(engine.stacks.file(STACK).read_text())["config"]["slipway:topology"]
    named: dict[str, Any] = found["release"]
    return named


def uploaded(engine: Workspace) -> set[str]:
    return {each.id for each in inventory(engine.cloud) if each.type == VERSION}


@pytest.mark.slow  # a whole stack is deployed seven times
def test_a_release_is_tried_promoted_and_left_again_without_another_upload(tmp_path: Path, pulumi_cli: Path) -> None:
    desk = Desk(tmp_path / "project")
    desk.write(OLD)
    made = Project.find(desk.folder)
    with Workspace(made.directory, folder=tmp_path / "engine", pulumi=pulumi_cli, warm=True) as engine:
        first = engine.up(STACK)
        assert first.ok, first.errors
        assert shares(engine) == {"aa": 100}

        desk.write(OLD, migrated="v1")
        noted = engine.up(STACK)
        assert noted.ok, noted.errors
        (old,) = uploaded(engine)

        desk.write({**OLD, "candidate": {**NEW, "percent": 10}}, migrated="v1")
        previewed = engine.preview(STACK)
        assert previewed.ok, previewed.errors
        tried = engine.up(STACK)
        assert tried.ok, tried.errors
        assert shares(engine) == {"aa": 90, "bb": 10}
        assert engine.preview(STACK).changes.keys() == {"same"}
        (new,) = uploaded(engine) - {old}

        desk.write({**OLD, "candidate": {**NEW, "percent": 50}}, migrated="v1")
        assert engine.up(STACK).ok
        assert shares(engine) == {"aa": 50, "bb": 50}
        assert uploaded(engine) == {old, new}

        desk.write({"kind": "worker", **NEW}, migrated="v1")
        promoted = engine.up(STACK)
        assert promoted.ok, promoted.errors
        assert shares(engine) == {"bb": 100}
        assert uploaded(engine) == {new}


@pytest.mark.slow  # a whole stack is deployed five times
def test_the_gate_goes_back_from_a_trial_and_from_a_promoted_release(tmp_path: Path, pulumi_cli: Path) -> None:
    desk = Desk(tmp_path / "project")
    made = Project.find(desk.folder)
    without: dict[str, Any] = {"migrations": [], "objects": {}}
    desk.write(OLD, **without)
    with Workspace(made.directory, folder=tmp_path / "engine", pulumi=pulumi_cli, warm=True) as engine:
        assert engine.gate("up", STACK).ok
        desk.write({**OLD, "candidate": {**NEW, "percent": 10}}, **without)
        assert engine.gate("up", STACK).ok

        back = engine.gate("rollback", STACK)
        assert back.ok, back.stdout + back.stderr
        assert "with dist/b/worker.js bbbbbbbbbbbb… for 10 of 100 requests" in back.detail
        assert shares(engine) == {"aa": 100}
        assert release(engine) == OLD

        desk.write({**OLD, "candidate": {**NEW, "percent": 50}}, **without)
        assert engine.gate("up", STACK).ok
        desk.write({"kind": "worker", **NEW}, **without)
        assert engine.gate("up", STACK).ok
        again = engine.gate("rollback", STACK)
        assert again.ok, again.stdout + again.stderr
        assert shares(engine) == {"aa": 100}
        assert release(engine) == OLD
