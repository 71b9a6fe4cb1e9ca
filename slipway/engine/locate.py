"""Where the Pulumi CLI is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from slipway.errors import ProgramError

OLDEST = (3, 258, 0)  # no older engine was rehearsed with
ROOT = Path(__file__).resolve().parents[2]
LANGUAGE_HOST = ROOT / "tools" / "language_host"  # for an engine that came without one
_ANSWER_SECONDS = 60
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")


class MissingCliError(ProgramError):
    """There is no Pulumi CLI that fits; the message names every place that was looked at."""


def find_cli() -> Path:
    """The Pulumi CLI: `SLIPWAY_PULUMI` or `PULUMI` where set, else the one on PATH, else the newest in our cache.

    The order of `tools/install-pulumi`, which puts one into the cache. Raises `MissingCliError`.
    """
    for name in ("SLIPWAY_PULUMI", "PULUMI"):
        if chosen := os.environ.get(name):
            return _chosen(name, Path(chosen).absolute())
    on_path = shutil.which("pulumi")
    if on_path and _fits(on_path):
        return Path(on_path)
    cache = Path(os.environ.get("SLIPWAY_CACHE") or ROOT / ".cache").absolute() / "pulumi"
    cached = [(version_of(program.parent.parent.name), program) for program in cache.glob("*/bin/pulumi")]
    fitting = [(version, program) for version, program in cached if version >= OLDEST]
    if not fitting:
        found = f"{on_path} is older than {'.'.join(map(str, OLDEST))}" if on_path else "none on PATH"
        message = f"The Pulumi CLI is missing: {found}, none in {cache}. Run tools/install-pulumi."
        raise MissingCliError(message)
    return max(fitting)[1]


def version_of(text: str) -> tuple[int, ...]:
    """The three numbers of a version, empty where the text is none."""
    found = _VERSION.match(text)
    return tuple(map(int, found.groups())) if found else ()


def _chosen(variable: str, program: Path) -> Path:
    if not os.access(program, os.X_OK) or program.is_dir():
        message = f"{variable}={program}: not a program. Give the path of pulumi, or run tools/install-pulumi."
        raise MissingCliError(message)
    return program


def _fits(program: str) -> bool:
    quiet = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [program, "version"], capture_output=True, check=True, env=quiet, text=True, timeout=_ANSWER_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return version_of(answer.stdout) >= OLDEST
