"""What is said: to who called and into a log, and never a secret."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

LOGS = Path("/var/log/slipway")
LINES = 15  # of a log, where something failed
_hidden: list[str] = []


class Failed(Exception):  # noqa: N818  # its message ends a command
    """A command cannot do its work; the message says why."""


def hide(*secrets: str) -> None:
    """From now on these are not said, in no spelling that a log of theirs may have; nor are passwords inside them."""
    for secret in secrets:
        parts = [secret, *secret.splitlines()]
        with contextlib.suppress(ValueError):
            parts.append(urlsplit(secret).password or "")
        for part in parts:
            spelt = {part, unquote(part), quote(part, safe=""), json.dumps(part)[1:-1]}
            _hidden.extend(each for each in spelt if len(each) > 3)  # noqa: PLR2004  # less would hide words
    _hidden.sort(key=len, reverse=True)


def clean(text: str) -> str:
    """The text without secrets."""
    for each in _hidden:
        text = text.replace(each, "***")
    return text


def say(text: str) -> None:
    """A line for who called and for the log. Nobody may be listening any more: the work goes on."""
    line = f"slipway: {clean(text)}\n"
    with contextlib.suppress(OSError):
        sys.stderr.write(line)
        sys.stderr.flush()
    with contextlib.suppress(OSError), (LOGS / "release.log").open("a") as log:
        log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {line}")


def size(log: Path) -> int:
    """How long a log is now."""
    return log.stat().st_size if log.exists() else 0


def since(log: Path, start: int) -> str:
    """The last lines of a log that were written after it had this length."""
    text = ""
    if log.exists():
        with log.open("rb") as file:
            file.seek(max(start, size(log) - 65536))
            text = file.read().decode(errors="replace")
    return clean("".join(f"\n  {line[:400]}" for line in text.splitlines()[-LINES:]))
