"""People write faults in a file, and are told where it does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.fault_files import read_faults
from slipway.errors import UsageError
from slipway.simulated.faults import KINDS, Fault, FaultError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text",
    [
        '- {kind: slow, seconds: 2}\n- {kind: fail, type: "aws:*"}',
        '[{"kind":"slow","seconds":2},{"kind":"fail","type":"aws:*"}]',
    ],
)
def test_people_write_faults_as_yaml_or_json(tmp_path: Path, text: str) -> None:
    file = tmp_path / "faults"
    file.write_text(text)

    assert read_faults(file) == (Fault(kind="slow", seconds=2), Fault(kind="fail", type="aws:*"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: fail", "given dict; a list is wanted."),
        ("- fail", "[0]: given 'fail'; a mapping with a kind is wanted, as in `kind: fail`."),
        ("- {kind: fail}\n- {nth: 2}", "[1]: given {'nth': 2}; a mapping with a kind is wanted"),
        ("- {kind: fail, op: create}", "[0]: op: not known here; allowed: kind, operation, type, name, nth, times, "),
        ("- {kind: fail, nth: third}", "[0]: nth: given 'third'; a whole number is wanted."),
        ("- {kind: fail, times: true}", "[0]: times: given True; a whole number is wanted."),
        ("- {kind: fail, name: 3}", "[0]: name: given 3; a text is wanted."),
        ("- {kind: boom}", "[0]: kind: given 'boom'; allowed: fail, throttle"),
        ("- {kind: fail", ":1: is not YAML"),
    ],
)
def test_a_file_of_faults_that_does_not_fit_is_refused_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(text)

    with pytest.raises(UsageError) as refused:
        read_faults(file)
    assert message in str(refused.value)
    assert str(refused.value).startswith(str(file))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": "explode"}, f"kind: given 'explode'; allowed: {', '.join(KINDS)}."),
        ({"kind": "fail", "operation": "up"}, "operation: given 'up'; allowed: create, read, "),
        ({"kind": "replace"}, "operation of replace: given 'create'; allowed: diff."),
        (
            {"kind": "unhealthy", "operation": "delete"},
            "operation of unhealthy: given 'delete'; allowed: create, update",
        ),
        ({"kind": "fail", "nth": 0}, "nth: given 0; 1 or more is allowed."),
        ({"kind": "fail", "times": -1}, "times: given -1; 0 or more is allowed."),
        ({"kind": "slow", "seconds": float("nan")}, "seconds: given nan; 0 to 86400 are allowed."),
        ({"kind": "slow"}, "seconds: given 0; a slow operation needs how many seconds it waits."),
    ],
)
def test_a_fault_that_cannot_be_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(FaultError) as refused:
        Fault(**given)

    assert message in str(refused.value)
