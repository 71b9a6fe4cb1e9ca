"""Which commit is deployed is asked of the project's own repository."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from slipway.gate.commit import commit_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def committed(folder: Path) -> str:
    """A repository with one commit, and that."""
    folder.mkdir()
    (folder / "file").write_text(folder.name)
    as_ada = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for command in (["init", "--quiet"], ["add", "--all"], [*as_ada, "commit", "--quiet", "--message", "a change"]):
        subprocess.run(["git", *command], cwd=folder, check=True)  # noqa: S607 - as the gate itself does
    told = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S607
    return told.stdout.strip()


def test_a_changed_file_is_told(tmp_path: Path) -> None:
    head = committed(tmp_path / "shop")
    assert commit_of(tmp_path / "shop") == head
    (tmp_path / "shop" / "file").write_text("other")
    assert commit_of(tmp_path / "shop") == f"{head}+changes"


def test_a_file_that_nobody_added_is_told_and_one_that_git_ignores_is_not(tmp_path: Path) -> None:
    head = committed(tmp_path / "shop")
    (tmp_path / "shop" / ".git" / "info" / "exclude").write_text("ignored\n")
    (tmp_path / "shop" / "ignored").touch()
    assert commit_of(tmp_path / "shop") == head
    (tmp_path / "shop" / "imported.py").touch()
    assert commit_of(tmp_path / "shop") == f"{head}+changes"


def test_a_hook_of_another_repository_does_not_lend_its_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head, other = committed(tmp_path / "shop"), committed(tmp_path / "other")
    assert head != other
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other" / ".git" / "index"))
    assert commit_of(tmp_path / "shop") == head


def test_where_git_cannot_tell_no_commit_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert commit_of(tmp_path) == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(tmp_path) == ""
