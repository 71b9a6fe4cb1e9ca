"""The simulated cloud as its checks see it: objects by type and by what they name, and one change at a time."""

from __future__ import annotations

import fcntl
import threading
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from slipway.simulated.differences import values_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slipway.simulated.store import Object, Store


class Cloud:
    """The objects of one package.

    Objects that other commands make or remove meanwhile are seen; what they change in objects that are there is not.
    Each file is read once, and what names something is kept by what it names, so that no question reads all of them.
    """

    def __init__(self, store: Store, told_of: Callable[[str], bool] = lambda _: False) -> None:
        """`told_of` says whether an id or a name is known to exist although no object here has it."""
        self._store = store
        self._told_of = told_of
        self._lock = threading.RLock()
        self._changed = threading.Condition()
        self._changes = 0
        self._looked = False
        self._files: dict[str, Object] = {}
        self._types: dict[str, dict[str, Object]] = defaultdict(dict)
        self._named: dict[tuple[str, str], dict[str, dict[str, Object]]] = {}

    @property
    def changes(self) -> int:
        """How often this provider has changed anything."""
        return self._changes

    def changed_since(self, changes: int, seconds: float) -> bool:
        """Whether this provider changes anything beyond so many changes within a time; waits until it does."""
        with self._changed:
            return self._changed.wait_for(lambda: self._changes > changes, seconds)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One change at a time, over all providers of this cloud: nothing comes between a check and what it allows."""
        with self._lock, self._store.lock_file() as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # the machine lets go of it with the process
            self._look()
            self._looked = True  # nobody else changes anything now, so once is enough
            try:
                yield
            finally:
                self._looked = False
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def get(self, token: str, identifier: str) -> Object | None:
        """An object, as it is now, or None."""
        return self._store.get(token, identifier)

    def of_package(self, package: str) -> Cloud:
        """What is in the same simulated world under another package."""
        return Cloud(self._store.beside(package))

    def told_of(self, name: str) -> bool:
        """Whether the answers or a stack file speak of an id or a name: then it is there, made by somebody else."""
        return self._told_of(name)

    def of(self, token: str) -> tuple[Object, ...]:
        """Every object of a type."""
        with self._lock:
            self._look()
            return tuple(self._types[token].values())

    def naming(self, token: str, path: str, value: str) -> tuple[Object, ...]:
        """The objects of a type whose property at a path with dots is this value, or a list that has it."""
        with self._lock:
            self._look()
            if (token, path) not in self._named:
                self._named[token, path] = defaultdict(dict)
                for thing in self._types[token].values():
                    self._index(thing, path)
            return tuple(self._named[token, path].get(value, {}).values())

    def add(self, thing: Object) -> bool:
        """Make an object; false where one of this type has its id already."""
        return self._store.create(thing) and self._keep(thing)

    def replace(self, thing: Object) -> None:
        """Write an object anew."""
        self._store.replace(thing)
        self._keep(thing)

    def remove(self, thing: Object) -> None:
        """Delete an object, if it is there."""
        self._store.delete(thing.type, thing.id)
        with self._lock:
            self._forget(self._store.name(thing.type, thing.id))

    def schedule(self, thing: Object) -> None:
        """Keep what is left of an object that is deleted after a while: no object any more, but its name is taken."""
        self._store.schedule(thing)

    def scheduled(self, token: str, identifier: str) -> Object | None:
        """What is left of an object that waits for its deletion."""
        return self._store.scheduled(token, identifier)

    def _keep(self, thing: Object) -> bool:
        with self._lock:
            name = self._store.name(thing.type, thing.id)
            self._forget(name)
            self._files[name] = thing
            self._types[thing.type][thing.id] = thing
            for token, path in self._named:
                if token == thing.type:
                    self._index(thing, path)
        return True

    def _forget(self, name: str) -> None:
        thing = self._files.pop(name, None)
        if thing is None:
            return
        self._types[thing.type].pop(thing.id, None)
        for (token, path), found in self._named.items():
            if token == thing.type:
                for value in _values(thing, path):
                    found[value].pop(thing.id, None)

    def _index(self, thing: Object, path: str) -> None:
        for value in _values(thing, path):
            self._named[thing.type, path][value][thing.id] = thing

    def _look(self) -> None:
        """Learn of files that came and went: names only, unless they are new."""
        if self._looked:
            return
        there = self._store.names()
        for name in self._files.keys() - there:
            self._forget(name)
        for name in there - self._files.keys():
            thing = self._store.read(name)
            if thing:
                self._keep(thing)


def _values(thing: Object, path: str) -> Iterator[str]:
    found: Any = values_at(thing.properties, path)
    for value in found:
        yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))
