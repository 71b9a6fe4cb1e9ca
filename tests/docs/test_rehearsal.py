"""The guide to rehearsals names the steps, commands and fields that there are."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from slipway.rehearsal.crashes import crashes
from slipway.rehearsal.data import data
from slipway.rehearsal.life import life
from slipway.rehearsal.results import Outcome, Rehearsal, Result
from slipway.rehearsal.teardown import UNPROTECT, teardown

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "rehearsal.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([a-z][^|`]*?) \| .+ \|$", re.MULTILINE)


def test_the_table_has_every_step_in_its_order() -> None:
    steps = [step.name for step in (*life(), *data(), *teardown(), *crashes(40))]
    told = [re.sub(r"creation \d+", "a creation", name) for name in steps]

    assert ROW.findall(GUIDE.partition("## What is simulated")[0]) == ["step", *told]


def test_every_field_of_the_document_is_told() -> None:
    document = Rehearsal("shop", "dev", 1.0, (Result("up", "", Outcome.PASSED, 1.0, ""),)).to_json()
    told = GUIDE.partition("## JSON")[2]

    assert [key for key in (*document, *document["steps"][0]) if f"`{key}`" not in told] == []
    assert [each.value for each in Outcome if f"`{each.value}`" not in told] == []


def test_the_commands_have_the_options_that_there_are() -> None:
    commands = [shlex.split(line) for line in re.findall(r"^    slipway (rehearse .+)$", GUIDE, re.MULTILINE)]
    used = {part for command in commands for part in command if part.startswith("--")}
    asked = subprocess.run(
        [sys.executable, "-m", "slipway", "rehearse", "--help"], cwd=ROOT, capture_output=True, check=True, text=True
    )

    assert len(commands) == 4
    assert [option for option in used if option not in asked.stdout] == []


def test_the_guide_to_data_takes_a_stack_down_as_the_rehearsal_does() -> None:
    section = (ROOT / "docs" / "data.md").read_text(encoding="utf-8").partition("## Taking a whole stack down")[2]

    assert f"pulumi {shlex.join(UNPROTECT)} --stack" in section
    assert "pulumi destroy --stack" in section
