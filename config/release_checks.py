"""What a release and an application say together and cannot mean, in whatever topology runs them on machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.release import GitRelease
from config.settings import refused_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.settings import Settings


def wrongly_built(release: Settings, application: Application, builder: str) -> Iterator[InitErrorDetails]:
    """A revision is built with npm alone, and with one command; `builder` says who builds it, as in "machines build".

    Paths are relative to the topology.
    """
    if not isinstance(release, GitRelease):
        return
    for key, given, wanted in (
        ("packages", application.runtime.packages, "npm"),
        ("build", application.runtime.build, "npm run build"),
    ):
        if given != wanted:
            rule = f"topology.release is of kind git, and {builder} a revision with {wanted} only"
            yield refused_at(("..", "application", "runtime", key), given, rule, "build an archive")
