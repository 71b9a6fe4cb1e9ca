"""What a single server is made with so that its data is copied to a bucket elsewhere, every day. Pure text.

The program that copies lies in `programs/backup` and comes with a release, as does the file with what opens the bucket:
until then nothing runs. docs/backups.md says what is copied and how to get it back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from components.server.litestream import UNIT, litestream_unit
from components.server.release_program import UNITS
from components.server.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping

CREDENTIALS = "restic.env"
"""The name of the file below /etc/slipway/credentials; `restic_environment` is what is in it."""
ANSWER = "/.well-known/slipway/backup"
"""The path that nginx answers with 200 while the last good backup is less than 26 hours old, and else with 503."""
SNIPPET = "/etc/nginx/slipway/answers/backup.conf"
"""nginx's location for that. Each host's `server` includes what lies in this folder."""

_HERE = Path(__file__).parent / "templates" / "backup"
_SAME_EVERYWHERE = ("slipway-backup-failed.service", "slipway-backup-age.service", "slipway-backup-age.timer")
_WEEKS = 12
_QUOTED = '\\"`$'  # what has a meaning between double quotes, to systemd and to a shell


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What is copied, and when."""

    stack: str
    """The stack's name: every copy carries it."""
    at: str
    """When, UTC."""
    days: int
    """Days that each daily copy is kept; beside these the last of each of 12 weeks."""
    postgres: str | None
    """The database, where PostgreSQL is on the server."""
    sqlite: str | None
    """The SQLite file, where there is one."""
    redis: bool
    """Whether Redis is on the server."""
    copier: bool = False
    """Whether the SQLite file is copied all the time too."""


@dataclass(frozen=True, slots=True)
class BackupParts:
    """What a server is given for it; `SingleServer` has the same fields."""

    programs: Mapping[str, str]
    """Files by path."""
    packages: tuple[str, ...]
    """Packages of Debian's."""
    timers: tuple[str, ...]
    """Timers of systemd that shall run, and the unit that copies all the time."""


def backup_files(wanted: BackedUp) -> BackupParts:
    """Everything but the program and its secrets."""
    folder = wanted.sqlite.rpartition("/")[0] if wanted.sqlite else None
    return BackupParts(
        programs={
            "/etc/slipway/backup.json": _facts(wanted),
            SNIPPET: (_HERE / "nginx.conf").read_text(),
            f"{UNITS}/slipway-backup.service": render(
                _HERE, "slipway-backup.service.j2", {"stack": wanted.stack, "folder": folder}
            ),
            f"{UNITS}/slipway-backup.timer": render(_HERE, "slipway-backup.timer.j2", {"at": wanted.at}),
            **{f"{UNITS}/{name}": (_HERE / name).read_text() for name in _SAME_EVERYWHERE},
            **(litestream_unit(wanted.stack, wanted.sqlite) if wanted.copier and wanted.sqlite else {}),
        },
        packages=("restic",),
        timers=("slipway-backup.timer", "slipway-backup-age.timer", *([UNIT] if wanted.copier else [])),
    )


def restic_environment(repository: str, passphrase: str, access_key: str, secret_key: str) -> str:
    """The file with what opens the bucket, one variable a line, each in double quotes.

    RESTIC_REPOSITORY=s3:https://ENDPOINT/BUCKET/STACK, RESTIC_PASSWORD, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY. Both
    systemd (EnvironmentFile=) and a shell (`set -a; . FILE`) read the same values from it.
    """
    values = {
        "RESTIC_REPOSITORY": repository,
        "RESTIC_PASSWORD": passphrase,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
    }
    return "".join(f'{name}="{_escaped(name, value)}"\n' for name, value in values.items())


def _escaped(name: str, value: str) -> str:
    if not value or not value.isprintable():
        raise ValueError(f"{name}: it is empty or has a sign that cannot be seen, as the end of a line; take another")
    return "".join(f"\\{sign}" if sign in _QUOTED else sign for sign in value)


def _facts(wanted: BackedUp) -> str:
    """What the program reads; `programs/backup/copying.py` says what each is."""
    told = {
        "stack": wanted.stack,
        "days": wanted.days,
        "weeks": _WEEKS,
        "home": "/var/lib/slipway/backup",
        "well": "/var/lib/slipway/well/backup",
        "postgres": {"database": wanted.postgres, "user": "postgres"} if wanted.postgres else None,
        "sqlite": wanted.sqlite,
        "redis": {"port": 6379, "password": "/etc/slipway/generated/redis"} if wanted.redis else None,
    }
    return json.dumps(told) + "\n"
