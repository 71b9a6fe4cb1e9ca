"""An older revision of a project as files of its own: the user's tree, index and branches stay as they are."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.errors import ProgramError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SECONDS = 300
_NO_GIT = "git is needed to read an older revision, and it is not on PATH. Install it."


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit of the repository `root`. `place` is where the project lies in it, `uncommitted` what this tree adds."""

    root: Path
    place: Path
    ref: str
    commit: str
    uncommitted: bool


def find_revision(project: Path, ref: str) -> Revision:
    """The commit that `ref` names in the repository of a project's folder.

    Raises `UsageError` where the folder is in no repository or the repository has no such commit.
    """
    asked = _git(project, "rev-parse", "--show-toplevel")
    if asked.returncode != 0:
        raise UsageError(f"{project}: not in a git checkout, so it has no older revision: {asked.stderr.strip()}")
    root = project.__class__(asked.stdout.rstrip("\n")).resolve()
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if found.returncode != 0:
        raise UsageError(_unknown(root, ref))
    changed = _git(root, "status", "--porcelain", "--no-renames")
    return Revision(root, project.resolve().relative_to(root), ref, found.stdout.strip(), bool(changed.stdout.strip()))


def export(revision: Revision, folder: Path) -> Path:
    """Write the revision's files into an empty folder; the project's folder among them.

    An index of its own is filled and checked out from. `git archive` would leave out, and write into, files that
    attributes mark for releases. Raises `ProgramError` where git fails and `UsageError` where the project is not there.
    """
    folder.mkdir(parents=True)
    index = {"GIT_INDEX_FILE": str(folder.with_name(f"{folder.name}.index"))}
    for arguments in (("read-tree", revision.commit), ("checkout-index", "--all", f"--prefix={folder}/")):
        done = _git(revision.root, *arguments, variables=index)
        if done.returncode != 0:
            raise ProgramError(f"{revision.root}: git {arguments[0]} of {revision.ref} failed: {done.stderr.strip()}")
    project = folder / revision.place
    if not any((project / name).is_file() for name in ("Pulumi.yaml", "Pulumi.yml")):
        where = f"{revision.place}/Pulumi.yaml" if str(revision.place) != "." else "Pulumi.yaml"
        raise UsageError(f"{revision.ref} ({revision.commit[:12]}): has no {where}: no project to come from.")
    return project


def _unknown(root: Path, ref: str) -> str:
    message = f"{root}: --from: given {ref!r}; it names no commit here. Allowed: a tag, a branch, a hash, HEAD~3."
    shallow = _git(root, "rev-parse", "--is-shallow-repository")
    if shallow.stdout.strip() == "true":
        return f"{message} This clone is shallow: get the rest with git fetch --unshallow --tags."
    return f"{message} Tags of the origin come with git fetch --tags."


def _git(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A git command. What a hook that runs us has set for its own repository does not reach it."""
    own = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX")}
    own.pop("GIT_INDEX_FILE", None)
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
