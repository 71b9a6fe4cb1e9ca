"""A real PgBouncer before the PostgreSQL of a test."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.machines.ports import free_port, listens
from tests.machines.servers import PATIENCE, Postgres, as_unprivileged, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class PgBouncer:
    """A pooler in front of a PostgreSQL, which lends its sessions by `mode`."""

    program: Path
    folder: Path
    server: Postgres
    port: int
    mode: str
    settings: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the pooler and wait until it listens."""
        users, settings = self.folder / "users", self.folder / "pgbouncer.ini"
        users.write_text(f'"{self.server.user}" "{self.server.password}"\n')
        settings.write_text(
            f"[databases]\n* = host=127.0.0.1 port={self.server.port}\n[pgbouncer]\npool_mode = {self.mode}\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {users}\n{self.settings}"
        )
        who = as_unprivileged(self.folder, users, settings)
        self.process = subprocess.Popen([self.program, "-q", settings], stderr=subprocess.DEVNULL, **who)
        assert wait_for(lambda: listens(self.port)), "PgBouncer does not start"

    def stop(self) -> None:
        """Stop the pooler, breaking its connections."""
        if self.process:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.process = None


@pytest.fixture
def pooled(
    postgres_server: Postgres, database: str, require_program: Callable[[str], Path]
) -> Iterator[Callable[..., str]]:
    """Returns a function: the URL of the database of this test behind a PgBouncer of a mode."""
    # Debian has it where only root looks for programs.
    program = require_program(shutil.which("pgbouncer", path="/usr/sbin") or "pgbouncer")
    with contextlib.ExitStack() as ends:

        def start(mode: str, settings: str = "") -> str:
            # Not in pytest's own folder: that is root's alone.
            folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="slipway-pgbouncer-")))
            made = PgBouncer(program, folder, postgres_server, free_port(), mode, settings)
            ends.callback(made.stop)
            made.start()
            return postgres_server.url(database, made.port)

        yield start
