"""A SQLite file that litestream copies to an S3 server on this machine, with what writes to it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from components.server.litestream import Replica, litestream_config
from components.server.programs.health.copying import place
from components.server.programs.releasing.document import encrypted
from slipway.drill.continuous import Continuous
from tests.conftest import ROOT, without
from tests.machines.ports import free_port
from tests.machines.servers import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Of age's own test vectors: it opens nothing.
IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
OTHER = "AGE-SECRET-KEY-1QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSKMP32K"
KEY, SECRET = "key", "hush-hush-key"
# One slot of a release: it commits each row, as an application does, and says so.
_WRITER = """
import sqlite3, sys
file, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
database = sqlite3.connect(file, timeout=30, isolation_level=None)
for n in range(first, first + count):
    database.execute("insert into notes values (?, ?)", (n, f"a private note {n}"))
print("written", flush=True)
sys.stdin.read()
"""


@dataclass
class Copying:
    """The file, its copy, and the processes that work on them."""

    program: str
    file: Path
    bucket: str
    port: int
    s3: Any  # botocore ships no types
    metrics: int = field(default_factory=free_port)
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *, endpoint: str = "") -> subprocess.Popen[str]:
        """Let litestream copy, as the unit does, with the configuration that a server is given."""
        copied = Replica(str(self.file), endpoint or self.endpoint, "us-east-1", self.bucket, "shop.sqlite", 72)
        config = json.loads(encrypted(litestream_config(copied, IDENTITY, KEY, SECRET)))
        config["addr"] = f"127.0.0.1:{self.metrics}"
        told = self.file.parent.parent / "replicate.yml"
        told.write_text(json.dumps(config))
        with (told.parent / "log").open("a") as log:
            command = [self.program, "replicate", "-no-expand-env", "-config", str(told)]
            self.running.append(subprocess.Popen(command, stdout=log, stderr=log, text=True))
        return self.running[-1]

    def write(self, first: int, count: int) -> subprocess.Popen[str]:
        """Write so many rows, and go on holding the file open."""
        command = [sys.executable, "-c", _WRITER, str(self.file), str(first), str(count)]
        self.running.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return self.running[-1]

    def wait(self, count: int) -> None:
        """Wait until so many rows are written."""
        assert wait_for(lambda: len(self.rows()) == count)

    def caught_up(self) -> bool:
        """Wait until all that was written lies in the bucket."""

        def is_there() -> bool:
            with contextlib.suppress(OSError, ValueError):
                now = place(self.address, self.file)
                return now.copied is not None and now.copied >= now.written and now.written > (0, 0)
            return False

        if not wait_for(is_there):
            return False
        time.sleep(1.5)  # one more look of litestream's at the file
        return wait_for(is_there)

    @property
    def endpoint(self) -> str:
        """What speaks S3."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """Where litestream says how far it is."""
        return f"http://127.0.0.1:{self.metrics}/metrics"

    @property
    def copy(self) -> Continuous:
        """Where the drill finds it."""
        return Continuous(self.endpoint, "us-east-1", self.bucket, "shop.sqlite")

    def objects(self, part: str = "") -> list[str]:
        """What lies in the bucket, in order; with `part` in its name."""
        listed = self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return [each["Key"] for each in listed if part in each["Key"]]

    def generations(self) -> set[str]:
        """The generations in the bucket."""
        return {key.split("/")[2] for key in self.objects()}

    def rows(self, file: Path | None = None) -> list[tuple[int, str]]:
        """What is in the live file, or in a copy."""
        with contextlib.closing(sqlite3.connect(file or self.file)) as database:
            return database.execute("select * from notes order by 1").fetchall()

    def end(self) -> None:
        """End what still runs."""
        for each in self.running:
            each.kill()
            each.communicate()
        self.running.clear()


@pytest.fixture(scope="session")
def litestream() -> str:
    """The litestream that `tools/install-litestream` knows of; it does not install one, `.ci/run` does."""
    asked = subprocess.run(
        [ROOT / "tools" / "install-litestream", "--check"], capture_output=True, check=False, text=True
    )
    if asked.returncode != 0:
        without(f"needs litestream: run tools/install-litestream\n{asked.stderr.strip()}")
    return asked.stdout.strip()


@pytest.fixture
def copying(
    litestream: str, tmp_path: Path, s3_port: int, s3_client: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Copying]:
    """A file with a table and its empty bucket; nothing runs yet. The drill finds what it needs in the environment."""
    for name, value in {"AGE_IDENTITY": IDENTITY, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}.items():
        monkeypatch.setenv(name, value)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "litestream").symlink_to(litestream)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    with _made(litestream, tmp_path / "data", s3_port, s3_client) as made:
        yield made


@pytest.fixture(scope="session")
def filled(
    litestream: str, s3_port: int, s3_client: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Copying]:
    """A file with rows that are copied, in several segments; nothing runs any more. Who changes it takes `written`."""
    with _made(litestream, tmp_path_factory.mktemp("filled") / "data", s3_port, s3_client) as made:
        made.start()
        for first in (0, 300):
            made.write(first, 300)
            made.wait(first + 300)
            assert made.caught_up()
        made.end()
        yield made


@pytest.fixture
def written(filled: Copying, copying: Copying) -> Copying:
    """The same, of the test's own."""
    shutil.copytree(filled.file.parent, copying.file.parent, dirs_exist_ok=True)
    for key in filled.objects():
        body = filled.s3.get_object(Bucket=filled.bucket, Key=key)["Body"].read()
        copying.s3.put_object(Bucket=copying.bucket, Key=key, Body=body)
    return copying


@contextlib.contextmanager
def _made(program: str, folder: Path, port: int, s3: Any) -> Iterator[Copying]:
    folder.mkdir()
    made = Copying(program, folder / "live.db", f"copies-{free_port()}", port, s3)
    s3.create_bucket(Bucket=made.bucket)
    with contextlib.closing(sqlite3.connect(made.file)) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("create table notes (n integer primary key, text)")
    try:
        yield made
    finally:
        made.end()
