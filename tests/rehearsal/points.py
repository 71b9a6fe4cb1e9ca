"""At which creations CI lets a deployment crash: three for each stack, chosen by the commit."""

from __future__ import annotations

import hashlib
import random
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("stacks", "components", "config", "slipway")
POINTS = 3


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
