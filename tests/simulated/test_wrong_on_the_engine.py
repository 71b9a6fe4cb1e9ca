"""Some of the wrong programs on the real engine: it hears what the driver of the others hears."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from slipway.engine.workspace import Workspace
from tests.simulated.driving import in_form, read_cases

HERE = Path(__file__).parent
PARTS: dict[str, Any] = yaml.safe_load((HERE / "wrong" / "parts.yaml").read_text())
CASES = {
    case["case"]: case for name in ("aws-network", "aws-front") for case in read_cases(HERE / "wrong" / f"{name}.yaml")
}
AT_CHECK = "a target group whose name is too long"
AT_CREATE = "a subnet that overlaps another one"
NOT_VALIDATED = "a certificate that is not validated yet"


def workspace(case: str, form: str, folder: Path, pulumi_cli: Path) -> Workspace:
    chosen = CASES[case]
    program = {name: each for part in chosen.get("with", ()) for name, each in PARTS[part].items()}
    answers = folder / "answers.json"
    text = json.dumps(in_form({**program, **chosen["make"]}, form))
    answers.write_text(json.dumps({"config": {"program": text}}))
    return Workspace(HERE / "programs" / "case", folder=folder / "engine", pulumi=pulumi_cli, answers=answers)


def test_the_engine_tells_in_a_preview_what_inputs_alone_make_wrong(pulumi_cli: Path, tmp_path: Path) -> None:
    with workspace(AT_CHECK, "wrong", tmp_path, pulumi_cli) as engine:
        preview = engine.preview("dev")

    assert not preview.ok
    assert f"targets' has a problem: {CASES[AT_CHECK]['says']}" in preview.errors


@pytest.mark.parametrize("case", [AT_CREATE, pytest.param(NOT_VALIDATED, marks=pytest.mark.slow)])
def test_the_engine_previews_and_then_tells_what_other_objects_make_wrong(
    case: str, pulumi_cli: Path, tmp_path: Path
) -> None:
    with workspace(case, "wrong", tmp_path, pulumi_cli) as engine:
        preview = engine.preview("dev")
        deployed = engine.up("dev")

    assert preview.ok, preview.errors
    assert not deployed.ok
    assert CASES[case]["says"] in deployed.errors


def test_the_right_twin_lives_and_is_deleted_whole(pulumi_cli: Path, tmp_path: Path) -> None:
    with workspace("two routes for one destination", "right", tmp_path, pulumi_cli) as engine:
        deployed = engine.up("dev")
        again = engine.preview("dev")
        destroyed = engine.destroy("dev")
        left = list(engine.cloud.rglob("*.json"))

    assert [each.errors for each in (deployed, again, destroyed)] == ["", "", ""]
    assert set(again.changes) == {"same"}
    assert left == []
