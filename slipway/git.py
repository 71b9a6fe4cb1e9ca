"""The git of whoever runs this, on the repository of a folder."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SECONDS = 300
_NO_GIT = "git is needed to read a project's revisions, and it is not on PATH. Install it."
_ANOTHER_REPOSITORY = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE")


def git(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A git command in a folder, however it ends. It takes no locks that it can do without, and asks nothing.

    What a hook that runs us has set for its own repository does not reach it. Raises `ProgramError` where there is no
    git, or it takes too long.
    """
    own = {name: value for name, value in os.environ.items() if name not in _ANOTHER_REPOSITORY}
    own |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", **(variables or {})}
    try:
        return subprocess.run(
            ["git", *arguments],  # noqa: S607 - the user's own git
            cwd=folder,
            env=own,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=_SECONDS,
        )
    except FileNotFoundError as error:
        raise ProgramError(_NO_GIT) from error
    except subprocess.TimeoutExpired as error:
        raise ProgramError(f"git {arguments[0]} took longer than {_SECONDS} s and was ended.") from error


def said(folder: Path, *arguments: str) -> str:
    """What a git command prints. Raises `ProgramError` where it fails too."""
    done = git(folder, *arguments)
    if done.returncode != 0:
        raise ProgramError(f"{folder}: git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()
