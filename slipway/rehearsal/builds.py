"""Another release of what a stack builds itself: each image from a Dockerfile with one line more, in a copy of it.

Parts of a stack file are any YAML, hence `Any`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from config.build_context import IGNORE
from slipway.files import write

if TYPE_CHECKING:
    from pathlib import Path

_CONTEXT, _DOCKERFILE, _DIGEST = "context", "dockerfile", "digest"
_LINE = "# rehearsed"


def with_dockerfiles(release: Any) -> Any:
    """A release in which each build names its Dockerfile, which is in the context where none is named.

    One whose digest is named is not built, and its files may be gone.
    """
    if not isinstance(release, dict) or release.get(_DIGEST):
        return release
    if _CONTEXT in release:
        return {**release, _DOCKERFILE: release.get(_DOCKERFILE) or f"{release[_CONTEXT]}/Dockerfile"}
    return {name: with_dockerfiles(part) for name, part in release.items()}


def other_builds(release: Any, project: Path, scratch: Path) -> Any:
    """The release with another Dockerfile for each build that names one; they are written below `scratch`."""
    if not isinstance(release, dict) or release.get(_DIGEST):
        return release
    if _DOCKERFILE not in release:
        return {name: other_builds(part, project, scratch / name) for name, part in release.items()}
    own = project / release[_DOCKERFILE]
    other = scratch / own.name
    scratch.mkdir(parents=True, exist_ok=True)
    write(other, f"{own.read_text(encoding='utf-8').rstrip()}\n{_LINE}\n")
    ignore = own.with_name(f"{own.name}{IGNORE}")  # what holds for this Dockerfile alone
    if ignore.is_file():
        write(other.with_name(ignore.name), ignore.read_text(encoding="utf-8"))
    return {**release, _DOCKERFILE: os.path.relpath(other, project)}
