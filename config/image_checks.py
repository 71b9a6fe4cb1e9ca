"""What a release of container images and an application cannot mean together, in every topology that runs images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.release import BuildRelease, BuildsRelease, ImagesRelease
from config.service_checks import unknown_services
from config.settings import refused_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.release import ContainerRelease

_UP = ("..", "application")  # leads from the topology to the application's part of the stack
# As pydantic tells places: the kind, then the key, which here has the same name.
_IMAGES, _BUILDS = ("release", "images", "images"), ("release", "builds", "builds")


def each_image(release: ContainerRelease, application: Application) -> Iterator[InitErrorDetails]:
    """Each service has its image, and no image is for a service that there is not."""
    if isinstance(release, ImagesRelease):
        yield from _for_each(_IMAGES, release.images, application, "image")
    elif isinstance(release, BuildsRelease):
        yield from _for_each(_BUILDS, release.builds, application, "build")


def _for_each(
    path: tuple[str, ...], given: Collection[str], application: Application, one: str
) -> Iterator[InitErrorDetails]:
    """`one` is the kind of a release that has one image for all."""
    for name in application.services:
        if name not in given:
            rule = f"each service needs its image here, and {name} has none"
            yield refused_at(path, {}, rule, f"add {name}, or write one image for all: kind: {one}")
    yield from unknown_services(given, application, path)


def one_folder(release: ContainerRelease, application: Application) -> Iterator[InitErrorDetails]:
    """An image has one working folder, and each service starts in its own."""
    if isinstance(release, ImagesRelease | BuildsRelease):
        return
    each = "builds" if isinstance(release, BuildRelease) else "images"
    first, *others = application.services
    folder = application.services[first].directory
    for name in others:
        given = application.services[name].directory
        if given != folder:
            rule = f"one image for all services has one working folder, and that of {first} is {folder}"
            remedy = f"write an image for each (topology.release.kind: {each}), or take one folder and longer entries"
            yield refused_at((*_UP, "services", name, "directory"), given, rule, remedy)
