"""What takes long to make and is the same for every test is made once for all processes of a run."""

from __future__ import annotations

import fcntl
import pickle
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

Made = TypeVar("Made")
_FOLDER: list[Path] = []
_KEEP: list[tempfile.TemporaryDirectory[str]] = []


def share(config: pytest.Config) -> None:
    """Let the processes of this run share what they make; pytest removes it with their other files."""
    if hasattr(config, "workerinput") and config.option.basetemp:
        folder = Path(config.option.basetemp).parent / "once"
        folder.mkdir(parents=True, exist_ok=True)
        _FOLDER[:] = [folder]


def kept(prefix: str) -> Path:
    """A new folder that is there until the run ends, or, where there is one process only, until that ends."""
    if _FOLDER:
        return Path(tempfile.mkdtemp(prefix=prefix, dir=_FOLDER[0]))
    _KEEP.append(tempfile.TemporaryDirectory(prefix=prefix))
    return Path(_KEEP[-1].name)


def once(name: str, make: Callable[[], Made]) -> Made:
    """What `make` returns. The first process to ask makes it, and others have a copy; a failure is each one's own.

    `name` is one for each thing, and fit for a file. No run sees what another one has made.
    """
    if not _FOLDER:
        return make()
    file = _FOLDER[0] / name
    with file.with_suffix(f"{file.suffix}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            found: Made = pickle.loads(file.read_bytes())  # noqa: S301 - our own processes wrote it, a moment ago
            return found
        made = make()
        fresh = file.with_suffix(f"{file.suffix}.new")
        fresh.write_bytes(pickle.dumps(made))
        fresh.rename(file)
        return made
