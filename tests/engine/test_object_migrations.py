"""Migrations of Durable Objects on the real engine: the state keeps their list, and what is deployed stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slipway.danger.judging import dangers
from slipway.engine.workspace import Workspace

PROGRAM = Path(__file__).parent / "programs" / "objects"
MADE: dict[str, object] = {"tag": "v1", "new_classes": ["Chat"]}
RENAMED: dict[str, object] = {"tag": "v2", "renamed_classes": {"Chat": "Room"}}


def answers(folder: Path, name: str, listed: list[dict[str, object]], migrated: str, bound: str) -> Path:
    """The settings of one run."""
    file = folder / f"{name}.yaml"
    config = {"class": bound, "migrations": json.dumps(listed), **({"migrated": migrated} if migrated else {})}
    file.write_text(json.dumps({"config": config}))
    return file


@pytest.mark.slow  # the engine starts four times
def test_a_list_grows_at_its_end_and_nothing_else_is_let_through(pulumi_cli: Path, tmp_path: Path) -> None:
    def engine(name: str, listed: list[dict[str, object]], migrated: str = "", bound: str = "Chat") -> Workspace:
        given = answers(tmp_path, name, listed, migrated, bound)
        return Workspace(PROGRAM, folder=tmp_path, pulumi=pulumi_cli, answers=given)

    with engine("first", [MADE]) as first:
        deployed = first.up("dev")
    with engine("changed", [{**MADE, "tag": "v0"}]) as changed:
        rewritten = dangers(changed.preview("dev").steps).endangered
    with engine("forgotten", [MADE, RENAMED], bound="Room") as forgotten:
        refused = forgotten.up("dev")
    with engine("next", [MADE, RENAMED], migrated="v1", bound="Room") as following:
        grown = following.preview("dev")
        applied = following.up("dev")

    assert deployed.ok, deployed.errors
    assert [each.happens for each in rewritten] == ["rewritten"]
    assert "Migration tag precondition failed; current tag is v1" in refused.errors
    assert dangers(grown.steps).endangered == ()
    assert applied.ok, applied.errors
