"""How other programs are run: none is handed a secret in its arguments, and none asks anybody."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from .saying import Failed, clean, since, size

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BUILDER = "slipway-build"
RESERVE = 256 << 20  # bytes that a release leaves free, for logs and data


def run(*words: str, ok: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; Failed has what it said."""
    done = subprocess.run(
        words, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace"
    )
    if done.returncode not in ok:
        raise Failed(f"{' '.join(words[:3])}: exit code {done.returncode}: {clean(done.stdout.strip()[-2000:])}")
    return done


def active(unit: str) -> bool:
    """Whether systemd runs a unit."""
    said = run("systemctl", "is-active", unit, ok=(0, 1, 3, 4)).stdout.split()
    return said[:1] in (["active"], ["activating"], ["deactivating"], ["reloading"])


def apart(  # noqa: PLR0913  # what systemd is told
    name: str, user: str, folder: Path, words: list[str], *, env: Mapping[str, str], log: Path, also: tuple[str, ...]
) -> None:
    """Run a program as a unit of its own, with a log of its own, and wait.

    All that it started ends with it. It outlives this process: whoever comes next finds it by its name.
    """
    start = size(log)
    done = subprocess.run(
        [
            *("systemd-run", f"--unit=slipway-{name}", "--quiet", "--wait", "--collect", f"--uid={user}"),
            f"--working-directory={folder}",
            *(f"--setenv={variable}={value}" for variable, value in env.items()),
            *(f"--property={each}" for each in (f"StandardOutput=append:{log}", "NoNewPrivileges=yes", *also)),
            *("--", "/usr/bin/env", *words),  # which looks where PATH says; systemd-run would look where its own does
        ],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        errors="replace",
    )
    if done.returncode:
        told = since(log, start) or clean(done.stderr.strip()[-500:])
        raise Failed(f"{' '.join(words)[:200]}: exit code {done.returncode}; {log} ends:{told}")


def room(folder: Path, size: int, what: str, files: int = 0) -> None:
    """Stop where the disk has no place for so many bytes and files besides what it must keep free."""
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < size + RESERVE or (disk.f_files and disk.f_favail < files):
        raise Failed(
            f"no room for {what}: {folder} has {free >> 20} MiB and {disk.f_favail} files free, {size >> 20} MiB and "
            f"{files} files are wanted, and {RESERVE >> 20} MiB stay free; keep fewer releases or take a larger disk"
        )


def remove(*folders: Path) -> None:
    """Remove folders and what is in them."""
    for each in folders:
        shutil.rmtree(each, ignore_errors=True)
