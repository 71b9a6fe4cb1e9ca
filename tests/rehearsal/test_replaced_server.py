"""A server with containers is replaced on the real engine: containers come anew, and data stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.workspace import Workspace
from slipway.project import Project, as_data
from tests.stacks.project import folder
from tests.stacks.test_server_applications import MACHINES

if TYPE_CHECKING:
    from pathlib import Path

TOPOLOGY = "slipway:topology"
ANEW = ("/container:Container::", "/network:Network::", "/remoteImage:RemoteImage::", "local:Command::")


def state(engine: Workspace, stack: str) -> dict[str, Any]:  # Any: a state is any JSON
    """What is there by URN: its id, and what an image, whose id is the same everywhere, was pulled for."""
    found = engine.export(stack)["deployment"]["resources"]
    assert not [each["urn"] for each in found if each.get("delete")]
    return {each["urn"]: (each.get("id"), each.get("inputs", {}).get("triggers")) for each in found}


@pytest.mark.parametrize(
    ("stack", "provider"),
    [("drops-containers", "hetzner"), pytest.param("drops-production-images", "aws", marks=pytest.mark.slow)],
)
def test_another_server_is_given_everything_anew_but_its_data(
    stack: str, provider: str, pulumi_cli: Path, tmp_path: Path
) -> None:
    project = folder()
    declared = as_data(Project.find(project).config(stack).objects[TOPOLOGY])
    assert isinstance(declared, dict)
    with Workspace(project, folder=tmp_path / "engine", pulumi=pulumi_cli, warm=True) as engine:
        first = engine.up(stack)
        assert first.ok, first.errors
        before = state(engine, stack)

        engine.stacks.change(stack, {TOPOLOGY: {**declared, "swap": 3}})  # other user data is another server
        second = engine.up(stack)
        assert second.ok, second.errors
        after = state(engine, stack)

        last = engine.up(stack)
        assert last.ok, last.errors
        assert state(engine, stack) == after, "nothing is left to do"

    assert before.keys() == after.keys()
    replaced = {urn for urn, was in before.items() if after[urn] != was}
    (server,) = (urn for urn in before if f"{MACHINES[provider]}::" in urn)
    assert server in replaced
    on_engine = {urn for urn in before if any(kind in urn for kind in ANEW)}
    assert on_engine <= replaced
    assert not [urn for urn in replaced if "docker:index/volume:Volume::" in urn or "random" in urn]
