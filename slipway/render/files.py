"""Files that a command writes into a folder of the user's: all of them whole, or none."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.errors import UsageError
from slipway.system_errors import FULL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_OURS = (
    "schedules/*",
    "task-definitions/*",
    "user-data/**/*",
    "wrangler*.jsonc",
    "deploy-policy*.json",
    "build-release.sh",
    "_headers",
    "frontend.env",
    "release-frontend.sh",
    "Dockerfile",
    ".dockerignore",
)  # what an earlier rendering may have left


@dataclass(frozen=True, slots=True)
class Rendered:
    """One file to write. `origin` says what it is made from: a URN, or a file of the project."""

    path: str
    content: str
    origin: str
    executable: bool = False

    def to_json(self) -> dict[str, Any]:
        """The file as `--json` tells of it."""
        data = self.content.encode()
        return {
            "path": self.path,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "from": self.origin,
        }


def seen_from(folder: Path, place: Path) -> str:
    """The way from a folder, which need not be there yet, to a place: with / on every system."""
    return Path(os.path.relpath(place.resolve(), folder.resolve())).as_posix()


def write_files(folder: Path, files: Sequence[Rendered]) -> None:
    """Write them into a folder that is made where it is not there. What else lies there is left alone.

    Each is first written beside its place. Only when all are, each takes its place, whole: a disk that fills up leaves
    what was there before. Raises `UsageError` where a file stands in the place of a folder, or the reverse, and where
    the folder takes no files, as those of /proc; a full disk is an `OSError`.
    """
    try:
        _write(folder, files)
    except OSError as error:
        if error.errno in FULL:
            raise
        why = f"no file can be written here: {error.strerror}"
        raise UsageError(f"{folder}: {why}. Give a folder that takes files: --out DIR.") from None


def _write(folder: Path, files: Sequence[Rendered]) -> None:
    places = {folder / file.path: file for file in files}
    for place in (folder, *places):
        _check(folder, place, is_folder=place == folder)
    unfinished: dict[Path, Path] = {}
    try:
        for place, file in places.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = place.with_name(f".{place.name}.{os.getpid()}")
            unfinished[beside] = place
            beside.write_text(file.content, encoding="utf-8", newline="")
            beside.chmod(0o755 if file.executable else 0o644)
        for beside, place in unfinished.items():
            beside.replace(place)
    finally:
        for beside in unfinished:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)


def left_over(folder: Path, files: Sequence[Rendered]) -> Iterator[str]:
    """The files with names that we give, which this rendering has not: an earlier one may have left them."""
    written = {folder / file.path for file in files}
    for pattern in _OURS:
        yield from sorted(str(found) for found in folder.glob(pattern) if found not in written and found.is_file())


def _check(folder: Path, place: Path, *, is_folder: bool) -> None:
    for above in (place, *place.parents):
        wanted = is_folder or above != place
        if above.exists() and above.is_dir() != wanted:
            what = "a file stands here, and a folder is wanted" if wanted else "a folder stands here"
            raise UsageError(f"{above}: {what}; move it away, or name another folder with --out DIR.")
        if above == folder and above.is_dir():
            return
