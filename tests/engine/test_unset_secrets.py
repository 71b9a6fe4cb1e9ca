"""A stack runs in the simulation before anyone has chosen its passwords."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from slipway.engine.unset_secrets import unset_secrets
from slipway.engine.workspace import Workspace
from slipway.project import Project
from slipway.simulated.lookups import note_lookup, simulated_lookups

ROOT = Path(__file__).parents[2]
PASSWORD = "secrets:DATABASE_PASSWORD"  # noqa: S105 - a name


@pytest.mark.parametrize(
    ("answers", "unset"),
    [
        ({}, (PASSWORD,)),
        ({"config": {PASSWORD: "given"}}, ()),
        ({"config": {"secrets:ANOTHER": "given"}}, (PASSWORD,)),
    ],
)
def test_a_secret_that_neither_file_nor_answers_set_is_named(
    answers: dict[str, dict[str, str]], unset: tuple[str, ...]
) -> None:
    assert unset_secrets(Project.find(ROOT), "orders-dev", answers) == unset


def test_a_project_of_others_and_a_stack_that_is_not_there_need_nothing_that_we_know() -> None:
    assert unset_secrets(Project.find(Path(__file__).parent / "programs" / "settings"), "dev", {}) == ()
    assert unset_secrets(Project.find(ROOT), "nowhere", {}) == ()


def test_simulated_pulumi_names_the_functions_whose_results_were_made_up(pulumi_cli: Path, tmp_path: Path) -> None:
    note_lookup(tmp_path / "cloud", "aws:ec2/getAmi:getAmi")

    told = subprocess.run(
        [ROOT / "tools" / "simulated-pulumi", "--state", tmp_path, "--", "version"],
        cwd=Path(__file__).parent / "programs" / "settings", env={**os.environ, "SLIPWAY_PULUMI": str(pulumi_cli)},
        capture_output=True, check=True, text=True,
    ).stderr  # fmt: skip

    assert "Simulated: made up in this cloud so far: results of aws:ec2/getAmi:getAmi." in told


def test_a_shipped_stack_is_planned_without_any_answer_and_its_file_stays_as_it_is(pulumi_cli: Path) -> None:
    file = ROOT / "config" / "Pulumi.orders-dev.yaml"
    before = file.read_bytes()
    with Workspace(ROOT, pulumi=pulumi_cli) as workspace:
        planned = workspace.preview("orders-dev")
        asked = simulated_lookups(workspace.cloud)

    assert planned.ok, planned.errors
    assert asked == ("aws:ssm/getParameter:getParameter",)
    assert file.read_bytes() == before
