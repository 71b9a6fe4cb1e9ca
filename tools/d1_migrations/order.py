"""What a deployment wants of a database: which migrations, with which content, and what of it the environment says."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT, DATABASE, NAME = "D1_ACCOUNT_ID", "D1_DATABASE_ID", "D1_DATABASE_NAME"
DIRECTORY, FILES = "D1_MIGRATIONS", "D1_MIGRATIONS_SHA256"
_LINE = re.compile(r"([0-9a-f]{64})  ([0-9][A-Za-z0-9_.-]*\.sql)")


class OrderError(Exception):
    """What is wanted is not said, or is not what lies on this machine; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file, with the SHA-256 sum of what is to be applied."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be applied to which database. The migrations stand in their order."""

    account: str
    database: str
    name: str
    directory: Path
    migrations: tuple[Migration, ...]

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Order:
        """The order that Pulumi's program gives. Raises `OrderError` where it is not whole."""
        missing = [key for key in (ACCOUNT, DATABASE, NAME, DIRECTORY, FILES) if not environment.get(key)]
        if missing:
            raise OrderError(f"{', '.join(missing)}: not set. The deployment of a stack sets them: run `pulumi up`")
        lines = environment[FILES].splitlines()
        found = [_LINE.fullmatch(line) for line in lines]
        if not all(found):
            raise OrderError(f"{FILES}: a sum, two spaces and a file's name are wanted in each line, as sha256sum says")
        migrations = tuple(Migration(each[2], each[1]) for each in found if each)
        where = Path(environment[DIRECTORY])
        return cls(environment[ACCOUNT], environment[DATABASE], environment[NAME], where, migrations)

    def contents(self) -> dict[str, bytes]:
        """What is in each file, by its name. Raises `OrderError` where it is not what was planned."""
        found = {}
        for migration in self.migrations:
            file = self.directory / migration.name
            try:
                content = file.read_bytes()
            except OSError as error:
                raise OrderError(f"{file}: cannot be read ({error.strerror}). Nothing was applied") from error
            if hashlib.sha256(content).hexdigest() != migration.sha256:
                raise OrderError(f"{file}: was changed since this deployment began. Nothing was applied; deploy again")
            found[migration.name] = content
        return found
