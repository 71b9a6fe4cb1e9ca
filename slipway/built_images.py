"""Releases whose images the deployment builds: which images one is, where its configuration alone does not tell.

The configuration is the same for every release of such a stack. A digest in it names an image that was built before. Of
what was built, the stack's output `images` tells the digests, and the message of a later deployment notes them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

REPOSITORY = "slipway:aws:ImageRepository"  # the component that each of these images lies in
REGISTRY, IMAGE = "aws:ecr/repository:Repository", "docker-build:index:Image"  # what it has, and what builds into it
_KIND, _DIGEST, _BUILD, _BUILDS = "kind", "digest", "build", "builds"
_SOURCES = ("context", "dockerfile", "target")
_ALL = ""  # the name of the one build that is for all services
_NOTE = "Images until then: "
_NOTED = re.compile(rf"^{_NOTE}(.+)$", re.MULTILINE)
_NAMED = re.compile(r"(?:(?P<service>[a-z][a-z0-9-]*)=)?(?P<digest>sha256:[0-9a-f]{64})")


def builds_of(release: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What is built of a release, any YAML, by service; under an empty name what is for all. Nothing of other kinds."""
    if release.get(_KIND) == _BUILD:
        return {_ALL: release}
    return release.get(_BUILDS) or {} if release.get(_KIND) == _BUILDS else {}


def is_open(release: Mapping[str, Any]) -> bool:
    """Whether a release says of some image what it is built from alone, and so not which one it is."""
    return not all(build.get(_DIGEST) for build in builds_of(release).values())


def identity(release: Mapping[str, Any]) -> Mapping[str, Any]:
    """What makes a release another one: its images' digests, or where those are unknown what they are built from."""
    images = {name: build.get(_DIGEST) or _sources(build) for name, build in _named(release)}
    return {_KIND: release.get(_KIND), "images": images} if images else release


def sources(release: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a release is built from, whichever images that has made. One that is not built, as it is."""
    built = {name: _sources(build) for name, build in _named(release)}
    return {_KIND: release.get(_KIND), _BUILDS: built} if built else release


def pinned(release: Mapping[str, Any], digests: Mapping[str, str]) -> Mapping[str, Any]:
    """The release with the digests of its images, by service; as it is where one is not known."""
    running = {**digests, _ALL: next(iter(digests.values()), "") if len(set(digests.values())) == 1 else ""}
    return _with_digests(release, {name: each.get(_DIGEST) or running.get(name, "") for name, each in _named(release)})


def going_on(own: Mapping[str, Any], former: Mapping[str, Any]) -> Mapping[str, Any]:
    """The former release, as a stack file writes it that has its `own` now: all but the digests stays, where it can."""
    digests = {name: build.get(_DIGEST) or "" for name, build in _named(former)}
    alike = own.get(_KIND) == former.get(_KIND) and builds_of(own).keys() == digests.keys()
    return _with_digests(own, digests) if digests and alike and not is_open(former) else former


def images_given(text: str) -> Mapping[str, str]:
    """The digests by service that people name: `sha256:…`, or `api=sha256:…,jobs=sha256:…`.

    Empty where it is none, and where one service is named twice: nobody could say which of the two is meant.
    """
    found = [_NAMED.fullmatch(part.strip()) for part in text.split(",")]
    named = {each["service"] or _ALL: each["digest"] for each in found if each}
    return named if len(named) == len(found) else {}


def with_images(release: Mapping[str, Any], given: Mapping[str, str], running: Mapping[str, str]) -> Mapping[str, Any]:
    """The release with the images `given` by service, and with those that run now for the other services.

    Raises `UsageError` where it has no such service, and where another image is not known: it would be built.
    """
    names = [name for name, _ in _named(release)]
    if unknown := sorted(given.keys() - set(names)):
        wanted = "sha256:… alone: one image is for all" if names == [_ALL] else f"SERVICE=sha256:…: {', '.join(names)}"
        raise UsageError(
            f"--to: names an image for {unknown[0] or 'all services'}; this stack's release takes {wanted}."
        )
    known = {name: each.get(_DIGEST) or running.get(name, "") for name, each in _named(release)} | dict(given)
    if missing := sorted(name for name, digest in known.items() if not digest):
        raise UsageError(f"--to: which image {missing[0]} runs is not known, and it would be built: name it too.")
    return _with_digests(release, known)


def digests_of(outputs: Mapping[str, Any]) -> Mapping[str, str]:
    """The digests by service that a stack's outputs, any JSON, tell; none where they tell no images."""
    images = outputs.get("images")
    found = {name: str(image).rpartition("@")[2] for name, image in images.items()} if isinstance(images, dict) else {}
    return found if all(_NAMED.fullmatch(digest) for digest in found.values()) else {}


def noting(message: str, digests: Mapping[str, str]) -> str:
    """A deployment's message with a note of the images that ran until then."""
    note = _NOTE + ",".join(f"{name}={digest}" for name, digest in sorted(digests.items()))
    return f"{message}\n\n{note}".lstrip()


def noted(message: str) -> Mapping[str, str]:
    """The images that ran until a deployment, by its message; none where that has no note."""
    found = _NOTED.search(message)
    return images_given(found[1].strip()) if found else {}


def _sources(build: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: build.get(key) for key in _SOURCES}


def _named(release: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [*builds_of(release).items()]


def _with_digests(release: Mapping[str, Any], digests: Mapping[str, str]) -> Mapping[str, Any]:
    if not digests or not all(digests.values()):
        return release
    if digests.keys() == {_ALL}:
        return {**release, _DIGEST: digests[_ALL]}
    return {**release, _BUILDS: {name: {**each, _DIGEST: digests[name]} for name, each in _named(release)}}
