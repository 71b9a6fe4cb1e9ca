"""`tools/gate` as a command: a verdict of its own for each run, and no option that does nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from slipway.errors import UsageError
from slipway.files import write
from slipway.gate import __main__ as command
from slipway.gate.commit import commit_of
from slipway.gate.engine import PREVIEW_SECONDS
from slipway.gate.options import parser
from slipway.gate.rollback import Wish
from slipway.gate.stages import REVIEWED, Gate
from slipway.gate.supervision import Limits
from slipway.gate.verdict import Judgement, Verdict
from slipway.project import Project

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
    (tmp_path / "settings.yaml").write_text("")
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


def test_a_run_that_cannot_judge_says_so_in_its_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr(Gate, "preview", broken)
    code, verdict = judged(monkeypatch, tmp_path, "preview")
    assert (code, verdict["exitCode"], verdict["headline"]) == (
        1,
        1,
        "somewhere: No space left on device. Make room there.",
    )


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("place", ["/proc/x", "a-file", "a-file/below"])
def test_a_folder_that_takes_no_files_is_found_before_the_engine_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str], stage: str, place: str
) -> None:
    (tmp_path / "a-file").write_text("")
    monkeypatch.setattr(Gate, stage, lambda *_: pytest.fail("the stage ran"))
    out = tmp_path / place
    assert run(monkeypatch, stage, "dev", "--project", str(PETS), "--out", str(out)) == 2
    said = capfd.readouterr().err
    assert said.startswith(f"error: {out}: no file can be written here: ")
    assert said.endswith("Give a folder that takes files: --out DIR.\n")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--policy-pack", "/nope"], "--policy-pack /nope: is no policy pack: there is no PulumiPolicy.yaml."),
        (["--policy-pack", str(PETS)], f"--policy-pack {PETS}: is no policy pack"),
        (["--config-file", "/nope.yaml"], "--config-file /nope.yaml: there is no such file."),
    ],
)
def test_what_an_option_names_is_looked_for_before_the_engine_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: list[str], said: str
) -> None:
    monkeypatch.setattr(Gate, "preview", lambda *_: pytest.fail("the stage ran"))
    code, verdict = judged(monkeypatch, tmp_path, "preview", *option)
    assert (code, verdict["exitCode"]) == (2, 2)
    assert verdict["headline"].startswith(said)


def test_a_rollback_is_told_what_was_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[Wish] = []

    def noted(_: Gate, wish: Wish) -> Verdict:
        asked.append(wish)
        return Verdict.ended("rollback", "dev", Judgement(0, "nothing changes."))

    monkeypatch.setattr(command, "roll_back", noted)
    assert judged(monkeypatch, tmp_path, "rollback")[0] == 0
    assert judged(monkeypatch, tmp_path, "rollback", "--to", "a.tar.gz", "--dry-run", "--with-other-changes")[0] == 0
    assert asked == [Wish(), Wish(to="a.tar.gz", dry=True, with_other_changes=True)]


def test_a_summary_that_cannot_be_written_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "nowhere" / "summary.md"))
    assert judged(monkeypatch, tmp_path, "preview", "--policy-pack", "/nope")[0] == 2
    assert run(monkeypatch, "preview", "a/b", "--project", str(PETS)) == 2


@pytest.mark.parametrize("given", ["abc", "0", "-1", "nan", "inf", "", "1e999"])
@pytest.mark.parametrize("option", ["--timeout", "--grace"])
def test_a_time_is_a_number_above_nothing(option: str, given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["up", "dev", f"{option}={given}"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert f"argument {option}: given {given!r}; a number of seconds" in said


def test_unlock_may_wait_for_nothing_and_for_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert parser().parse_args(["unlock", "dev", "--wait", "0"]).wait == 0
    with pytest.raises(SystemExit):
        parser().parse_args(["unlock", "dev", "--wait", "soon"])
    assert "given 'soon'; a number of seconds is wanted" in capsys.readouterr().err


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
        parser().parse_args(["unlock", "dev", option])
    assert ended.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err


def test_only_a_simulated_deployment_goes_unjudged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = parser().parse_args(["up", "dev", "--no-policy-pack", "--project", str(PETS)])
    monkeypatch.delenv("SLIPWAY_SIMULATED_STATE", raising=False)
    with pytest.raises(UsageError, match="only in a simulated cloud"):
        command._gate(given, Project.find(PETS), tmp_path)
    monkeypatch.setenv("SLIPWAY_SIMULATED_STATE", "somewhere")
    assert command._gate(given, Project.find(PETS), tmp_path).engine.policy_packs == ()


@pytest.mark.parametrize(
    ("arguments", "whole", "preview"),
    [
        (["preview", "dev"], PREVIEW_SECONDS, PREVIEW_SECONDS),
        (["preview", "dev", "--timeout", "3600"], 3600, 3600),
        (["up", "dev", "--timeout", "3600"], 3600, PREVIEW_SECONDS),
    ],
)
def test_a_preview_by_itself_may_take_what_it_is_given(
    tmp_path: Path, arguments: list[str], whole: float, preview: float
) -> None:
    given = parser().parse_args(arguments)
    engine = command._gate(given, Project.find(PETS), tmp_path).engine
    assert engine.limits == Limits(seconds=whole, grace=900)
    assert engine.preview_seconds == preview


# Runs the gate with a stage that has deployed and says so.
DEPLOYED = """
import sys
from slipway.gate.__main__ import main
from slipway.gate.stages import REVIEWED, Gate
from slipway.gate.verdict import Judgement, Verdict
Gate.up = lambda *_: Verdict.ended("up", "dev", Judgement(0, "1 create."))
sys.argv = ["tools/gate", "up", "dev", "--project", sys.argv[1], "--out", sys.argv[2]]
main()
"""


@pytest.mark.parametrize(("where", "code", "said"), [("gone", 0, ""), ("/dev/full", 1, "No space left on device")])
def test_what_cannot_be_printed_is_in_the_verdict_and_in_the_summary(
    tmp_path: Path, where: str, code: int, said: str
) -> None:
    if where == "gone":
        read, output = os.pipe()
        os.close(read)
    else:
        output = os.open(where, os.O_WRONLY)
    environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    done = subprocess.run(
        [sys.executable, "-c", DEPLOYED, str(PETS), str(tmp_path)],
        stdout=output, stderr=subprocess.PIPE, check=False, text=True, env=environment,
    )  # fmt: skip
    os.close(output)
    assert (done.returncode, bool(done.stderr)) == (code, bool(said)), done.stderr
    assert said in done.stderr
    assert json.loads((tmp_path / command.VERDICT).read_text())["headline"] == "1 create."
    assert (tmp_path / "summary.md").read_text().startswith("### up `dev`: ")


def test_a_verdict_that_cannot_be_written_is_still_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(file: Path, _: str) -> None:
        raise OSError(28, "No space left on device", str(file))

    monkeypatch.setattr(Gate, "up", lambda *_: Verdict.ended("up", "dev", Judgement(0, "1 create.")))
    monkeypatch.setattr(command, "write", refuse)
    assert run(monkeypatch, "up", "dev", "--project", str(PETS), "--out", str(tmp_path)) == 1
    said = capfd.readouterr()
    assert said.out == "up dev: goes on: 1 create.\n"
    assert said.err.startswith(f"error: {tmp_path / command.VERDICT}: No space left on device.")


def test_what_the_gate_writes_is_no_change_of_a_project_that_ignores_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("")
    git = ["git", "-c", "user.name=Us", "-c", "user.email=us@example.com", "-C", str(tmp_path)]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "All"]):
        subprocess.run([*git, *arguments], check=True)
    seen: list[str] = []

    def looked(gate: Gate) -> Verdict:
        write(gate.folder / REVIEWED, "{}")
        seen.append(commit_of(tmp_path))
        return Verdict.ended("preview", "dev", Judgement(0, "nothing changes."))

    monkeypatch.setattr(Gate, "preview", looked)
    assert run(monkeypatch, "preview", "dev", "--project", str(tmp_path)) == 0
    assert (tmp_path / ".cache" / "gate" / "dev" / command.VERDICT).exists()
    assert [len(commit) for commit in seen] == [40]
