"""The release in a stack's configuration: where it stands, and how people name it. Whatever its kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.texts import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

TOPOLOGY, RELEASE = "slipway:topology", "release"
_KIND, _CANDIDATE, _PERCENT = "kind", "candidate", "percent"
# Of whichever release it is: what becomes of the images' repository, and the secret that gets an archive.
_NO_NAMES = (_KIND, "deletion", "token")
_DIGEST = re.compile(r"(?<![0-9a-f])([0-9a-f]{12})[0-9a-f]{28,52}(?![0-9a-f])")
_SPELT = re.compile(r"(?:sha256:)?([0-9a-f]{7,64})…?")  # seven digits of a digest name one, as Git has it


def release_of(values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The release that a stack's configuration, any YAML by full key, names; None where it names none."""
    topology = values.get(TOPOLOGY)
    release = topology.get(RELEASE) if isinstance(topology, dict) else None
    return release if isinstance(release, dict) else None


def with_release(values: Mapping[str, Any], release: Mapping[str, Any] | None) -> dict[str, Any]:
    """The same configuration with this release in its topology, or with none."""
    topology = values.get(TOPOLOGY)
    others = {key: value for key, value in topology.items() if key != RELEASE} if isinstance(topology, dict) else {}
    return {**values, TOPOLOGY: others if release is None else {**others, RELEASE: dict(release)}}


def without_candidate(release: Mapping[str, Any]) -> Mapping[str, Any]:
    """The release that answered all requests but those of a candidate, which it may have beside it."""
    return {key: value for key, value in release.items() if key != _CANDIDATE}


def shown(release: Mapping[str, Any]) -> str:
    """A release in one line for people, digests cut short."""
    own = " ".join([str(release.get(_KIND, "")), *_short(without_candidate(release))])
    candidate = release.get(_CANDIDATE)
    if not isinstance(candidate, dict):
        return own
    return f"{own}, with {' '.join(_short(candidate))} for {candidate.get(_PERCENT, '?')} of 100 requests"


def is_named(release: Mapping[str, Any], name: str) -> bool:
    """Whether people mean this release: by a key, an image or a revision, or by the first digits of a digest.

    They may be given as `shown` shows them.
    """
    digits = _SPELT.fullmatch(name)
    begun = re.compile(rf"(?<![0-9a-f]){digits[1]}") if digits else None
    return any(name == text or text.endswith(f"/{name}") or (begun and begun.search(text)) for text in _names(release))


def _short(release: Mapping[str, Any]) -> list[str]:
    return [_DIGEST.sub(r"\1…", name) for name in _names(release)]


def _names(release: Mapping[str, Any]) -> list[str]:
    return list(texts({key: value for key, value in release.items() if key not in _NO_NAMES}))
