"""What is read of the engine's answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from slipway.engine.process import Finished
from slipway.engine.results import PreviewResult, RunResult

if TYPE_CHECKING:
    from pathlib import Path


def said(message: str) -> str:
    return json.dumps({"diagnosticEvent": {"severity": "error", "message": message}}, ensure_ascii=False)


def test_a_message_may_hold_what_ends_a_line_elsewhere(tmp_path: Path) -> None:
    message = "one\x85two\u2028three\x0bfour\rfive\nsix"
    (tmp_path / "events").write_text(f"{said(message)}\n{said('more')}\n", encoding="utf-8")
    result = RunResult.read(Finished(1, "", ""), tmp_path / "events")
    assert [each.message for each in result.diagnostics] == [message, "more"]


def test_a_line_that_a_kill_cut_off_and_a_log_that_is_not_there_tell_nothing(tmp_path: Path) -> None:
    (tmp_path / "events").write_text(f"{said('whole')}\n{said('cut')[:-3]}")
    assert RunResult.read(Finished(-9, "", "all"), tmp_path / "events").errors == "whole"
    assert PreviewResult.read(Finished(1, "{}", "all"), tmp_path / "none").errors == "all"
