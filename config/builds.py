"""Whether the images of a release can be built: what lies in the folders that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.build_context import ContextError, content_digest
from config.release import BuildRelease, BuildsRelease
from config.settings import refused_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import InitErrorDetails

    from config.release import ImageBuild
    from config.settings import Settings


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


def content_of(build: ImageBuild, root: Path) -> str:
    """The digest of what an image is built from. Raises `ContextError` where it cannot be."""
    return content_digest(root / build.context, root / build.instructions())
