"""What is in a dump of Redis: its keys, and the digest of the file, which is all that a loaded Redis comes from."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Any

from .running import Failed, plain_environment, run

if TYPE_CHECKING:
    from pathlib import Path


def copy(port: int, password: Path, target: Path) -> None:
    """One moment of a running Redis: it saves as for a replica, and goes on. Its append-only file is not asked."""
    env = {**plain_environment(), "REDISCLI_AUTH": password.read_text().strip()}
    run("redis-cli", "-h", "127.0.0.1", "-p", str(port), "--no-auth-warning", "--rdb", target, env=env)
    if not target.exists() or not target.stat().st_size:
        raise Failed("redis-cli --rdb: nothing came")
    os.chmod(target, 0o600)  # noqa: PTH101  # a Path of the caller's


def contents(file: Path) -> dict[str, dict[str, Any]]:
    """The keys, and the file's digest. Failed has what is broken in it."""
    said = run("redis-check-rdb", file)
    keys = re.search(r"(\d+) keys read", said)
    if keys is None:
        raise Failed(f"redis-check-rdb: {said[-500:]}")
    return {"keys": {"count": int(keys[1]), "sum": digest(file)}}


def digest(file: Path) -> str:
    """The SHA-256 sum of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
