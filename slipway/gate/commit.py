"""Which commit of the project is deployed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_GIT_SECONDS = 30
CHANGED = "+changes"


def commit_of(folder: Path) -> str:
    """The commit that is checked out, with `+changes` where files differ from it; empty where git cannot tell."""
    head = _git(folder, "rev-parse", "--verify", "HEAD")
    if not head:
        return ""
    return head + (CHANGED if _git(folder, "status", "--porcelain", "--untracked-files=no") else "")


def _git(folder: Path, *arguments: str) -> str:
    try:
        asked = subprocess.run(
            ["git", *arguments],  # noqa: S607 - the git of whoever runs this
            cwd=folder, capture_output=True, check=True, text=True, timeout=_GIT_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout.strip()
