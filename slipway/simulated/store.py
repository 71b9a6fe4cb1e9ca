"""The state of the simulated cloud: one JSON file per object, made to be read and edited by people.

Edit a file and the object has drifted, delete it and the object is gone. Creation is exclusive and every write atomic,
so a provider that is killed leaves nothing half-written.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any

from slipway.simulated.sdk import snake

if TYPE_CHECKING:
    from pathlib import Path

_SCHEDULED = ".scheduled"


@dataclass(frozen=True, slots=True)
class Object:
    """One thing in the cloud: what was asked for, and what it computed itself. Any JSON, hence `Any`."""

    type: str
    id: str
    urn: str
    inputs: dict[str, Any]
    computed: dict[str, Any]

    @property
    def properties(self) -> dict[str, Any]:
        """All that a read of it gives."""
        return {**self.inputs, **self.computed}


class Store:
    """The objects of one package."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first object is."""
        self._folder = folder

    def get(self, token: str, identifier: str) -> Object | None:
        """An object, or None."""
        return self.read(self.name(token, identifier))

    def create(self, thing: Object) -> bool:
        """Add an object; false where one of this type has its id already."""
        file = self._file(thing.type, thing.id)
        unfinished = self._write_beside(file, thing)
        try:
            os.link(unfinished, file)  # fails where the file exists, which a rename does not
        except FileExistsError:
            return False
        finally:
            unfinished.unlink()
        return True

    def replace(self, thing: Object) -> None:
        """Write an object anew."""
        file = self._file(thing.type, thing.id)
        self._write_beside(file, thing).replace(file)

    def delete(self, token: str, identifier: str) -> None:
        """Remove an object, if it is there."""
        self._file(token, identifier).unlink(missing_ok=True)

    def beside(self, package: str) -> Store:
        """The objects of another package in the same simulated world."""
        return Store(self._folder.with_name(package))

    def names(self) -> set[str]:
        """The names of the objects' files."""
        try:
            return {name for name in os.listdir(self._folder) if name.endswith(".json")}  # noqa: PTH208 - half the time
        except FileNotFoundError:
            return set()

    def read(self, name: str) -> Object | None:
        """The object in a file of this name; None where it is gone."""
        try:
            return Object(**json.loads((self._folder / name).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def name(self, token: str, identifier: str) -> str:
        """The name of an object's file."""
        return self._file(token, identifier).name

    def schedule(self, thing: Object) -> None:
        """Write down that an object is to be deleted later: a file that is not an object's."""
        file = self._file(thing.type, thing.id).with_suffix(_SCHEDULED)
        self._write_beside(file, thing).replace(file)

    def scheduled(self, token: str, identifier: str) -> Object | None:
        """What is left of an object that waits for its deletion."""
        return self.read(self._file(token, identifier).with_suffix(_SCHEDULED).name)

    def lock_file(self) -> IO[bytes]:
        """A file of this folder that is nothing but a lock."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return (self._folder / ".lock").open("wb")

    def _write_beside(self, file: Path, thing: Object) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        unfinished.write_text(json.dumps(asdict(thing), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return unfinished

    def _file(self, token: str, identifier: str) -> Path:
        digest = hashlib.sha256(f"{token} {identifier}".encode()).hexdigest()[:16]  # ids have characters of all kinds
        return self._folder / f"{snake(token.rsplit(':', 1)[-1])}-{digest}.json"
