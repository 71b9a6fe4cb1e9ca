"""What docs/backups.md says of restoring, word by word, and a server that has data and copies of it.

The bucket is an S3 server of the test's, to which a port of the server's loopback leads.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
import socketserver
import threading
import uuid
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from components.server.backups import BackedUp, backup_files, restic_environment
from components.server.litestream import Replica, litestream_config
from components.server.programs.releasing.document import encrypted
from tests.conftest import ROOT, without
from tests.machines.copied import IDENTITY, KEY, SECRET
from tests.machines.pipes import piped
from tests.machines.servers import wait_for
from tests.machines.whole import PORT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from components.server.single_server import SingleServer
    from tests.machines.root import Computer

BUCKET_PORT = 8333
FILE = "/srv/orders/data.db"
PASSPHRASE = "correct horse battery staple"  # noqa: S105  # it opens nothing that outlives the test
ADDRESS = f"http://127.0.0.1:{BUCKET_PORT}"
PARTS = ("enter", "files", "postgres", "daily", "continuous", "redis")
"""What the document's blocks of commands are for, in its order."""
_PLACEHOLDERS = {
    "APP": "orders",
    "APP-SERVICE": "orders-web",
    "USER": "orders_owner",
    "NAME": "orders",
    "FOLDER": "/srv/orders",
    "FILE": FILE,
}
_OTHERS = {"continuous": {"NAME": "data.db"}}  # there it is the file's
_FOR_A_PERSON = {"ssh operator@ADDRESS", "sudo -i"}
_NOTES = """\
with recursive each(n) as (select {first} union all select n + 1 from each where n < {last})
insert into notes select n, 'note ' || n from each;
"""
_FILL_POSTGRES = """\
create table people (id bigint generated always as identity primary key, name text not null, at timestamptz);
insert into people (name, at) select 'person ' || n, '2026-01-01'::timestamptz + n * interval '1 hour'
from generate_series(1, 500) n;
create index by_name on people (lower(name));
create view old as select * from people where id < 10;
"""
_SPOIL = """\
set -e
runuser -u postgres -- psql -qXd orders -c 'drop view old; delete from people where id > 7; create table stray (n int)'
export REDISCLI_AUTH=$(cat /etc/slipway/generated/redis)
redis-cli set key:1 spoilt
redis-cli del key:2
redis-cli set stray 1
rm /srv/orders/data.db*
"""


def backed_up(server: SingleServer) -> SingleServer:
    """The same server with daily copies of all that it keeps, and continuous ones of its SQLite file."""
    parts = backup_files(BackedUp(server.stack, "03:30", 14, "orders", FILE, redis=True, copier=True))
    return replace(
        server,
        programs={**server.programs, **parts.programs},
        packages=(*server.packages, *parts.packages),
        timers=(*server.timers, *parts.timers),
        copier=True,
    )


def commands() -> dict[str, str]:
    """The document's commands of each part, as a person on this server writes them."""
    text = (ROOT / "docs" / "backups.md").read_text()
    section = text.partition("## Restoring for real\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"(?:^ {4,}\S.*\n)+", section, re.MULTILINE)
    assert len(blocks) == len(PARTS), blocks
    return {part: _written(part, dedent(block)) for part, block in zip(PARTS, blocks, strict=True)}


def _written(part: str, block: str) -> str:
    words = {**_PLACEHOLDERS, **_OTHERS.get(part, {})}
    own = "".join(f"{line}\n" for line in block.splitlines() if line not in _FOR_A_PERSON)
    found = re.sub(r"\b(?:APP-SERVICE|[A-Z]{3,})\b", lambda match: words.get(match[0], match[0]), own)
    unknown = {*re.findall(r"\b[A-Z]{3,}\b", found)}
    assert unknown == set(), f"{part}: nobody knows what stands for {unknown}"
    return found


class _Lead(socketserver.BaseRequestHandler):
    """A connection that goes on to another port."""

    to = 0

    def handle(self) -> None:
        piped(self.request, self.to)


@contextlib.contextmanager
def bucket_within(computer: Computer, client: Any, port: int) -> Iterator[str]:  # botocore ships no types
    """The name of an empty bucket that the server reaches."""
    bucket = f"orders-{uuid.uuid4().hex[:12]}"
    client.create_bucket(Bucket=bucket)
    handler = type("Lead", (_Lead,), {"to": port})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler, bind_and_activate=False)
    server.daemon_threads = True
    server.socket.close()
    server.socket = computer.listening(BUCKET_PORT)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()


def filled(computer: Computer, bucket: str) -> None:
    """Put data into all that the server keeps, and what opens the bucket where a release leaves it."""
    copied = Replica(FILE, ADDRESS, "us-east-1", bucket, "orders-vps.sqlite", 72)
    files = {
        "/etc/slipway/credentials/restic.env": restic_environment(
            f"s3:{ADDRESS}/{bucket}/orders-vps", PASSPHRASE, KEY, SECRET
        ),
        "/etc/slipway/litestream.yml": encrypted(litestream_config(copied, IDENTITY, KEY, SECRET)),
        "/tmp/fill.sql": _FILL_POSTGRES,  # noqa: S108  # of the server's own
    }
    for path, text in files.items():
        told = base64.b64encode(text.encode()).decode()
        computer.output(f"(umask 077; base64 -d <<<{told} >{path})")
    computer.output(
        "chown slipway-litestream /etc/slipway/litestream.yml\n"
        'export PGPASSWORD="$(cat /etc/slipway/generated/postgres)"\n'
        'export REDISCLI_AUTH="$(cat /etc/slipway/generated/redis)"\n'
        "psql -qXv ON_ERROR_STOP=1 -h 127.0.0.1 -U orders_owner orders </tmp/fill.sql\n"
        "for n in $(seq 200); do echo set key:$n $n; done | redis-cli >/dev/null\n"
        f"runuser -u orders-web -- sh -c \"umask 007; sqlite3 {FILE} 'pragma journal_mode = wal;"
        " create table notes (n integer primary key, text)'\""
    )
    write(computer, 1, 300)


def write(computer: Computer, first: int, last: int) -> None:
    """Write so many notes into the SQLite file, as the service does."""
    sql = _NOTES.format(first=first, last=last).replace("\n", " ")
    computer.output(f'runuser -u orders-web -- sqlite3 -cmd ".timeout 5000" {FILE} "{sql}"')


def copying(computer: Computer, litestream: bytes, held: dict[str, bytes]) -> None:
    """Let litestream copy, brought as a release brings it."""
    held["/litestream"] = litestream
    folder = "/opt/slipway-litestream/current"
    computer.output(
        f"mkdir -p {folder} && cd {folder} && curl -fsSO http://127.0.0.1:{PORT}/litestream && chmod 755 litestream"
    )
    code, said = computer.run(f"{folder}/litestream version")
    if code != 0:
        without(f"needs a litestream that runs on Debian 12: {said.strip()}")
    computer.output("systemctl start slipway-litestream")


def all_copied(computer: Computer) -> bool:
    """Whether litestream soon has all that was written, by what the server itself looks at."""
    look = (
        "import sys; sys.path.insert(0, '/usr/local/lib/slipway'); from pathlib import Path;"
        "from health.copying import place;"
        f"p = place('http://127.0.0.1:19099/metrics', Path('{FILE}'));"
        "sys.exit(not (p.copied and p.copied >= p.written > (0, 0)))"
    )
    return wait_for(lambda: computer.run(f'sleep 1; python3 -c "{look}"')[0] == 0)


def spoil(computer: Computer) -> None:
    """Leave little of the data, and some that was never copied."""
    computer.output(_SPOIL)


def contents(computer: Computer) -> dict[str, Any]:  # Any: JSON
    """What is in everything that the server keeps, as its own program counts it, and as Redis answers."""
    count = "cd /usr/local/lib/slipway; {}python3 -m backup contents {}"
    redis = 'export REDISCLI_AUTH="$(cat /etc/slipway/generated/redis)"; redis-cli --scan | sort | while read -r k; do'
    return {
        "postgres": json.loads(computer.output(count.format("runuser -u postgres -- ", "postgres orders"))),
        "sqlite": notes(computer),
        "redis": computer.output(f'{redis} echo "$k $(redis-cli get "$k" </dev/null)"; done').splitlines(),
    }


def notes(computer: Computer) -> list[str]:
    """The rows of the SQLite file."""
    asked = "pragma integrity_check; select n, text from notes order by n"
    return computer.output(f"sqlite3 {FILE} '{asked}'").splitlines()


def follow(computer: Computer, script: str) -> str:
    """What an operator who became root is told by these commands, in one session; each must go well."""
    told = base64.b64encode(f"set -euo pipefail\n{script}".encode()).decode()
    computer.output(f"base64 -d <<<{told} >/var/tmp/step.sh")
    return computer.output("runuser -u operator -- sudo -i bash /var/tmp/step.sh")
