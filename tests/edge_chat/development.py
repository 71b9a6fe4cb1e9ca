"""A Worker as `npm run dev` runs it on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.chat.site import ask
from tests.edge_chat.conftest import PATIENCE
from tests.machines.servers import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.edge_chat.conftest import Tools


def answers(port: int) -> bool:
    """Whether a page comes at all: the first takes long, since the Worker is only now loaded."""
    try:
        return ask(port, "/").status > 0
    except OSError:
        return False


@contextmanager
def development(tools: Tools, release: Path, port: int) -> Iterator[None]:
    """`npm run dev` on this port; at the end it is cut off, as by a power cut."""
    command = ["npm", "run", "dev", "--", "--port", str(port), "--inspector-port", "0"]
    log = release / "dev.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=release,
            env=tools.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        assert wait_for(lambda: answers(port), seconds=PATIENCE), log.read_text()
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
