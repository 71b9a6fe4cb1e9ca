"""How tools run wrangler: what it is told, what is made of what it says, and that it ends. With stand-ins for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.machines.servers import wait_for
from tools.wrangler_cli.database import Database
from tools.wrangler_cli.running import WranglerError, located, run

# A child that holds wrangler's output open, as wrangler's own launcher has: a minute, unless somebody ends it.
CHILD = "child = subprocess.Popen(['sleep', '60']); pathlib.Path('child').write_text(str(child.pid)); child.wait()"


def stand_in(folder: Path, does: str, name: str = "wrangler") -> Path:
    """A wrangler that does this."""
    program = folder / name
    program.write_text(f"#!{sys.executable}\nimport json, os, pathlib, subprocess, sys\n{does}\n")
    program.chmod(0o755)
    return program


def failed(wrangler: Path, seconds: float | None = None) -> str:
    with pytest.raises(WranglerError) as error:
        run(wrangler, "d1", seconds=seconds)
    return str(error.value)


def gone(folder: Path) -> bool:
    """Whether the stand-in's child runs no more; what nobody has waited for yet is gone as well."""
    stat = Path("/proc") / (folder / "child").read_text() / "stat"
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


# -- where it is


def test_the_first_place_that_has_a_program_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, other = (tmp_path / each for each in ("own", "other"))
    own.mkdir()
    other.mkdir()
    on_path = stand_in(other, "")
    monkeypatch.setenv("PATH", str(other))
    assert located([str(own / "wrangler"), "wrangler"]) == on_path
    (own / "wrangler").write_text("no program")
    assert located([str(own / "wrangler"), "wrangler"]) == on_path
    beside = stand_in(own, "")
    assert located([str(own / "wrangler"), "wrangler"]) == beside
    assert located(["wrangler", str(own / "wrangler")]) == on_path
    assert located(["no-such-program"]) is None


def test_a_place_in_this_folder_is_named_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = stand_in(tmp_path, "")
    monkeypatch.chdir(tmp_path)
    assert located(["./wrangler"]) == program


# -- what it is told, and what it says


def test_it_is_told_to_be_brief_unless_who_runs_it_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrangler = stand_in(tmp_path, "print(*(os.environ[f'WRANGLER_{x}'] for x in ('SEND_METRICS', 'HIDE_BANNER')))")
    monkeypatch.delenv("WRANGLER_SEND_METRICS", raising=False)
    assert run(wrangler) == "false true\n"
    monkeypatch.setenv("WRANGLER_SEND_METRICS", "true")
    assert run(wrangler) == "true true\n"


def test_a_question_of_it_meets_nobody_and_does_not_wait(tmp_path: Path) -> None:
    assert run(stand_in(tmp_path, "print(repr(sys.stdin.read()))"), seconds=60) == "''\n"


def test_what_it_says_as_it_fails_is_told_from_its_end_and_not_at_any_length(tmp_path: Path) -> None:
    says = "print(*range(100), sep='\\n'); print('x' * 10_000, file=sys.stderr); sys.exit(3)"
    lines = failed(stand_in(tmp_path, says)).splitlines()
    assert lines == ["wrangler failed:", *map(str, range(86, 100)), "x" * 500]


def test_what_is_no_utf_8_is_told_all_the_same(tmp_path: Path) -> None:
    says = "os.write(1, b'caf\\xe9'); sys.exit(len(sys.argv) - 1)"
    assert run(stand_in(tmp_path, says)) == "caf\\xe9"
    assert failed(stand_in(tmp_path, says)) == "wrangler failed:\ncaf\\xe9"


@pytest.mark.parametrize(
    ("text", "why"),
    [("#!/no/such/interpreter\n", "No such file or directory"), ("no program at all", "Exec format error")],
)
def test_what_cannot_be_run_is_named(tmp_path: Path, text: str, why: str) -> None:
    wrangler = tmp_path / "wrangler"
    wrangler.write_text(text)
    wrangler.chmod(0o755)
    assert failed(wrangler) == f"{wrangler} cannot be run: {why}"


# -- that it ends


def test_when_its_time_is_over_its_children_end_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    began = time.monotonic()
    assert failed(stand_in(tmp_path, CHILD), seconds=5) == "wrangler did not end within 5 seconds, and was ended"
    assert time.monotonic() - began < 30
    assert wait_for(lambda: gone(tmp_path), seconds=10)


def test_when_who_runs_it_is_interrupted_its_children_end_too(tmp_path: Path) -> None:
    wrangler = stand_in(tmp_path, CHILD)
    program = f"import pathlib; from tools.wrangler_cli.running import run; run(pathlib.Path({str(wrangler)!r}))"
    caller = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    try:
        child = tmp_path / "child"
        assert wait_for(lambda: child.exists() and child.read_text(), seconds=30)
        caller.send_signal(signal.SIGINT)
        assert caller.wait(30) != 0
    finally:
        caller.kill()
        caller.wait()
    assert wait_for(lambda: gone(tmp_path), seconds=10)


# -- a database


def answering(folder: Path, answer: str) -> Database:
    """A database for which wrangler answers this, and notes what it was asked."""
    note = f"pathlib.Path({str(folder / 'asked')!r}).write_text(json.dumps(sys.argv[1:]))"
    return Database(stand_in(folder, f"{note}; print({answer!r})"), "DB", ("--local", "--config", "w.jsonc"))


def test_the_rows_of_each_statement_come_in_its_place_whatever_is_said_before_them(tmp_path: Path) -> None:
    answers = 'Proxy is on\n[{"results": [{"a": 1}, {"a": null}], "success": true}, {"results": []}]'
    assert answering(tmp_path, answers).query("SELECT a FROM t", "SELECT 1 WHERE 0") == [[{"a": 1}, {"a": None}], []]
    where = '"d1", "execute", "DB", "--local", "--config", "w.jsonc", "--yes"'
    statements = "SELECT a FROM t;\\nSELECT 1 WHERE 0"
    assert (tmp_path / "asked").read_text() == f'[{where}, "--json", "--command", "{statements}"]'


def test_a_file_of_statements_is_handed_over_by_its_path(tmp_path: Path) -> None:
    answering(tmp_path, "done").execute(Path("import.sql"))
    assert (tmp_path / "asked").read_text().endswith('"--yes", "--file", "import.sql"]')


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("Welcome!", "wrangler's answer is no list of results: Welcome!"),
        ("[{", "wrangler's answer is no list of results: [{"),
        ('[{"rows": []}]', 'wrangler\'s answer is no list of results: [{"rows": []}]'),
        ("[1]", "wrangler's answer is no list of results: [1]"),
        ("[]", "wrangler answers 1 statements with 0 results"),
        ('[{"results": []}, {"results": []}]', "wrangler answers 1 statements with 2 results"),
    ],
)
def test_an_answer_of_another_form_is_an_error_that_shows_it(tmp_path: Path, answer: str, why: str) -> None:
    with pytest.raises(WranglerError) as error:
        answering(tmp_path, answer).query("SELECT 1")
    assert str(error.value).strip() == why
