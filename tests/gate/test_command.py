"""`tools/gate` as a command: a verdict of its own for each run, and no option that does nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from slipway.errors import UsageError
from slipway.gate import __main__ as command
from slipway.gate.engine import PREVIEW_SECONDS
from slipway.gate.stages import Gate
from slipway.gate.supervision import Limits

PETS = Path(__file__).resolve().parents[1] / "engine" / "programs" / "pets"
STAGES = ("preview", "up", "unlock")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """The exit code of the command."""
    monkeypatch.setattr(sys, "argv", ["tools/gate", *arguments])
    monkeypatch.setattr(sys, "stdout", sys.__stdout__)
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    with pytest.raises(SystemExit) as ended:
        command.main()
    return ended.value.code


def judged(monkeypatch: pytest.MonkeyPatch, out: Path, stage: str, *options: str) -> tuple[int | str | None, Any]:
    """Exit code and verdict of a stage, in a folder where an earlier one went well."""
    out.mkdir(exist_ok=True)
    (out / command.VERDICT).write_text('{"exitCode": 0, "headline": "an earlier one"}')
    code = run(monkeypatch, stage, "dev", "--project", str(PETS), "--out", str(out), *options)
    return code, json.loads((out / command.VERDICT).read_text())


def test_wrong_usage_leaves_a_verdict_and_not_that_of_an_earlier_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    settings = ["--config-file", str(tmp_path / "settings.yaml")]
    code, verdict = judged(monkeypatch, tmp_path / "out", "up", *settings, "--approve", "urn:pulumi:dev::pets::*")
    assert (code, verdict["exitCode"], verdict["stage"], verdict["deployed"]) == (2, 2, "up", False)
    assert "Patterns approve nothing" in verdict["headline"] + verdict["detail"]
    assert "### up `dev`: wrong usage" in summary.read_text()


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_that_is_cancelled_before_the_engine_starts_leaves_a_verdict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stage: str
) -> None:
    def cancelled(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Gate, stage, cancelled)
    code, verdict = judged(monkeypatch, tmp_path, stage)
    assert (code, verdict["exitCode"], verdict["stage"]) == (130, 130, stage)


def test_a_run_that_cannot_judge_leaves_no_verdict_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr(Gate, "preview", broken)
    (tmp_path / command.VERDICT).write_text("{}")
    assert run(monkeypatch, "preview", "dev", "--project", str(PETS), "--out", str(tmp_path)) == 1
    assert not (tmp_path / command.VERDICT).exists()


@pytest.mark.parametrize(
    "option",
    [
        "--timeout=5",
        "--grace=5",
        "--policy-pack=.",
        "--no-policy-pack",
        "--approve=urn",
        "--no-approvals",
        "--config-file=file",
    ],
)
def test_unlock_takes_no_option_that_it_has_no_use_for(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command._parser().parse_args(["unlock", "dev", option])
    assert ended.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err


def test_only_a_simulated_deployment_goes_unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    given = command._parser().parse_args(["up", "dev", "--no-policy-pack", "--project", str(PETS)])
    monkeypatch.delenv("SLIPWAY_SIMULATED_STATE", raising=False)
    with pytest.raises(UsageError, match="only in a simulated cloud"):
        command._gate(given)
    monkeypatch.setenv("SLIPWAY_SIMULATED_STATE", "somewhere")
    assert command._gate(given).engine.policy_packs == ()


@pytest.mark.parametrize(
    ("arguments", "whole", "preview"),
    [
        (["preview", "dev"], PREVIEW_SECONDS, PREVIEW_SECONDS),
        (["preview", "dev", "--timeout", "3600"], 3600, 3600),
        (["up", "dev", "--timeout", "3600"], 3600, PREVIEW_SECONDS),
    ],
)
def test_a_preview_by_itself_may_take_what_it_is_given(arguments: list[str], whole: float, preview: float) -> None:
    engine = command._gate(command._parser().parse_args([*arguments, "--project", str(PETS)])).engine
    assert engine.limits == Limits(seconds=whole, grace=900)
    assert engine.preview_seconds == preview
