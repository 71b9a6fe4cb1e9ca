"""An older revision of a project as files of its own: the user's tree, index and branches stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.errors import ProgramError, UsageError
from slipway.git import git

if TYPE_CHECKING:
    from pathlib import Path


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
    asked = git(project, "rev-parse", "--show-toplevel")
    if asked.returncode != 0:
        raise UsageError(f"{project}: not in a git checkout, so it has no older revision: {asked.stderr.strip()}")
    root = project.__class__(asked.stdout.rstrip("\n")).resolve()
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if found.returncode != 0:
        raise UsageError(_unknown(root, ref))
    changed = git(root, "status", "--porcelain", "--no-renames")
    return Revision(root, project.resolve().relative_to(root), ref, found.stdout.strip(), bool(changed.stdout.strip()))


def export(revision: Revision, folder: Path) -> Path:
    """Write the revision's files into an empty folder; the project's folder among them.

    An index of its own is filled and checked out from. `git archive` would leave out, and write into, files that
    attributes mark for releases. Raises `ProgramError` where git fails and `UsageError` where the project is not there.
    """
    folder.mkdir(parents=True)
    index = {"GIT_INDEX_FILE": str(folder.with_name(f"{folder.name}.index"))}
    for arguments in (("read-tree", revision.commit), ("checkout-index", "--all", f"--prefix={folder}/")):
        done = git(revision.root, *arguments, variables=index)
        if done.returncode != 0:
            raise ProgramError(f"{revision.root}: git {arguments[0]} of {revision.ref} failed: {done.stderr.strip()}")
    project = folder / revision.place
    if not any((project / name).is_file() for name in ("Pulumi.yaml", "Pulumi.yml")):
        where = f"{revision.place}/Pulumi.yaml" if str(revision.place) != "." else "Pulumi.yaml"
        raise UsageError(f"{revision.ref} ({revision.commit[:12]}): has no {where}: no project to come from.")
    return project


def _unknown(root: Path, ref: str) -> str:
    message = f"{root}: --from: given {ref!r}; it names no commit here. Allowed: a tag, a branch, a hash, HEAD~3."
    shallow = git(root, "rev-parse", "--is-shallow-repository")
    if shallow.stdout.strip() == "true":
        return f"{message} This clone is shallow: get the rest with git fetch --unshallow --tags."
    return f"{message} Tags of the origin come with git fetch --tags."
