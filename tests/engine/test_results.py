"""What is read of the engine's answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

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


WHOLE = '{"summaryEvent": {"resourceChanges": {"same": 1}}}\n'


def test_an_answer_that_is_whole_is_a_success(tmp_path: Path) -> None:
    (tmp_path / "events").write_text(WHOLE)
    result = PreviewResult.read(Finished(0, '{"changeSummary": {"same": 1}}', ""), tmp_path / "events")
    assert (result.ok, result.errors, result.changes) == (True, "", {"same": 1})


@pytest.mark.parametrize("log", [None, "", '{"sequence": 1}\n', WHOLE[:-1], f"{WHOLE[:30]}\n", "[]\n"])
def test_a_log_without_its_summary_is_no_success(tmp_path: Path, log: str | None) -> None:
    if log is not None:
        (tmp_path / "events").write_text(log)
    for result in (
        RunResult.read(Finished(0, "", ""), tmp_path / "events"),
        PreviewResult.read(Finished(0, '{"changeSummary": {}}', ""), tmp_path / "events"),
    ):
        assert not result.ok
        assert f"its event log in {tmp_path} is not whole" in result.errors
        assert "Is the disk full?" in result.errors


@pytest.mark.parametrize("stdout", ["", "{}", '{"steps": []}', '{"steps": [], "changeSummary": {"sa', "null"])
def test_a_preview_without_its_whole_document_is_no_success(tmp_path: Path, stdout: str) -> None:
    (tmp_path / "events").write_text(WHOLE)
    result = PreviewResult.read(Finished(0, stdout, ""), tmp_path / "events")
    assert not result.ok
    assert "its preview document in " in result.errors
