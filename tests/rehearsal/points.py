"""At which creations CI lets a deployment crash: three of each stack that the commit chooses."""

from __future__ import annotations

import hashlib
import random
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("stacks", "components", "config", "slipway")
POINTS = 3
STACKS = 2  # beside the one that is rehearsed as a whole each time; a crash point takes half a minute


def commit(root: Path = ROOT) -> str:
    """What is checked out, or where git cannot tell, a digest of what stacks are made from."""
    command = ["git", "rev-parse", "--verify", "HEAD"]
    asked = subprocess.run(command, cwd=root, capture_output=True, check=False, text=True)
    if asked.returncode == 0:
        return asked.stdout.strip()
    files = sorted(file for room in ROOMS for file in (root / room).rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def points(of: str, stack: str, total: int) -> tuple[int, ...]:
    """Three creations out of `total`, in order: the same for the same commit and stack."""
    return tuple(sorted(random.Random(f"{of} {stack}").sample(range(1, total + 1), min(POINTS, total))))  # noqa: S311 - no secret


def crashed(of: str, stacks: Sequence[str]) -> list[str]:
    """Two out of `stacks`: the same for the same commit."""
    return sorted(random.Random(of).sample(sorted(stacks), min(STACKS, len(stacks))))  # noqa: S311 - no secret
