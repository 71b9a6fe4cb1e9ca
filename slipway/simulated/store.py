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
from typing import TYPE_CHECKING, Any

from slipway.simulated.sdk import snake

if TYPE_CHECKING:
    from pathlib import Path


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
        try:
            return Object(**json.loads(self._file(token, identifier).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

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

    def _write_beside(self, file: Path, thing: Object) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        unfinished.write_text(json.dumps(asdict(thing), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return unfinished

    def _file(self, token: str, identifier: str) -> Path:
        digest = hashlib.sha256(f"{token} {identifier}".encode()).hexdigest()[:16]  # ids have characters of all kinds
        return self._folder / f"{snake(token.rsplit(':', 1)[-1])}-{digest}.json"
