"""Changes of a stack's settings that a rehearsal tries, made in the copy of its file, never in the file itself."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.project import as_data
from slipway.rehearsal.builds import other_builds, with_dockerfiles
from slipway.rehearsal.stage import NotApplicableError
from slipway.releases import TOPOLOGY, release_of, with_release
from slipway.settings import has_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from slipway.project import Project

TAG = "rehearsed"
_TAGS = "slipway:tags"
_DIGESTS = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])")
_KEEPS = "deletion"
_NO_TAGS = "docker"  # the kind of topology whose stacks have none


@dataclass(frozen=True, slots=True)
class Settings:
    """What a stack's file says, by full key: any YAML, hence `Any`. A project of another kind has none we know.

    `directory` is the project's.
    """

    values: Mapping[str, Any]
    directory: Path

    @classmethod
    def of(cls, project: Project, stack: str) -> Settings | None:
        """The settings, or None where the project is no Slipway."""
        if not has_settings(project):
            return None
        values = {key: as_data(value) for key, value in project.config(stack).objects.items()}
        return cls(values, project.directory)

    def tagged(self) -> dict[str, Any]:
        """One tag more."""
        topology = self.values.get(TOPOLOGY)
        if isinstance(topology, dict) and topology.get("kind") == _NO_TAGS:
            raise NotApplicableError("nothing on a Docker engine has a tag that could be changed")
        tags = self.values.get(_TAGS) or {}
        names = (f"{TAG}{number or ''}" for number in itertools.count())
        return {_TAGS: {**tags, next(name for name in names if name not in tags): "yes"}}

    def released(self, scratch: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Another release, and the texts of the one before that may be nowhere any more.

        Of what is built, `scratch` gets another Dockerfile, so that no file of the project changes.
        """
        old = release_of(self.values)
        if old is None:
            raise NotApplicableError("the stack has no release")
        old = with_dockerfiles(old)
        new = other_builds({key: _other(key, value) for key, value in old.items()}, self.directory, scratch)
        gone = tuple(_gone(old, new))
        if not gone:
            raise NotApplicableError("nothing in the stack's release names what is released")
        return {TOPOLOGY: with_release(self.values, new)[TOPOLOGY]}, gone

    def restored(self) -> dict[str, Any]:
        """The release that the file names, again."""
        return {TOPOLOGY: self.values[TOPOLOGY]}

    def protected(self) -> dict[str, Any]:
        """`protect` in place of each `retain`: what is retained keeps its network, so a whole stack could not go."""
        topology = self.values.get(TOPOLOGY) or {}
        kept = _protected(topology)
        return {TOPOLOGY: kept} if kept != topology else {}


def _protected(part: Any) -> Any:
    """A part of the settings, at any depth: data that has a name of its own lies below others."""
    if not isinstance(part, dict):
        return part
    kept = {key: _protected(value) for key, value in part.items()}
    return {**kept, _KEEPS: "protect"} if part.get(_KEEPS) == "retain" else kept


def _gone(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """The texts that are others now."""
    for key, value in old.items():
        if isinstance(value, dict):
            yield from _gone(value, new[key])
        elif new[key] != value:
            yield str(value)


def _other(key: str, value: Any) -> Any:
    """Another name of the same kind for what is released."""
    if isinstance(value, dict):
        return {name: _other(name, inner) for name, inner in value.items()}
    if not isinstance(value, str):
        return value
    if key == "key":
        folder, slash, name = value.rpartition("/")
        return f"{folder}{slash}{TAG}-{name}"
    return _DIGESTS.sub(lambda found: hashlib.sha256(found[0].encode()).hexdigest()[: len(found[0])], value)
