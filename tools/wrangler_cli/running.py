"""Wrangler, Cloudflare's own command, as another program runs it: where it is, and what became of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LAST = 15  # lines of what it said
_LONGEST = 500  # characters of such a line
# What nobody reads here. Who runs us may say otherwise.
_QUIET = {"WRANGLER_SEND_METRICS": "false", "WRANGLER_HIDE_BANNER": "true", "NO_COLOR": "1"}


class WranglerError(Exception):
    """It did not do what it was asked; the message has what it said."""


def located(places: Iterable[str]) -> Path | None:
    """The first of these that is a program: a path, or a name that is looked for on `PATH`."""
    for place in places:
        if program := shutil.which(place):
            return Path(program).absolute()
    return None


def run(wrangler: Path, *command: str, seconds: float | None = None) -> str:
    """What wrangler prints. Nobody is there to answer it.

    Raises `WranglerError` where it fails or takes longer. It has children of its own: none of them goes on when this
    is interrupted, or when the time is over.
    """
    try:
        process = subprocess.Popen(
            [str(wrangler), *command],
            env={**_QUIET, **os.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,
        )
    except OSError as error:
        raise WranglerError(f"{wrangler} cannot be run: {error.strerror}") from error
    with process:
        try:
            said, complained = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise WranglerError(f"wrangler did not end within {seconds:g} seconds, and was ended") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode != 0:
        lines = [line for line in f"{said}\n{complained}".splitlines() if line.strip()]
        raise WranglerError("\n".join(["wrangler failed:", *(line[:_LONGEST] for line in lines[-_LAST:])]))
    return said
