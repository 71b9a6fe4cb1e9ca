"""Packages of an older revision, installed by uv into an environment that is kept for next time."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.engine.locate import ROOT
from slipway.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS = 1800


def installed(project: Path, locks: Sequence[str], content: bytes, python: Path) -> Path:
    """The environment that the first of a project's `locks` asks for, made with `python`; kept below the cache.

    `content` is all that the lock says, by which it is found again. Raises `ProgramError` where uv or a package
    registry, which it needs, is missing.
    """
    name = hashlib.sha256(content + bytes(python)).hexdigest()[:16]
    kept = _cache() / "revisions" / name
    if (kept / "pyvenv.cfg").is_file():
        return kept
    uv = _uv()
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=kept.parent, prefix=f"{name}."))
    try:
        _install(uv, project, next(name for name in locks if (project / name).is_file()), python, fresh / "made")
        if not kept.exists():  # else another rehearsal was quicker
            (fresh / "made").rename(kept)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return kept


def _install(uv: Path, project: Path, lock: str, python: Path, folder: Path) -> None:
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": str(folder)}
    environment.pop("VIRTUAL_ENV", None)
    inside = ("--python", str(folder / "bin" / "python"))
    commands: list[tuple[str, ...]] = [("venv", "--quiet", "--python", str(python), str(folder))]
    if lock == "uv.lock":
        commands.append(("sync", "--quiet", "--frozen", "--no-install-project", "--no-dev"))
    else:
        commands.append(("pip", "install", "--quiet", *inside, "--requirement", lock))
    for command in commands:
        try:
            done = subprocess.run(
                [uv, *command],
                cwd=project,
                env=environment,
                capture_output=True,
                check=False,
                text=True,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise ProgramError(f"installing the older revision's {lock} took longer than {_SECONDS} s.") from error
        if done.returncode != 0:
            message = (
                f"The older revision needs packages of its own ({lock} differs from this tree's), and they cannot be "
                f"installed; a package registry is needed for that.\n{done.stderr.strip()}"
            )
            raise ProgramError(message)


def _uv() -> Path:
    """The newest uv that tools/bootstrap has put into the cache, else the one on PATH."""
    cached = [*_cache().glob("uv/*/bin/uv"), *(ROOT / ".cache").glob("uv/*/bin/uv")]
    newest = max(
        cached, key=lambda program: [int(part) for part in re.findall(r"\d+", program.parent.parent.name)], default=None
    )
    found = newest or shutil.which("uv")
    if found is None:
        message = (
            "The older revision needs packages of its own, and uv, which installs them, is missing: run make plan."
        )
        raise ProgramError(message)
    return Path(found)


def _cache() -> Path:
    return Path(os.environ.get("SLIPWAY_CACHE") or ROOT / ".cache").absolute()
