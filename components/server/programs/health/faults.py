"""What can be wrong with the server: one word for the internet, and a line for the journal."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL = 85  # per cent of a disk, of its bytes or of its files
SCARCE = 10  # per cent of the memory that can still be had
YOUNG = 6 * 3600  # seconds in which a new server makes its first backup, which is tried each hour
ENDS = 14 * 24 * 3600  # seconds; certbot renews with 30 days left: by then it has failed for two weeks
# Units of Debian's that the server cannot do without, beside the stack's own.
UNITS = (
    *("nginx.service", "ssh.service", "nftables.service", "postgresql@*.service", "redis-server.service"),
    *("certbot.service", "unattended-upgrades.service", "apt-daily-upgrade.service", "logrotate.service"),
)


@dataclass(frozen=True)
class Facts:
    """What is looked at; components/server/health.py writes it."""

    app: str
    services: list[str]
    disks: list[str]
    """Where disks are mounted. One that is not there is none of this server."""
    memory: str
    """Where the kernel says how much memory there is."""
    certificate: str
    backup: str | None
    """The file that is there while the last backup is young; None: nothing is copied."""
    made: str
    """The file that says since when the server is set up."""
    deployed: str
    """The file that is there as soon as there is a release."""
    shown: str
    """The folder of what nginx shows."""
    home: str
    """Where the last look is remembered."""
    copier: dict[str, str] | None = None
    """The SQLite `file` that is copied all the time, and where the program that does so shows its `metrics`."""


@dataclass(frozen=True)
class Fault:
    """Something that is wrong."""

    word: str
    """For everybody: what it is about, and nothing of what runs here."""
    reason: str
    """For the journal."""


def disks(told: Facts) -> Iterator[Fault]:
    """Disks that are nearly full."""
    for name in told.disks:
        if not os.path.ismount(name):
            continue
        disk = os.statvfs(name)
        for what, used, free in (
            ("bytes", disk.f_blocks - disk.f_bfree, disk.f_bavail),
            ("files", disk.f_files - disk.f_ffree, disk.f_favail),
        ):
            share = 100 * used / (used + free) if used + free else 0
            if share > FULL:
                yield Fault("disk", f"{name} is full to {share:.0f} % of its {what}")


def memory(told: Facts) -> Iterator[Fault]:
    """Too little memory that can still be had."""
    lines = Path(told.memory).read_text().splitlines()
    said = {line.split()[0].rstrip(":"): int(line.split()[1]) for line in lines}
    share = 100 * said["MemAvailable"] / said["MemTotal"]
    if share < SCARCE:
        yield Fault("memory", f"{share:.1f} % of the memory can still be had")


def failed_units(told: Facts) -> Iterator[Fault]:
    """What systemd could not run."""
    patterns = (f"{told.app}-*", "slipway-*", *UNITS)
    words = ("list-units", "--state=failed", "--plain", "--no-legend", "--no-pager", *patterns)
    for line in _systemctl(*words).splitlines():
        yield Fault("services", f"{line.split()[0]} failed")


def main_processes(told: Facts) -> dict[str, int]:
    """The first process of each slot that runs, by its unit."""
    units = [f"{told.app}-{name}@{slot}.service" for name in told.services for slot in ("blue", "green")]
    found = {unit: int(_systemctl("show", "--property=MainPID", "--value", unit).strip() or 0) for unit in units}
    return {unit: process for unit, process in found.items() if process}


def silent_services(told: Facts, running: dict[str, int]) -> Iterator[Fault]:
    """Services of which no slot runs."""
    for name in told.services:
        if not any(unit.startswith(f"{told.app}-{name}@") for unit in running):
            yield Fault("services", f"no slot of {name} runs")


def certificates(told: Facts) -> Iterator[Fault]:
    """A certificate that ends soon."""
    if _run("openssl", "x509", "-noout", "-checkend", str(ENDS), "-in", told.certificate).returncode:
        yield Fault("certificate", f"{told.certificate} ends in less than {ENDS // 86400} days, or cannot be read")


def backups(told: Facts) -> Iterator[Fault]:
    """No good backup in 26 hours, on a server that is no longer new."""
    made = Path(told.made)
    old = not made.exists() or time.time() - made.stat().st_mtime > YOUNG
    if told.backup is not None and old and not Path(told.backup).exists():
        yield Fault("backup", "there is no good backup of the last 26 hours")


def _systemctl(*words: str) -> str:
    done = _run("systemctl", *words)
    done.check_returncode()
    return done.stdout


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, check=False, stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
