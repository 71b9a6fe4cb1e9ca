"""What the stages do about an `up` that was killed: with an engine that only notes what it is asked."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.engine.cli import EngineError
from slipway.engine.results import PreviewResult, RunResult
from slipway.errors import ProgramError
from slipway.gate.running import Mark
from slipway.gate.stages import Gate
from slipway.gate.summary import text
from slipway.gate.supervision import Ended
from slipway.project import Project
from tests.danger.steps import updated

if TYPE_CHECKING:
    from slipway.engine.results import Step
    from slipway.gate.engine import Engine
    from slipway.gate.verdict import Verdict


class Idle:
    """An engine whose stack is never changed."""

    stack, config_file, organization = "dev", Path("Pulumi.dev.yaml"), ""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.asked: list[str] = []
        self.steps: tuple[Step, ...] = ()

    def preview(self) -> tuple[Ended, PreviewResult]:
        self.asked.append("preview")
        return Ended(exit_code=0, stdout="{}", stderr=""), PreviewResult(0, "{}", "", steps=self.steps)

    def up(self, _mark: Mark) -> tuple[Ended, RunResult]:
        self.asked.append("up")
        return Ended(exit_code=0, stdout="", stderr=""), RunResult(0, "", "")

    def unlock(self) -> None:
        self.asked.append("unlock")


@pytest.fixture
def idle() -> Idle:
    return Idle(Project.find(Path(__file__).resolve().parents[1] / "engine" / "programs" / "pets"))


def gate(idle: Idle, folder: Path) -> Gate:
    engine: Engine = idle  # type: ignore[assignment]  # it has what the stages use
    return Gate(engine=engine, folder=folder)


def killed(folder: Path) -> Mark:
    """The mark of an `up` whose engine has ended, after it had locked the stack."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        mark = Mark(folder)
        mark.put(process.pid)
    mark.events.write_text("{}\n")
    return mark


def test_an_up_after_a_killed_one_keeps_what_unlock_needs(idle: Idle, tmp_path: Path) -> None:
    killed(tmp_path)
    refused = gate(idle, tmp_path).up()
    assert (refused.exit_code, idle.asked) == (1, [])
    assert "an up of this stack was killed here" in refused.headline
    assert "tools/gate unlock dev" in refused.detail
    assert gate(idle, tmp_path).unlock().exit_code == 0
    assert idle.asked == ["unlock"]
    assert gate(idle, tmp_path).up().exit_code == 0


def test_an_engine_that_was_killed_before_it_had_a_lock_is_in_nobody_s_way(idle: Idle, tmp_path: Path) -> None:
    killed(tmp_path).events.unlink()
    assert gate(idle, tmp_path).up().exit_code == 0
    assert idle.asked == ["preview", "up"]


@pytest.mark.parametrize("moment", ["preview", "up"])
def test_one_up_at_a_time_has_the_folder_and_no_other_touches_its_mark(
    idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    own = json.dumps({"engine": os.getpid(), "started": "", "machine": socket.gethostname()})
    done = getattr(idle, moment)
    seen: list[Verdict] = []

    def meanwhile(*given: Mark) -> object:
        mark = Mark(tmp_path)
        mark.file.write_text(own)
        mark.events.write_text("{}\n")
        monkeypatch.setattr(idle, moment, done)  # the others find an engine that does its work
        others = gate(idle, tmp_path)
        seen.extend((others.up(), others.unlock(0)))
        assert (mark.file.read_text(), mark.events.read_text()) == (own, "{}\n")
        return done(*given)

    monkeypatch.setattr(idle, moment, meanwhile)
    assert gate(idle, tmp_path).up().exit_code == 0
    assert [verdict.exit_code for verdict in seen] == [1, 1]
    assert f"is running in {tmp_path}" in seen[0].headline
    assert idle.asked == ["preview", "up"]  # nobody else asked anything
    assert not Mark(tmp_path).file.exists()


def test_a_folder_in_which_nothing_can_be_locked_is_refused(
    idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(ProgramError, match="No locks available"):
        gate(idle, tmp_path).up()
    assert idle.asked == []


def test_unlock_waits_for_an_engine_that_is_ending(idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        mark = Mark(tmp_path)
        mark.put(process.pid)
        mark.events.write_text("{}\n")
        waited: list[float] = []

        def ends(seconds: float) -> None:
            waited.append(seconds)
            process.kill()
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # its parent has not asked yet how it ended

        monkeypatch.setattr(time, "sleep", ends)
        freed = gate(idle, tmp_path).unlock()
    assert (freed.exit_code, len(waited), idle.asked) == (0, 1, ["unlock"])


def test_unlock_without_a_mark_says_that_nobody_asked_the_backend(idle: Idle, tmp_path: Path) -> None:
    said = gate(idle, tmp_path).unlock()
    assert (said.exit_code, idle.asked) == (0, [])
    assert f"no up was left unfinished in {tmp_path}" in said.headline
    assert "The backend was not asked" in said.detail
    assert "pulumi cancel --stack dev" in said.detail
    assert "goes on" not in text(said)


def test_another_user_s_engine_is_alive(idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = Mark(tmp_path)
    mark.put(os.getpid())
    mark.events.write_text("{}\n")

    def forbidden(_process: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)
    assert "still runs" in gate(idle, tmp_path).unlock(0).headline
    assert f"is running in {tmp_path}" in gate(idle, tmp_path).up().headline
    assert idle.asked == []


def test_a_later_process_with_the_number_of_a_killed_engine_is_another(idle: Idle, tmp_path: Path) -> None:
    mark = killed(tmp_path)
    about = json.loads(mark.file.read_text())
    mark.file.write_text(json.dumps({**about, "engine": os.getpid(), "started": "1"}))
    assert gate(idle, tmp_path).unlock().exit_code == 0
    assert idle.asked == ["unlock"]


LOST = "its event log in /full is not whole"


def test_a_preview_whose_answer_was_lost_deploys_nothing(
    idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Ended(exit_code=0, stdout="", stderr=""), PreviewResult(0, "", "", lost=LOST)
    monkeypatch.setattr(idle, "preview", lambda: lost)
    for verdict in (gate(idle, tmp_path).preview(), gate(idle, tmp_path).up()):
        assert (verdict.exit_code, verdict.detail, verdict.deployed) == (1, LOST, False)
    assert idle.asked == []
    assert not (tmp_path / "reviewed.json").exists()


def test_an_up_whose_answer_was_lost_is_no_success(idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Ended(exit_code=0, stdout="", stderr=""), RunResult(0, "", "", lost=LOST)
    monkeypatch.setattr(idle, "up", lambda _: lost)
    verdict = gate(idle, tmp_path).up()
    assert (verdict.exit_code, verdict.deployed) == (1, True)
    assert LOST in verdict.detail


@pytest.mark.parametrize("stage", ["up", "unlock"])
@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ('{"engine": 1, "started": "", "machine": "elsewhere.example"}', "'elsewhere.example'"),
        ('{"engine": "x"}', "is not the mark of an up"),
        ("", "is not the mark of an up"),
    ],
)
def test_what_this_machine_cannot_tell_is_refused(idle: Idle, tmp_path: Path, stage: str, mark: str, told: str) -> None:
    Mark(tmp_path).file.write_text(mark)
    Mark(tmp_path).events.write_text("{}\n")
    with pytest.raises(ProgramError, match=told):
        getattr(gate(idle, tmp_path), stage)()
    assert idle.asked == []
    assert Mark(tmp_path).left_a_lock()


def test_a_lock_that_cannot_be_taken_away_is_told_and_stays_known(
    idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def up(mark: Mark) -> tuple[Ended, RunResult]:
        killed(mark.folder)
        return Ended(exit_code=-9, stdout="", stderr=""), RunResult(-9, "", "")

    def unlock() -> None:
        raise EngineError("`pulumi cancel` failed (exit 255): access denied")

    monkeypatch.setattr(idle, "up", up)
    monkeypatch.setattr(idle, "unlock", unlock)
    verdict = gate(idle, tmp_path).up()
    assert (verdict.exit_code, verdict.deployed) == (1, True)
    assert "The stack is still locked: run tools/gate unlock dev" in verdict.headline
    assert "access denied" in verdict.detail
    assert Mark(tmp_path).left_a_lock()


@pytest.mark.parametrize(
    ("events", "hung", "asked", "told"),
    [
        ("{}\n", True, ["preview", "unlock"], "The stack is not locked."),
        (
            "",
            True,
            ["preview"],
            "Whether the stack is locked nobody could note; where it is: pulumi cancel --stack dev.",
        ),
        ("{}\n", False, ["preview"], "The stack is not locked."),  # it was asked, and unlocked the stack itself
    ],
)
def test_an_up_that_could_not_be_noted_says_why_and_what_to_do(  # noqa: PLR0913 - a case and what it is tried on
    idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, events: str, asked: list[str], told: str, hung: bool
) -> None:
    def up(mark: Mark) -> tuple[Ended, RunResult]:
        mark.events.write_text(events)
        code, why = (-9 if hung else 255), f"{mark.file}: No space left on device."
        ended = Ended(exit_code=code, stdout="", stderr="", reason="unnoted", killed=hung, unnoted=why)
        return ended, RunResult(code, "", "update canceled")

    monkeypatch.setattr(idle, "up", up)
    verdict = gate(idle, tmp_path).up()
    assert (verdict.exit_code, verdict.deployed, idle.asked) == (1, True, asked)
    assert verdict.headline == f"it could not be noted that it runs, and so it was ended. {told}"
    assert verdict.detail.startswith(f"{Mark(tmp_path).file}: No space left on device.\nupdate canceled\n")
    assert "docs/recovery.md" in verdict.detail


def test_an_up_whose_reader_has_gone_deploys_and_leaves_its_words_in_the_verdict(
    idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, written = os.pipe()
    os.close(read)
    with os.fdopen(written, "w") as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        assert gate(idle, tmp_path).up().exit_code == 0
    assert idle.asked == ["preview", "up"]


@pytest.mark.parametrize(("simulated", "exit_code"), [("somewhere", 5), ("", 0)])
def test_a_change_that_simulated_providers_know_nothing_of_is_stopped_and_a_real_preview_is_believed(
    idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simulated: str, exit_code: int
) -> None:
    monkeypatch.setenv("SLIPWAY_SIMULATED_STATE", simulated)
    idle.steps = (updated("gcp:sql/databaseInstance:DatabaseInstance", "main", {"tier": "a"}, {"tier": "b"}),)
    assert gate(idle, tmp_path).preview().exit_code == exit_code
