"""A move as a whole: its two sides, and what follows from them for every phase."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.move import names, postgres, secrets, services, uploads
from slipway.move.estimates import ASSUMED_GIB
from slipway.move.shell import bridge

if TYPE_CHECKING:
    from slipway.move.facts import Name, Side

_PRIVATE = ("managed", "existing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From one side to another one. `given_gib` is how much data there is, where whoever asks knows it."""

    source: Side
    target: Side
    given_gib: float | None = None

    @property
    def in_place(self) -> bool:
        """Whether both sides are one stack, whose topology changes."""
        return self.source.stack == self.target.stack

    @property
    def moves_postgres(self) -> bool:
        """Whether rows go from one PostgreSQL to another one."""
        first, second = self.source.postgres, self.target.postgres
        return first is not None and second is not None and not first.same(second, in_place=self.in_place)

    @property
    def moves_sqlite(self) -> bool:
        """Whether a SQLite database goes to another place."""
        first, second = self.source.sqlite, self.target.sqlite
        if first is None or second is None:
            return False
        return not (self.in_place and first.kind == second.kind)

    @property
    def moves_uploads(self) -> bool:
        """Whether uploaded files go to another place."""
        first, second = self.source.uploads, self.target.uploads
        if first is None or second is None:
            return False
        return not (self.in_place and first.made == second.made and first.kind == second.kind)

    @property
    def moves_data(self) -> bool:
        """Whether anything has to stand still while it is copied."""
        return self.moves_postgres or self.moves_sqlite or self.moves_uploads

    @property
    def leaves_redis(self) -> bool:
        """Whether what the old Redis has stays behind."""
        first, second = self.source.redis, self.target.redis
        return first is not None and (second is None or not first.same(second, in_place=self.in_place))

    @property
    def shared_passwords(self) -> frozenset[str]:
        """Names of passwords of data that both sides use."""
        found = set()
        if self.source.postgres and self.target.postgres and not self.moves_postgres:
            found |= {self.target.postgres.secret}
        if self.source.redis and self.target.redis and not self.leaves_redis:
            found |= {self.target.redis.secret}
        return frozenset(found)

    @property
    def copied(self) -> tuple[str, ...]:
        """Secrets that are handed over."""
        return secrets.copied(self.source, self.target, self.shared_passwords)

    @property
    def new(self) -> tuple[str, ...]:
        """Secrets that somebody sets."""
        return secrets.new(self.source, self.target, self.shared_passwords)

    @property
    def kept(self) -> tuple[str, ...]:
        """Generated secrets whose old value is taken over."""
        return secrets.kept(self.source, self.target)

    @property
    def switched(self) -> tuple[Name, ...]:
        """The names that shall lead to the new side: those of the old one, as far as the new one has what answers."""
        return tuple(name for name in self.source.names if name.part == "services" or names.answers(self.target, name))

    @property
    def switch_title(self) -> str:
        """What the step is called from which people come to the new side."""
        return "Lead the names to the new side" if self.switched else "Tell the new address"

    @property
    def scheme(self) -> str:
        """How people ask for the names of the new side. Before an engine of one's own somebody else ends TLS."""
        return "https" if self.target.cloud == "engine" else self.target.scheme

    @property
    def slowest(self) -> int:
        """The seconds that others keep the answer about a name before anything is lowered."""
        return max((name.ttl for name in self.switched), default=0)

    @property
    def kept_seconds(self) -> int:
        """The same once it is lowered."""
        return max((names.SHORT if names.can_lower(name) else name.ttl for name in self.switched), default=0)

    @property
    def gib(self) -> float:
        """How much data there is: as given, else the room that the plans state, else an assumption."""
        return self.given_gib or self._stated() or ASSUMED_GIB

    @property
    def gib_source(self) -> str:
        """Where that figure comes from."""
        if self.given_gib:
            return f"{self.given_gib:g} GiB of data, as given with --data-gib"
        if stated := self._stated():
            return f"{stated:g} GiB of data: the whole room that the plans state, so less in truth; --data-gib states more exactly"
        return f"{ASSUMED_GIB:g} GiB of data is assumed, because no plan states any; --data-gib states it"

    @property
    def drain_minutes(self) -> int:
        """Minutes until what is under way on the old side has ended and it is stopped."""
        return math.ceil(self.source.drain / 60) + 2

    def _stated(self) -> float:
        return float(_room(self.source) or _room(self.target))

    def reach(self) -> tuple[str, ...]:
        """Commands after which both databases, and both places for files, are named and can be reached."""
        found: list[str] = []
        if self.moves_postgres:
            for side in (self.source, self.target):
                assert side.postgres is not None  # noqa: S101 - something moves
                if side.postgres.kind in _PRIVATE:
                    found += bridge(side)
                found += postgres.reach(side, side.postgres)
        if self.moves_sqlite:
            for side in (self.source, self.target):
                found += services.machine(side)
                if side.sqlite is not None and side.sqlite.kind == "d1":
                    found.append(f'.venv/bin/slipway render "${side.word}" --out "$MOVE/{side.low}"')
        if self.moves_uploads:
            assert self.source.uploads is not None  # noqa: S101 - something moves
            assert self.target.uploads is not None  # noqa: S101
            found += uploads.places(self.source, self.target, self.source.uploads, self.target.uploads)
        return tuple(found)

    def leave(self) -> tuple[str, ...]:
        """Commands that take away what `reach` has made in a cloud."""
        return tuple(
            f'{side.low}_aws ec2 terminate-instances --instance-ids "${side.word}_BRIDGE" >/dev/null'
            for side in (self.source, self.target)
            if self.moves_postgres and side.postgres is not None and side.postgres.kind in _PRIVATE
        )


def _room(side: Side) -> int:
    return max((each.gib for each in (side.postgres, side.sqlite) if each is not None), default=0)
