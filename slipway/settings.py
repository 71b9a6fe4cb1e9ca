"""A stack's settings, checked before its program runs, so that a wrong file is told apart from a failing program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.effective import Effective, effective
from config.errors import ConfigError
from slipway.errors import UsageError

if TYPE_CHECKING:
    from slipway.project import Project


def has_settings(project: Project) -> bool:
    """Whether the project is a Slipway: one whose stack files and applications our models describe."""
    folder = project.directory / "config"
    return (folder / "load.py").is_file() and (folder / "apps").is_dir()


def settings_of(project: Project, stack: str, *, builds: bool = True) -> Effective:
    """The effective settings of a stack. Raises `UsageError` with every fault of its files.

    `builds` is whether it is one too that an image cannot be built now.
    """
    if not has_settings(project):
        raise UsageError(f"{project.directory}: has no config/apps, so no settings that Slipway knows.")
    try:
        return effective(project.directory, stack, builds=builds)
    except ConfigError as error:
        raise UsageError("\n".join(error.messages)) from None
