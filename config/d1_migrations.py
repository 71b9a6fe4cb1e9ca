"""The migrations of a database in D1: files of SQL in one folder, in the order in which wrangler applies them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.cloudflare import Cloudflare
from config.errors import printable
from config.settings import refused_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import InitErrorDetails

    from config.settings import Settings

_NAME = re.compile(r"([0-9]{1,9})(?:[_.-][A-Za-z0-9_.-]*)?\.sql")
_ENDING = ".sql"
_MOST_BYTES = 10_000_000  # more than any schema; rows are moved by tools/sqlite-to-d1


class MigrationsError(Exception):
    """What keeps a folder's migrations from being applied: the rule, and what to do."""

    def __init__(self, rule: str, remedy: str) -> None:
        """Both are parts of a sentence, as `refused_at` takes them."""
        super().__init__(f"{rule}; {remedy}")
        self.rule, self.remedy = rule, remedy


@dataclass(frozen=True, slots=True)
class MigrationFile:
    """One migration: its file's name, and the SHA-256 sum of what is in it as 64 hexadecimal digits."""

    name: str
    sha256: str


def migration_files(folder: Path) -> tuple[MigrationFile, ...]:
    """The migrations of a folder in the order of their numbers.

    Files that do not end with `.sql` and folders in it are passed over, as wrangler does. Raises `MigrationsError`
    where wrangler would leave a file out or where its order is not clear from the numbers.
    """
    if not folder.is_dir():
        raise MigrationsError("there is no such folder", "name one relative to the project's root")
    try:
        found = [file for file in sorted(folder.iterdir()) if file.name.lower().endswith(_ENDING)]
    except OSError as error:
        raise MigrationsError(f"it cannot be read: {error.strerror}", "let who deploys read it") from None
    if not found:
        raise MigrationsError("there is no migration in it", "write one, as in 0001_tables.sql, or take this out")
    numbers: dict[int, str] = {}
    for file in found:
        number = _number(file.name)
        if number in numbers:
            both = f"{numbers[number]} and {file.name} have the same number"
            raise MigrationsError(both, "give the newer one the next number")
        numbers[number] = file.name
    return tuple(MigrationFile(numbers[number], _sum(folder / numbers[number])) for number in sorted(numbers))


def unreadable_migrations(topology: Settings, root: Path) -> Iterator[InitErrorDetails]:
    """The fault of the folder that a stack's migrations are in; `root` is the project's. Paths are the topology's."""
    if not isinstance(topology, Cloudflare) or topology.database.migrations is None:
        return
    directory = topology.database.migrations.directory
    try:
        migration_files(root / directory)
    except MigrationsError as error:
        yield refused_at(("cloudflare", "database", "migrations", "directory"), directory, error.rule, error.remedy)


def _number(name: str) -> int:
    matched = _NAME.fullmatch(name)
    if matched is None:
        rule = f"{printable(name)} is no name of a migration: a number, and letters, digits and _ . - behind it"
        raise MigrationsError(rule, "rename it as in 0002_rooms.sql, while it is not applied yet")
    return int(matched[1])


def _sum(file: Path) -> str:
    """The digest of a migration that is a file itself, has something in it and is text."""
    if file.is_symlink() or not file.is_file():
        raise MigrationsError(f"{file.name} is no file but a link or another thing", "put the file itself there")
    try:
        content = file.read_bytes()
        text = content.decode()
    except OSError as error:
        raise MigrationsError(f"{file.name} cannot be read: {error.strerror}", "let who deploys read it") from None
    except UnicodeDecodeError:
        raise MigrationsError(f"{file.name} is no text in UTF-8", "save it as UTF-8") from None
    if not text.strip():
        raise MigrationsError(f"{file.name} is empty", "write its statements, or take it out")
    if len(content) > _MOST_BYTES:
        raise MigrationsError(f"{file.name} has {len(content):,} bytes", "move rows with tools/sqlite-to-d1")
    return hashlib.sha256(content).hexdigest()
