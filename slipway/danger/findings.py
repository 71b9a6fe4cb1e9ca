"""What a change puts at risk, as values, and their JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VERSION = 1
UNPROVEN = "unproven"  # what happens to data where nobody knows whether anything does


@dataclass(frozen=True, slots=True, kw_only=True)
class Endangered:
    """Data that a change would lose, and `because` what demands it. `happens` is replaced, deleted or erased.

    It is rewritten where what is deployed of a list of migrations does not stay, and unproven where a simulated
    provider does not know whether what changes replaces it.
    """

    urn: str
    type: str
    what: str
    happens: str
    because: tuple[str, ...]
    why: str
    remedy: str
    protected: bool
    approved: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {
            "urn": self.urn,
            "type": self.type,
            "what": self.what,
            "happens": self.happens,
            "because": list(self.because),
            "why": self.why,
            "remedy": self.remedy,
            "protected": self.protected,
            "approved": self.approved,
        }


@dataclass(frozen=True, slots=True)
class Renamed:
    """A URN that vanishes while one like it appears: probably the same thing under another name, without an alias.

    `below` are the URNs that vanish with it because they lie below it.
    """

    old: str
    new: str
    below: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {"old": self.old, "new": self.new, "below": list(self.below)}


@dataclass(frozen=True, slots=True)
class Downtime:
    """Something that serves and is interrupted. `happens` is replaced, deleted or restarted."""

    urn: str
    type: str
    happens: str
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {"urn": self.urn, "type": self.type, "happens": self.happens, "sentence": self.sentence}


@dataclass(frozen=True, slots=True)
class Note:
    """Something that harms nothing yet: a protection that falls, an object that is left, a way back that closes."""

    urn: str
    message: str

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {"urn": self.urn, "message": self.message}


@dataclass(frozen=True, slots=True)
class Danger:
    """All that a change puts at risk, each part in order of URNs.

    `vanished` are all URNs that go, the renamed ones too. `one_way` says why the change cannot be rolled back, empty
    where it can. `unneeded` are approvals of what is not endangered.
    """

    endangered: tuple[Endangered, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    vanished: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    downtime: tuple[Downtime, ...] = ()
    notes: tuple[Note, ...] = ()
    one_way: tuple[Note, ...] = ()
    unneeded: tuple[str, ...] = ()

    @property
    def unapproved(self) -> tuple[Endangered, ...]:
        """The endangered data that nobody approved of."""
        return tuple(found for found in self.endangered if not found.approved)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {
            "version": VERSION,
            "endangered": [found.to_json() for found in self.endangered],
            "renamed": [found.to_json() for found in self.renamed],
            "vanished": list(self.vanished),
            "replaced": list(self.replaced),
            "downtime": [found.to_json() for found in self.downtime],
            "notes": [found.to_json() for found in self.notes],
            "rollback": {"possible": not self.one_way, "because": [found.to_json() for found in self.one_way]},
            "unneededApprovals": list(self.unneeded),
        }
