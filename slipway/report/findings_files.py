"""Findings as files for other programs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from slipway.errors import UsageError
from slipway.files import write
from slipway.report.junit import junit
from slipway.report.sarif import sarif

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from slipway.planning import Planned
    from slipway.project import Project


def check_files(as_sarif: Path | None, as_junit: Path | None) -> None:
    """Raises `UsageError` for a folder, and for one file that is to be both, under whatever names."""
    for option, file in (("--sarif", as_sarif), ("--junit", as_junit)):
        if file is not None and file.is_dir():
            raise UsageError(f"{option}: given {str(file)!r}, which is a folder. Give the name of a file.")
    if as_sarif is not None and as_junit is not None and _are_one(as_sarif, as_junit):
        given = f"{as_sarif} for both" if as_sarif == as_junit else f"{as_sarif} and {as_junit}, which are one file"
        raise UsageError(f"--sarif, --junit: given {given}; each needs a file of its own.")


def write_findings(planned: Sequence[Planned], project: Project, as_sarif: Path | None, as_junit: Path | None) -> None:
    """Write the files that are asked for, each whole or not at all. Raises `OSError` where one cannot be written."""
    if as_sarif is not None:
        write(as_sarif, sarif(planned, {one.plan.stack: _file(project, one.plan.stack) for one in planned}))
    if as_junit is not None:
        write(as_junit, junit(planned))


def _are_one(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)


def _file(project: Project, stack: str) -> str:
    """A stack's file relative to its project; the project's own where there is none inside it."""
    file = project.stack_file(stack)
    inside = file.is_file() and file.is_relative_to(project.directory)
    return file.relative_to(project.directory).as_posix() if inside else "Pulumi.yaml"
