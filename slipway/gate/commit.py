"""Which commit of the project is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway import git
from slipway.errors import ProgramError

if TYPE_CHECKING:
    from pathlib import Path

CHANGED = "+changes"


def commit_of(folder: Path) -> str:
    """The commit that is checked out, with `+changes` where files differ from it; empty where git cannot tell.

    A file that nobody added counts too: a program can import it. What git is told to ignore does not.
    """
    try:
        head = git.said(folder, "rev-parse", "--verify", "HEAD")
        return head + (CHANGED if git.said(folder, "status", "--porcelain", "--untracked-files=normal") else "")
    except ProgramError:
        return ""
