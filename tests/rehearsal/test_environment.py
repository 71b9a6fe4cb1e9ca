"""Whose packages an older revision gets. The uv in these tests is a stand-in: no registry is asked."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from slipway.errors import ProgramError
from slipway.project import Project
from slipway.rehearsal.environment import give_environment, lock_of
from slipway.rehearsal.revision import export, find_revision
from tests.rehearsal.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = 'Shop("shop")\n'
# Makes an environment, and puts a module into it that says which lock it was given.
UV = f"""#!{sys.executable}
import pathlib, subprocess, sys
if sys.argv[1] == "venv":
    folder = pathlib.Path(sys.argv[-1])
    subprocess.run([{sys.executable!r}, "-m", "venv", "--without-pip", folder], check=True)
else:
    (packages,) = pathlib.Path(sys.argv[sys.argv.index("--python") + 1]).parents[1].glob("lib/*/site-packages")
    (packages / "wanted.py").write_text(f"LOCK = {{pathlib.Path(sys.argv[-1]).read_text()!r}}")
    with open(pathlib.Path(__file__).with_name("count"), "a") as count:
        count.write(".")
"""


@pytest.fixture
def repository(tmp_path: Path, require_program: object, monkeypatch: pytest.MonkeyPatch) -> Repository:
    assert callable(require_program)
    require_program("git")
    monkeypatch.setenv("SLIPWAY_CACHE", str(tmp_path / "cache"))
    return Repository(tmp_path / "shop")


def stand_in(tmp_path: Path, text: str = UV) -> Path:
    uv = tmp_path / "cache" / "uv" / "9.9.9" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text(text)
    uv.chmod(0o755)
    return uv


def given(repository: Repository, tree: Path, ref: str = "HEAD~1") -> tuple[Path, str]:
    revision = find_revision(repository.folder, ref)
    older = export(revision, tree)
    words = give_environment(older, Project.find(repository.folder), revision.root, tree)
    return older / ".venv" / "bin" / "python", words


def said(python: Path, code: str) -> str:
    return subprocess.run([python, "-P", "-c", code], capture_output=True, check=True, text=True).stdout.strip()


def test_with_the_same_lock_this_tree_s_packages_serve_and_its_editable_install_leads_to_the_older_tree(
    repository: Repository, tmp_path: Path
) -> None:
    repository.commit(PLAIN, {"requirements.txt": "pulumi\n"})
    repository.commit(f"{PLAIN}#", {"newcomer.py": ""})
    python, words = given(repository, tmp_path / "tree")

    assert "the lock is the same" in words
    assert said(python, "import parts; print(parts.__file__)") == str(tmp_path / "tree" / "parts" / "__init__.py")
    assert said(python, "import importlib.util as u; print(u.find_spec('newcomer'), u.find_spec('pulumi').name)") == (
        "None pulumi"
    )


def test_with_another_lock_its_own_packages_are_installed_once(repository: Repository, tmp_path: Path) -> None:
    uv = stand_in(tmp_path)
    repository.commit(PLAIN, {"requirements.txt": "-r more/deep.txt\n", "more/deep.txt": "old\n"})
    repository.commit(f"{PLAIN}#", {"more/deep.txt": "new\n"})
    for tree in ("one", "two"):
        python, words = given(repository, tmp_path / tree)
        assert "its own lock" in words
        assert said(python, "import wanted, parts; print(wanted.LOCK, parts.__file__)") == (
            f"-r more/deep.txt\n {tmp_path / tree / 'parts' / '__init__.py'}"
        )
        assert said(python, "import importlib.util as u; print(u.find_spec('pulumi'))") == "None"
    assert uv.with_name("count").read_text() == "."


def test_packages_that_cannot_be_installed_or_without_uv_end_with_a_message(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(PLAIN, {"requirements.txt": "old\n"})
    repository.commit(PLAIN, {"requirements.txt": "new\n"})
    monkeypatch.setattr("slipway.rehearsal.installing.ROOT", tmp_path)
    monkeypatch.setattr("slipway.rehearsal.installing.shutil.which", lambda _: None)
    with pytest.raises(ProgramError, match=r"uv, which installs them, is missing: run make plan"):
        given(repository, tmp_path / "one")
    stand_in(tmp_path, "#!/bin/sh\necho no route to host >&2\nexit 2\n")
    with pytest.raises(ProgramError, match=r"a package registry is needed for that.\nno route to host"):
        given(repository, tmp_path / "two")
    assert list((tmp_path / "cache" / "revisions").iterdir()) == []


def test_a_lock_is_all_that_it_includes_and_a_project_without_one_has_none(tmp_path: Path) -> None:
    assert lock_of(tmp_path) == b""
    (tmp_path / "requirements.txt").write_text("--requirement=a.txt\n-c b.txt\n")
    (tmp_path / "a.txt").write_text("-r requirements.txt\none\n")
    (tmp_path / "b.txt").write_text("two\n")
    assert lock_of(tmp_path) == b"--requirement=a.txt\n-c b.txt\n-r requirements.txt\none\ntwo\n"
