"""The set-up of `.venv`, with a uv that only notes what it was asked to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# `venv` makes the folder as the real one does, `pip sync` waits, and fails where a test says so.
UV = """\
#!/bin/sh
echo "$1 $2" >> "$UV_LOG"
case "$1 $2" in
venv*) for last; do :; done; mkdir -p "$last/bin"; : > "$last/pyvenv.cfg"; ln -s "$UV_PYTHON" "$last/bin/python" ;;
"pip sync") sleep "${UV_SYNC_SECONDS:-0}"; exit "${UV_SYNC_EXIT:-0}" ;;
esac
"""
NEW = ["venv --quiet", "pip sync", "pip install"]
UPDATE = NEW[1:]


@dataclass(frozen=True)
class Checkout:
    """A copy of what the set-up reads, and the record of what it asked uv for."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def start(self, what: str = "runtime", **environment: str) -> subprocess.Popen[str]:
        machine = {"PATH": os.environ["PATH"], "HOME": str(self.root), "UV_LOG": str(self.root / "log")}
        return subprocess.Popen(
            [self.root / "tools" / "bootstrap", what],
            env={**machine, "UV_PYTHON": versioned_python(), "PYTHON": "", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, what: str = "runtime", **environment: str) -> tuple[int, str]:
        """Run the set-up; its exit code and what it said. On stdout, which is the plan's, it must say nothing."""
        process = self.start(what, **environment)
        out, err = process.communicate(timeout=60)
        assert out == ""
        return process.returncode, err

    def asked(self) -> list[str]:
        """What uv was asked for since the last call."""
        log = self.root / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


def versioned_python() -> str:
    return str(Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}"))


def bare_path(root: Path, *programs: str) -> Path:
    """A folder for PATH with a shell, the programs, and no Python."""
    folder = root / "bare"
    folder.mkdir()
    for name in ("sh", "dirname", *programs):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    for name in ("bootstrap", "bootstrap.py"):
        (tmp_path / "tools").mkdir(exist_ok=True)
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools" / name)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "requirements").mkdir()
    for name, lock in {"runtime": "a==1\n", "dev": "a==1\nb==1\n", "uv": "uv==9.9.9 \\\n"}.items():
        (tmp_path / "requirements" / f"{name}.txt").write_text(lock)
    uv = tmp_path / ".cache" / "uv" / "9.9.9" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text(UV)
    uv.chmod(0o755)
    return Checkout(tmp_path)


def test_the_first_run_makes_the_environment_and_the_second_does_nothing(checkout: Checkout) -> None:
    assert checkout.run()[0] == 0
    assert checkout.asked() == NEW
    assert checkout.run() == (0, "")
    assert checkout.asked() == []


def test_an_environment_that_is_ready_starts_no_python(checkout: Checkout) -> None:
    checkout.run()
    useless = checkout.root / "useless"
    useless.write_text("#!/bin/sh\nexit 1\n")
    useless.chmod(0o755)
    useless.replace(checkout.venv / "bin" / "python")
    assert checkout.run(PATH=str(bare_path(checkout.root, "cat", "cmp"))) == (0, "")


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements/runtime.txt"])
def test_a_change_of_what_is_locked_updates_the_environment(checkout: Checkout, changed: str) -> None:
    checkout.run()
    checkout.asked()
    with (checkout.root / changed).open("a") as file:
        file.write("# changed\n")
    assert checkout.run()[0] == 0
    assert checkout.asked() == UPDATE
    assert checkout.run() == (0, "")


def test_the_development_set_stays_once_it_is_there(checkout: Checkout) -> None:
    checkout.run("dev")
    checkout.asked()
    assert checkout.run("runtime") == (0, "")
    (checkout.root / "requirements" / "runtime.txt").write_text("a==2\n")
    assert "updating .venv (dev)" in checkout.run("runtime")[1]
    assert checkout.run("dev") == (0, "")


def test_a_failed_update_is_reported_and_never_taken_for_a_good_one(checkout: Checkout) -> None:
    checkout.run()
    checkout.asked()
    (checkout.root / "requirements" / "runtime.txt").write_text("a==2\n")
    code, said = checkout.run(UV_SYNC_EXIT="2")
    assert code == 1
    assert "`uv pip sync" in said
    assert "Traceback" not in said
    checkout.asked()
    assert checkout.run()[0] == 0
    assert checkout.asked() == NEW, "what a failed run left behind is not built upon"


def test_a_killed_run_is_never_taken_for_a_good_one(checkout: Checkout) -> None:
    process = checkout.start(UV_SYNC_SECONDS="1")
    while not (checkout.root / "log").exists() or "sync" not in (checkout.root / "log").read_text():
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.communicate()
    checkout.asked()
    assert checkout.run()[0] == 0
    assert checkout.asked() == NEW


def test_two_runs_at_once_make_one_environment(checkout: Checkout) -> None:
    first, second = checkout.start(UV_SYNC_SECONDS="1"), checkout.start(UV_SYNC_SECONDS="1")
    for process in (first, second):
        process.communicate(timeout=60)
    assert [first.returncode, second.returncode] == [0, 0]
    assert checkout.asked() == NEW


def test_an_environment_of_another_making_is_replaced(checkout: Checkout) -> None:
    (checkout.venv / "bin").mkdir(parents=True)
    (checkout.venv / "pyvenv.cfg").touch()
    (checkout.venv / "leftover").touch()
    assert checkout.run()[0] == 0
    assert checkout.asked() == NEW
    assert not (checkout.venv / "leftover").exists()


def test_a_folder_that_is_no_environment_is_left_alone(checkout: Checkout) -> None:
    checkout.venv.mkdir()
    (checkout.venv / "letter").touch()
    code, said = checkout.run()
    assert code == 1
    assert "is no virtual environment: move it away" in said
    assert (checkout.venv / "letter").exists()


def test_an_environment_whose_python_is_gone_is_replaced(checkout: Checkout) -> None:
    checkout.run()
    checkout.asked()
    (checkout.venv / "bin" / "python").unlink()
    (checkout.venv / "bin" / "python").symlink_to("/nowhere/python3")
    assert checkout.run()[0] == 0
    assert checkout.asked() == NEW


def test_a_moved_checkout_gets_a_new_environment(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> None:
    checkout.run()
    moved = Checkout(tmp_path_factory.mktemp("moved") / "elsewhere")
    checkout.root.rename(moved.root)
    moved.asked()
    assert moved.run()[0] == 0
    assert moved.asked() == NEW, "its scripts name the old place"


@pytest.mark.parametrize(
    ("given", "said"), [("/nowhere/python3", "PYTHON=/nowhere/python3"), ("false", "PYTHON=false")]
)
def test_a_python_that_does_not_fit_is_named(checkout: Checkout, given: str, said: str) -> None:
    code, message = checkout.run(PYTHON=given)
    assert code == 1
    assert f"{said} is not a Python of at least 3.11" in message


def test_a_machine_without_a_fitting_python_is_told_what_to_do(checkout: Checkout) -> None:
    code, message = checkout.run(PATH=str(bare_path(checkout.root)))
    assert code == 1
    assert "PYTHON=/path/to/python3 make plan" in message
