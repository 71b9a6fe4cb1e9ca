"""What the machine refuses, as a full disk does, said so that a person can do something about it."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

from slipway.terminal import STANDARD_OUTPUT

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the machine says of a disk without room."""


def explained(error: OSError) -> str:
    """Where it happened, what the machine says, and for a full disk what to do."""
    what = error.strerror or str(error)
    if error.errno not in FULL:
        return f"{error.filename}: {what}." if error.filename else f"{what}."
    where, temporary = _full(error), tempfile.tempdir or ""
    if temporary and Path(where).is_relative_to(temporary):
        return f"{where}: {what}. Make room in {temporary}, or let TMPDIR name a folder that has some."
    return f"{where}: {what}. Make room there."


def _full(error: OSError) -> str:
    """The file; else, where nothing was written into a folder for scratch yet, standard output; else that folder."""
    if error.filename:
        return str(error.filename)
    return tempfile.gettempdir() if tempfile.tempdir else STANDARD_OUTPUT
