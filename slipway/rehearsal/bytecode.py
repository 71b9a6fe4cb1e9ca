"""The bytecode that Python leaves beside a program's modules: gone again when a rehearsal ends."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = "__pycache__"
_ENVIRONMENT = "pyvenv.cfg"  # in the folder of each virtual environment
_NEVER_ENTERED = frozenset({".git", "node_modules"})


@contextlib.contextmanager
def without_new_bytecode(project: Path) -> Iterator[None]:
    """Remove at the end what was compiled in the project meanwhile, but for its environments.

    It is not kept from being written: that would keep the SDKs in those environments from being compiled, too, and
    each command would compile them anew.
    """
    before = set(_compiled(project))
    try:
        yield
    finally:
        for file in set(_compiled(project)) - before:
            file.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # what was there before, or another run's, is still in it
                file.parent.rmdir()


def _compiled(project: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(project):
        if _ENVIRONMENT in files:
            folders.clear()
        elif Path(folder).name == _FOLDER:
            yield from (Path(folder, file) for file in files)
        else:
            folders[:] = [name for name in folders if name not in _NEVER_ENTERED]
