"""Whether the images of a release can be built: what lies in the folders that it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.build_context import ContextError, content_digest
from config.release import BuildRelease, BuildsRelease
from config.settings import nearest, refused_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import InitErrorDetails

    from config.release import ImageBuild
    from config.settings import Settings

_STAGE = re.compile(r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*\S+[ \t]+AS[ \t]+(\S+)[ \t]*$", re.IGNORECASE | re.MULTILINE)


def unbuildable(release: Settings, root: Path) -> Iterator[InitErrorDetails]:
    """One fault of each image that cannot be built; paths are relative to the topology. `root` is the project's.

    Where a digest names the image nothing is built, and so nothing is looked at.
    """
    if not isinstance(release, BuildRelease | BuildsRelease):
        return
    for name, build in release.by_service().items():
        if build.digest is not None:
            continue
        path = ("release", release.kind, *(("builds", name) if name else ()))
        try:
            content_of(build, root)
        except ContextError as error:
            given = build.context if error.setting == "context" else build.instructions()
            yield refused_at((*path, error.setting), given, error.rule, error.remedy)
            continue
        yield from _no_stage(build, root, path)


def _no_stage(build: ImageBuild, root: Path, path: tuple[str, ...]) -> Iterator[InitErrorDetails]:
    """The stage that is wanted, where the Dockerfile has none of this name; builders take names in any case."""
    stages = _STAGE.findall((root / build.instructions()).read_text(encoding="utf-8", errors="replace"))
    if build.target is not None and build.target.lower() not in {stage.lower() for stage in stages}:
        rule = f"the stages of {build.instructions()} are {', '.join(stages) or 'without names'}"
        remedy = f"{nearest(build.target, stages)}write one of them, or take it out for the last"
        yield refused_at((*path, "target"), build.target, rule, remedy)


def content_of(build: ImageBuild, root: Path) -> str:
    """The digest of what an image is built from. Raises `ContextError` where it cannot be."""
    return content_digest(root / build.context, root / build.instructions())
