"""The programs that the tests of `examples/edge-chat` and `tools/sqlite-to-d1` run: wrangler, and a Node.js for it."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, without
from tests.machines.servers import installed, released

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
EXAMPLE = ROOT / "examples" / "edge-chat"
NODE_AT_LEAST = (24, 2)
PATIENCE = 240  # seconds for wrangler to do one thing on a busy machine


@dataclass(frozen=True, slots=True)
class Tools:
    """Where node and the packages of the example are, and how they are run: without a word to anybody else."""

    node: Path
    packages: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a child needs: this Node.js, and no questions to Cloudflare."""
        return {
            "PATH": f"{self.node.parent}:{self.packages / '.bin'}:{os.environ['PATH']}",
            "HOME": os.environ["HOME"],
            "CI": "true",  # nobody answers questions
            "WRANGLER_SEND_METRICS": "false",
            "CLOUDFLARE_CF_FETCH_ENABLED": "false",
            "NEXT_TELEMETRY_DISABLED": "1",
            "NO_COLOR": "1",
        }

    def run(self, *command: str | Path, cwd: Path, seconds: int = PATIENCE) -> subprocess.CompletedProcess[str]:
        """What became of a command of the packages."""
        return subprocess.run(
            list(command),
            cwd=cwd,
            env=self.environment,
            capture_output=True,
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
        )


@pytest.fixture(scope="session")
def edge_tools(require_program: Callable[[str], Path]) -> Tools:
    """Wrangler with a Node.js that is new enough for it: this machine's, or one from npm."""
    npm = require_program("npm")
    packages = installed(EXAMPLE, npm) / "node_modules"
    own = require_program("node")
    if _version(own) >= NODE_AT_LEAST:
        return Tools(own, packages)
    found = sorted(installed(HERE / "node", npm).glob("node_modules/node-*/bin/node"))
    if not found:
        without(f"needs Node.js {'.'.join(map(str, NODE_AT_LEAST))} or newer, and npm has none for this machine")
    return Tools(found[0], packages)


@pytest.fixture(scope="session")
def edge_release(require_program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with its packages, in a folder of its own, since wrangler keeps its state beside it."""
    return released(EXAMPLE, require_program("npm"), tmp_path_factory.mktemp("release") / "edge-chat")


def _version(node: Path) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, check=True, text=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said)[:2])
