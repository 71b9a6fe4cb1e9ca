"""The scanner's environment, with a uv that only notes what it was asked to do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = """\
#!/bin/sh
echo "$1 $2" >> "$UV_LOG"
case "$1 $2" in
venv*) for last; do :; done; mkdir -p "$last/bin"; echo "#!/bin/sh" > "$last/bin/python"; chmod +x "$last/bin/python" ;;
"pip sync") if [ -n "${UV_SYNC_INTERRUPTS:-}" ]; then kill -INT $PPID; fi; exit "${UV_SYNC_EXIT:-0}" ;;
esac
"""


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache that holds the locked uv and nothing else."""
    version = re.search(r"^uv==(\S+)", (ROOT / "requirements" / "uv.txt").read_text(), re.MULTILINE)
    assert version
    program = tmp_path / "uv" / version[1] / "bin" / "uv"
    program.parent.mkdir(parents=True)
    program.write_text(UV)
    program.chmod(0o755)
    return tmp_path


def run(cache: Path, *flags: str, **environment: str) -> subprocess.CompletedProcess[str]:
    machine = {"PATH": os.environ["PATH"], "SLIPWAY_CACHE": str(cache), "UV_LOG": str(cache / "log"), **environment}
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "install-checkov", *flags],
        env=machine,
        capture_output=True,
        check=False,
        text=True,
    )


def test_to_look_changes_nothing(cache: Path) -> None:
    done = run(cache, "--check")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("; run tools/install-checkov\n")
    assert [each.name for each in cache.iterdir()] == ["uv"]


def test_it_is_made_once_and_its_python_is_all_that_is_printed(cache: Path) -> None:
    first = run(cache)
    assert first.returncode == 0, first.stderr
    (python,) = first.stdout.splitlines()
    assert Path(python).is_relative_to(cache / "checkov")
    assert (cache / "log").read_text().splitlines() == ["venv --quiet", "pip sync"]
    assert run(cache, "--check").stdout == run(cache).stdout == first.stdout
    assert (cache / "log").read_text().splitlines() == ["venv --quiet", "pip sync"]


def test_one_that_does_not_work_any_more_is_made_anew(cache: Path) -> None:
    python = Path(run(cache).stdout.strip())
    for spoil in ("#!/nowhere/python\n", "#!/bin/sh\nexit 1\n"):  # its Python has gone; a package has
        python.write_text(spoil)
        assert run(cache, "--check").returncode == 1
        again = run(cache)
        assert (again.returncode, again.stdout) == (0, f"{python}\n"), again.stderr
    assert (cache / "log").read_text().splitlines() == ["venv --quiet", "pip sync"] * 3
    assert [each.name for each in (cache / "checkov").iterdir()] == [python.parents[1].name]


def test_ctrl_c_ends_it_without_a_story_and_leaves_nothing_half_made(cache: Path) -> None:
    done = run(cache, UV_SYNC_INTERRUPTS="yes")
    assert (done.returncode, done.stdout) == (130, "")
    assert "Traceback" not in done.stderr
    assert list((cache / "checkov").iterdir()) == []


def test_what_could_not_be_installed_leaves_nothing_half_made(cache: Path) -> None:
    done = run(cache, UV_SYNC_EXIT="1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "tools/install-checkov: `uv pip sync" in done.stderr
    assert list((cache / "checkov").iterdir()) == []
    assert run(cache).returncode == 0
