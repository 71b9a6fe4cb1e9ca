"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write(file: Path, text: str, mode: int = 0o644) -> Path:
    """The file with this text, in a folder that is made when it is not there. An `OSError` names the file."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.chmod(mode)
        return unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        error.filename = error.filename or str(file)  # a full disk is told of without one
        raise
