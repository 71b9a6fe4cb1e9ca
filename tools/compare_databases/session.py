"""One database, asked through psql: all answers are of one moment, and each arrives line by line."""

from __future__ import annotations

import json
import subprocess
import tempfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_END = "\x1e end of the answer"
_OLDEST = 120_000  # server_version_num; before 12, numbers were written otherwise
# What decides how a value is written. With the same on both sides the same value is the same text.
_SETTINGS = {
    "bytea_output": "hex",
    "client_encoding": "UTF8",
    "datestyle": "ISO, YMD",
    "extra_float_digits": "1",
    "idle_in_transaction_session_timeout": "0",
    "intervalstyle": "postgres",
    "lc_monetary": "C",
    "lock_timeout": "60s",
    "row_security": "off",  # an error where rows would be hidden from us
    "search_path": "",
    "statement_timeout": "0",
    "timezone": "UTC",
    "xmloption": "content",
}


class DatabaseError(Exception):
    """psql or the database failed; the message is theirs."""


class Session:
    """A database between `opened` and its end. `name` is the variable that has its address."""

    def __init__(self, name: str, process: subprocess.Popen[str], errors: IO[str]) -> None:
        self.name = name
        self._process, self._errors = process, errors

    def rows(self, query: str) -> Iterator[list[Any]]:  # Any: JSON
        """The answer to a query whose one column is a JSON array. It has to be read to its end."""
        assert self._process.stdin is not None  # noqa: S101 - they are pipes
        assert self._process.stdout is not None  # noqa: S101
        try:
            self._process.stdin.write(f"{query};\n\\echo '{_END}'\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._failed() from None
        for line in self._process.stdout:
            if line.rstrip("\n") == _END:
                return
            yield json.loads(line)
        raise self._failed()

    def one(self, query: str) -> list[Any]:  # Any: JSON
        """The one row of an answer."""
        (row,) = list(self.rows(query))
        return row

    def _failed(self) -> DatabaseError:
        self._process.wait()
        self._errors.seek(0)
        return DatabaseError(f"{self.name}: {self._errors.read().strip() or 'psql ended without a word'}")


@contextmanager
def opened(name: str, environment: Mapping[str, str]) -> Iterator[Session]:
    """The database, seen as it is at this moment until the end. Nothing can be written through it."""
    command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command,
            env={**environment, "PGCLIENTENCODING": "UTF8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        )
        session = Session(name, process, errors)
        try:
            session.one(_beginning())
            (version,) = session.one("select json_build_array(current_setting('server_version_num')::int)")
            if version < _OLDEST:
                raise DatabaseError(f"{name}: PostgreSQL 12 or later is wanted, and this is {version // 10_000}.")
            yield session
        finally:
            process.kill()
            process.communicate()


def _beginning() -> str:
    settings = ";\n".join(f"set {name} = '{value}'" for name, value in _SETTINGS.items())
    return f"{settings};\nbegin isolation level repeatable read read only;\nselect json_build_array(1)"
