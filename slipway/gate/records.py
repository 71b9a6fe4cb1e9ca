"""What the backend has recorded of a stack's deployments, and which of their releases may be meant by going back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from slipway.built_images import identity, is_open, noted, pinned, sources
from slipway.project import as_data
from slipway.releases import release_of, with_release, without_candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_UPDATE, _DESTROY, _SUCCEEDED = "update", "destroy", "succeeded"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a stack's configuration: `values` by full key, any JSON, but for those of keys in `secret`."""

    values: Mapping[str, Any]
    secret: frozenset[str] = frozenset()

    def differing(self, other: Known) -> list[str]:
        """The settings that another has differently, as dotted paths."""
        secret = self.secret | other.secret
        one, two = ({key: value for key, value in each.values.items() if key not in secret} for each in (self, other))
        return [*_paths(one, two, ""), *sorted(self.secret ^ other.secret)]


@dataclass(frozen=True, slots=True)
class Update:
    """One operation on a stack: its kind, how and when it ended, with which configuration and of which commit.

    `images` are the digests by service of what it deployed, where that is known and it built them, and `until` of what
    ran before it, which its message notes.
    """

    kind: str
    succeeded: bool
    ended: str
    config: Known
    commit: str = ""
    images: Mapping[str, str] = field(default_factory=dict)
    until: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Self:
        """One record, any JSON, of `pulumi stack history --json`."""
        config = record.get("config") or {}
        values = {key: as_data(each["value"]) for key, each in config.items() if "value" in each}
        return cls(
            kind=record.get("kind", ""),
            succeeded=record.get("result") == _SUCCEEDED,
            ended=record.get("endTime") or record.get("startTime", ""),
            config=Known(values, frozenset(key for key, each in config.items() if each.get("secret"))),
            commit=(record.get("environment") or {}).get("git.head", ""),
            until=noted(record.get("message") or ""),
        )

    @property
    def written(self) -> Mapping[str, Any] | None:
        """The release as the configuration had it, None where the record does not say."""
        return release_of(self.config.values)

    @property
    def release(self) -> Mapping[str, Any] | None:
        """The release that was to run: as it was written, with the digests of what was built where they are known."""
        return pinned(self.written, self.images) if self.written else self.written

    def settled(self) -> Update:
        """The same without a release that was tried on some requests: to go back is to end every trial."""
        if self.written is None:
            return self
        values = with_release(self.config.values, without_candidate(self.written))
        return replace(self, config=replace(self.config, values=values))


@dataclass(frozen=True, slots=True)
class Deployments:
    """The deployments of a stack, the newest first. `gone` is whether it was taken down after the last of them."""

    updates: tuple[Update, ...]
    gone: bool = False

    @classmethod
    def of(cls, operations: Sequence[Update], images: Mapping[str, str] | None = None) -> Self:
        """Those among all operations, the newest first. `images` are the digests by service of what runs now."""
        newest = next((each.kind for each in operations if each.kind in (_UPDATE, _DESTROY)), "")
        updates = (each for each in operations if each.kind == _UPDATE)
        return cls(tuple(_with_images(updates, images or {})), newest == _DESTROY)

    @property
    def last(self) -> Update | None:
        """The newest, however it ended."""
        return self.updates[0] if self.updates else None

    def former(self) -> tuple[Update, ...]:
        """For each release that was deployed before the last one first was its newest successful deployment.

        So whoever has gone back and goes back again does not return to what they left.
        """
        current = self.updates[0]
        alike = [_same(each, current) for each in self.updates]
        # One that failed before its images were known is no other time's: each was of its own content.
        known = current.release is None or not is_open(current.release)
        first = len(alike) - 1 - alike[::-1].index(True) if known else [*alike, False].index(False) - 1
        return tuple(_distinct(self.updates[first + 1 :], current))

    def others(self) -> tuple[Update, ...]:
        """The same of every release but the last one."""
        return tuple(_distinct(self.updates, self.updates[0]))

    def unknown_since(self, target: Update) -> tuple[Update, ...]:
        """What went well after `target` and before the last one, and perhaps brought images that nobody has noted.

        The newest comes first. Nothing where `target` is none of the deployments.
        """
        later = self.updates[: self.updates.index(target)] if target in self.updates else ()
        return tuple(each for each in later[1:] if each.succeeded and is_open(each.release or {}))


def _with_images(updates: Iterable[Update], running: Mapping[str, str]) -> Iterator[Update]:
    """Each with the images that ran after it, which the next one notes. What failed may have brought others or none."""
    for each in updates:
        yield replace(each, images=running) if each.succeeded else each
        running = each.until


def _same(one: Update, other: Update) -> bool:
    return identity(one.release or {}) == identity(other.release or {})


def _distinct(updates: Iterable[Update], but: Update) -> Iterator[Update]:
    seen = [identity(but.release or {})]
    for each in map(Update.settled, updates):
        if each.succeeded and each.release is not None and identity(each.release) not in seen:
            seen.append(identity(each.release))
            if not _differs_in_content_alone(each, but):
                yield each


def _differs_in_content_alone(one: Update, other: Update) -> bool:
    """Whether nothing known tells what one deployed from what another built: to go back to it would build today's."""
    return is_open(one.release or {}) and sources(one.written or {}) == sources(other.written or {})


def _paths(one: Any, other: Any, path: str) -> Iterator[str]:
    if not (isinstance(one, dict) and isinstance(other, dict)):
        if one != other:
            yield path
        return
    for key in sorted({*one, *other}):
        yield from _paths(one.get(key), other.get(key), f"{path}.{key}" if path else key)
