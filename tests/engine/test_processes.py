"""However a command ends, no process of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.engine.process import EngineTimeoutError, Running, run
from slipway.engine.workspace import Workspace
from tests.conftest import without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
SLEEPS = Path(__file__).parent / "programs" / "sleeps"
PATIENCE = 30  # seconds for a busy machine


@pytest.fixture(autouse=True)
def proc() -> None:
    """See other processes, which only `/proc` shows."""
    if not Path("/proc/self/environ").exists():
        without("needs /proc to see other processes")


def processes(folder: Path) -> dict[int, str]:
    """Every process whose engine has its home in `folder`, with its command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"PULUMI_HOME={folder}/".encode() in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue  # it ended, or is another user's
    return found


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture
def preview(pulumi_cli: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A preview that will not end by itself, in a process of its own."""
    code = (
        "import pathlib, sys\nfrom slipway.engine.workspace import Workspace\n"
        "project, folder, pulumi = map(pathlib.Path, sys.argv[1:])\n"
        "with Workspace(project, folder=folder, pulumi=pulumi) as workspace:\n    workspace.preview('dev')\n"
    )
    command = [sys.executable, "-c", code, str(SLEEPS), str(tmp_path), str(pulumi_cli)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert wait_for((tmp_path / "user" / "started").exists)  # the program's home is in the workspace
        yield process
        process.kill()


def test_ctrl_c_ends_the_engine_its_plugins_and_the_program(preview: subprocess.Popen[str], tmp_path: Path) -> None:
    preview.send_signal(signal.SIGINT)

    assert "KeyboardInterrupt" in preview.communicate(timeout=PATIENCE)[1]
    assert wait_for(lambda: not processes(tmp_path)), processes(tmp_path)


def test_an_engine_that_is_killed_takes_its_plugins_and_the_program_with_it(
    preview: subprocess.Popen[str], tmp_path: Path
) -> None:
    engine = next(number for number, command in processes(tmp_path).items() if " preview --stack dev " in command)
    os.kill(engine, signal.SIGKILL)

    assert preview.wait(timeout=PATIENCE) == 0
    assert wait_for(lambda: not processes(tmp_path)), processes(tmp_path)


def test_a_program_ends_when_all_that_started_it_is_killed(preview: subprocess.Popen[str], tmp_path: Path) -> None:
    for number, command in processes(tmp_path).items():
        if " program" not in command and "language-python-exec" not in command:
            os.kill(number, signal.SIGKILL)

    assert wait_for(lambda: not processes(tmp_path)), processes(tmp_path)
    assert preview.wait(timeout=PATIENCE) == 0


def test_a_command_that_takes_too_long_is_ended_and_says_so(pulumi_cli: Path, tmp_path: Path) -> None:
    with (
        Workspace(SLEEPS, folder=tmp_path, pulumi=pulumi_cli) as workspace,
        pytest.raises(EngineTimeoutError, match=r"preview` took longer than 4 s and was ended"),
    ):
        workspace.preview("dev", seconds=4)

    assert wait_for(lambda: not processes(tmp_path)), processes(tmp_path)


def test_a_deaf_command_and_its_child_are_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slipway.engine.process._GRACE_SECONDS", 0.5)
    deaf = "trap '' INT; echo said; sleep 600 & echo $! > child; while :; do sleep 1; done"

    with pytest.raises(EngineTimeoutError, match="said"):
        run(["sh", "-c", deaf], tmp_path, os.environ, 0.5)

    assert wait_for(lambda: not Path("/proc", (tmp_path / "child").read_text().strip()).exists())


def test_a_command_that_says_much_does_not_wait_for_somebody_to_read_it(tmp_path: Path) -> None:
    much = "import sys; sys.stdout.write('é' * 100_000); sys.stderr.write('w' * 100_000)"
    running = Running([sys.executable, "-c", much], tmp_path, os.environ)

    assert wait_for(lambda: running.ended)
    finished = running.finish(PATIENCE)

    assert (finished.stdout, finished.stderr) == ("é" * 100_000, "w" * 100_000)


SAYS = "seq 100; echo warned >&2; sleep 600"


def test_a_timeout_tells_the_last_lines_of_what_was_said(tmp_path: Path) -> None:
    with pytest.raises(EngineTimeoutError) as ended:
        run(["sh", "-c", SAYS], tmp_path, os.environ, 1)

    assert str(ended.value).splitlines()[1:] == [*map(str, range(89, 101)), "warned"]


def test_a_timeout_tells_nothing_of_what_was_said_with_secrets(tmp_path: Path) -> None:
    with pytest.raises(EngineTimeoutError) as ended:
        run(["sh", "-c", SAYS, "stack", "export", "--show-secrets"], tmp_path, os.environ, 1)

    assert str(ended.value).splitlines()[1:] == ["warned"]
