"""The continuous copy of a SQLite file, by litestream: restored, counted, and held against the daily copy."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from slipway.drill.outcome import Copied
from slipway.drill.programs import Broken, contents, run
from slipway.errors import ProgramError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from slipway.drill.outcome import Outcome

PART = "litestream"
IDENTITY = "AGE_IDENTITY"
"""The variable with the identity that decrypts; the stack's secret of another name has it."""
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_VERSION = re.compile(r"v?0\.3\.\d+")
_OWN = ("table _litestream_lock", "table _litestream_seq")
"""Tables that litestream keeps in the file for itself."""
_NEWEST = -1  # the column with the moment of the newest change
_GENERATION = re.compile(r"^s3\s+[0-9a-f]{16}\s.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Continuous:
    """Where the copy lies."""

    endpoint: str
    """What speaks S3, with its scheme."""
    region: str
    bucket: str
    path: str

    def check(self) -> None:
        """Whether it can be asked for. Raises `UsageError` or `ProgramError` that names what is missing here."""
        if missing := [name for name in (IDENTITY, *_KEYS) if not os.environ.get(name)]:
            raise UsageError(
                f"{', '.join(missing)}: not in the environment. The drill reads the bucket {self.bucket} "
                "with them; they are the secrets that topology.backups names."
            )
        try:
            version = run(PART, "version").strip()
        except Broken as error:
            raise ProgramError(str(error)) from None
        if not _VERSION.fullmatch(version):
            raise ProgramError(
                f"the program {PART} on this machine is {version[:40]}, which cannot decrypt; put 0.3.13 on PATH."
            )

    def restore(self, folder: Path) -> tuple[Path, datetime]:
        """Write the newest file there is into a folder, and when it was last changed. `Broken` says what is not whole.

        What opens the bucket is in a file that only this user reads, and in no command.
        """
        config, restored, live = (folder / f"litestream.{end}" for end in ("yml", "db", "live"))
        live.touch()  # litestream looks at the file that was copied, which is on the server
        with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(self._config(live), file)
        asked = ("-no-expand-env", "-config", config)
        listed = _GENERATION.findall(run(PART, "generations", *asked, live))
        if not listed:
            raise Broken(f"there is no copy in {self.endpoint}/{self.bucket}/{self.path}, or it cannot be reached")
        newest = max(datetime.fromisoformat(line.split()[_NEWEST]) for line in listed)
        run(PART, "restore", *asked, "-o", restored, live)
        return restored, newest

    def _config(self, file: Path) -> dict[str, Any]:  # Any: as litestream reads it
        replica = {
            "name": "s3",
            "type": "s3",
            "endpoint": self.endpoint,
            "region": self.region,
            "bucket": self.bucket,
            "path": self.path,
            "access-key-id": os.environ[_KEYS[0]],
            "secret-access-key": os.environ[_KEYS[1]],
            "age": {"identities": [os.environ[IDENTITY].strip()]},
        }
        return {"dbs": [{"path": str(file), "replicas": [replica]}]}


def try_copy(copy: Continuous, daily: Mapping[str, Any] | None, folder: Path, outcome: Outcome) -> None:
    """Restore the newest copy, let SQLite look at it, and hold it against the daily one's part of the manifest.

    A copy that is older than the daily one must be the same: nothing was written meanwhile. In a newer one each table
    must be there; how many rows it has is shown. Raises `Broken` where it does not come back whole.
    """
    file, newest = copy.restore(folder)
    outcome.copied = Copied(newest.strftime("%Y-%m-%dT%H:%M:%SZ"), (datetime.now(UTC) - newest).total_seconds())
    seen = _of_the_application(json.loads(contents("sqlite", file)))
    told = _of_the_application(daily["contents"]) if daily else {}
    if daily and newest < datetime.fromisoformat(str(daily["taken"])):
        outcome.compare(PART, told, seen)
    else:
        outcome.show(PART, told, seen)


def _of_the_application(counted: Mapping[str, Any]) -> dict[str, Any]:
    """Without litestream's own tables, which change by themselves, and without the schema that they are in."""
    return {name: each for name, each in counted.items() if name not in (*_OWN, "schema")}
