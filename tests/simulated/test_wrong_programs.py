"""Programs that a real provider or cloud refuses, from errors that others have published, each with its right twin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.simulated.driving import RefusedError, carry_out, read_cases

WRONG = Path(__file__).with_name("wrong")
PARTS: dict[str, Any] = yaml.safe_load((WRONG / "parts.yaml").read_text())
CASES = {
    f"{file.stem}: {case['case']}": case
    for file in sorted(WRONG.glob("*.yaml"))
    if file.stem != "parts"
    for case in read_cases(file)
}


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_program_is_refused_where_and_as_a_real_one_is(name: str, tmp_path: Path) -> None:
    case = CASES[name]

    with pytest.raises(RefusedError) as refused:
        carry_out(case, "wrong", tmp_path, PARTS)

    assert case["says"] in refused.value.says
    assert refused.value.at == case["at"], refused.value
    assert refused.value.name == case.get("on", refused.value.name)


@pytest.mark.parametrize("name", CASES)
def test_its_right_twin_is_not(name: str, tmp_path: Path) -> None:
    carry_out(CASES[name], "right", tmp_path, PARTS)


def test_a_case_says_nothing_that_nobody_reads() -> None:
    """As `on` without quotation marks does, which is a flag in YAML."""
    read = {"at", "case", "make", "on", "package", "says", "source", "then", "told", "with"}

    assert {name: set(case) - read for name, case in CASES.items() if set(case) - read} == {}


def test_every_wrong_program_says_where_its_error_was_published() -> None:
    assert [name for name, case in CASES.items() if not case.get("source")] == []
    assert len(CASES) > 40
