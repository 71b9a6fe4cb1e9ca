"""What a rehearsal made up is told, by who reads it and by what does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from rich.console import Console

from slipway.rehearsal.made_up import MadeUp
from slipway.rehearsal.report import print_rehearsal
from slipway.rehearsal.results import Rehearsal
from slipway.simulated.lookups import note_lookup

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

IMAGE = "aws:ec2/getAmi:getAmi"


def shown(made_up: MadeUp, capsys: pytest.CaptureFixture[str]) -> str:
    print_rehearsal(Console(width=200), Rehearsal("shop", "dev", 1, (), made_up=made_up))
    return capsys.readouterr().out


def test_made_up_results_and_placeholders_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note_lookup(tmp_path, IMAGE)
    workspace: Any = SimpleNamespace(cloud=tmp_path, stacks=SimpleNamespace(unset_secrets=lambda _: ("secrets:key",)))
    made_up = MadeUp.of(workspace, "dev")

    document = Rehearsal("shop", "dev", 1, (), made_up=made_up).to_json()

    assert document["made_up"] == {"lookups": [IMAGE], "secrets": ["secrets:key"]}
    line = f"Made up (docs/answers.md): results of {IMAGE}; placeholders for secrets:key"
    assert line in shown(made_up, capsys)


def test_where_nothing_was_made_up_no_line_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Made up" not in shown(MadeUp(), capsys)
