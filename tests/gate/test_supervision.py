"""A command is asked once to finish, then to leave, and only then killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from slipway.gate import supervision
from slipway.gate.supervision import Ended, Limits, supervise
from tests.machines.servers import PATIENCE, wait_for

if TYPE_CHECKING:
    from pathlib import Path

# Says at which interrupt it ends: the first, the second, or never. A file tells that one has reached it.
ENDS_AT = """
import signal, sys
count, at = 0, int(sys.argv[1])
def interrupted(*_):
    global count
    count += 1
    print("interrupted", count, flush=True)
    if count == at:
        sys.exit(7)
    open(f"interrupted-{count}", "w").close()
signal.signal(signal.SIGINT, interrupted)
print("ready", flush=True)
open("interrupted-0", "w").close()
while True:
    signal.pause()
"""
# Sends a process its signals, each after the one before has had its effect.
TELL = """
import os, pathlib, sys, time
whom, patience, *signals = map(int, sys.argv[1:])
until = time.monotonic() + patience
for count, number in enumerate(signals):
    while not pathlib.Path(f"interrupted-{count}").exists():
        if time.monotonic() > until:
            sys.exit(f"interrupt {count} did not come")
        time.sleep(0.02)
    os.kill(whom, number)
"""
LONG = Limits(seconds=600, grace=600)


def supervised(folder: Path, at: int, *signals: int, limits: Limits = LONG) -> Ended:
    """Run the program, which is ready before its time begins; we get the signals one after the other."""

    def started(_process: int) -> None:
        assert wait_for((folder / "interrupted-0").exists)

    teller = [sys.executable, "-c", TELL, *map(str, (os.getpid(), PATIENCE, *map(int, signals)))]
    with subprocess.Popen(teller, cwd=folder):
        command = [sys.executable, "-c", ENDS_AT, str(at)]
        return supervise(command, folder, os.environ, limits, live=False, started=started)


def test_a_command_that_ends_by_itself_is_left_alone(tmp_path: Path) -> None:
    ended = supervise(["sh", "-c", "echo out; echo err >&2; exit 3"], tmp_path, os.environ, LONG, live=False)
    assert ended == Ended(exit_code=3, stdout="out\n", stderr="err\n")


def test_a_signal_reaches_the_command_as_one_interrupt(tmp_path: Path) -> None:
    ended = supervised(tmp_path, 1, signal.SIGTERM)
    assert (ended.exit_code, ended.reason, ended.killed) == (7, "signal", False)
    assert ended.stdout == "ready\ninterrupted 1\n"


def test_a_second_signal_hurries_it(tmp_path: Path) -> None:
    ended = supervised(tmp_path, 2, signal.SIGINT, signal.SIGTERM)
    assert (ended.exit_code, ended.stdout) == (7, "ready\ninterrupted 1\ninterrupted 2\n")


def test_what_does_not_heed_two_interrupts_is_killed(tmp_path: Path) -> None:
    ended = supervised(tmp_path, 9, signal.SIGINT, signal.SIGTERM, signal.SIGTERM)
    assert (ended.exit_code, ended.killed) == (-signal.SIGKILL, True)


def test_after_its_time_it_climbs_the_same_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "_LAST_SECONDS", 0.5)
    ended = supervised(tmp_path, 9, limits=Limits(seconds=0.1, grace=0.5))
    assert (ended.reason, ended.killed, ended.stdout) == ("time", True, "ready\ninterrupted 1\ninterrupted 2\n")


def test_a_command_whose_start_cannot_be_noted_does_not_go_on_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_process: int) -> None:
        assert wait_for((tmp_path / "interrupted-0").exists)
        raise OSError(28, "No space left on device", "running.json")

    command = [sys.executable, "-c", ENDS_AT, "1"]
    ended = supervise(command, tmp_path, os.environ, LONG, live=False, started=full)
    assert (ended.exit_code, ended.reason, ended.stdout) == (7, "unnoted", "ready\ninterrupted 1\n")
    assert ended.unnoted == "running.json: No space left on device. Make room there."
    assert "nobody can note that it runs: the engine is asked to finish" in capsys.readouterr().err


def test_any_other_error_goes_on_once_the_command_has_ended(tmp_path: Path) -> None:
    seen: list[int] = []

    def broken(process: int) -> None:
        seen.append(process)
        assert wait_for((tmp_path / "interrupted-0").exists)
        raise LookupError

    with pytest.raises(LookupError):
        supervise([sys.executable, "-c", ENDS_AT, "1"], tmp_path, os.environ, LONG, live=False, started=broken)
    with pytest.raises(ProcessLookupError):
        os.kill(seen[0], 0)


def test_our_own_handlers_are_put_back(tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in supervision.SIGNALS]
    supervised(tmp_path, 1, signal.SIGINT)
    assert [signal.getsignal(number) for number in supervision.SIGNALS] == before
