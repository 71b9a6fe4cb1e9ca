"""A container as a task has it: an image whose files cannot be changed, /tmp, processes of its own, a user without
rights. The loopback is the machine's."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from components.aws.containers import USER
from tests.machines.servers import PATIENCE, wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from tests.images.builder import Image

START = """\
set -e
root=$1 user=$2 folder=$3
shift 3
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -t proc proc "$root/proc"
exec chroot --userspec="$user" "$root" /usr/bin/env --chdir="$folder" "$@"
"""


class Container:
    """A container that starts when it is entered; its first process is what the image's entry point says."""

    def __init__(
        self, image: Image, command: Sequence[str], environment: Mapping[str, str], *, before: Sequence[str] = ()
    ) -> None:
        self._image, self._before, self._command, self._environment = image, before, command, environment
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the container is left

    def __enter__(self) -> Self:
        config = self._image.config
        of_image = dict(each.split("=", 1) for each in config["Env"])
        where = (str(self._image.root), USER, config["WorkingDir"])
        self._process = subprocess.Popen(
            [
                *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation=private"),
                *("sh", "-c", START, "sh", *where, *self._before, *(config["Entrypoint"] or ()), *self._command),
            ],
            env={**of_image, **self._environment},
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            # With the first process all others end, and only then its parent does.
            os.kill(self._first(), signal.SIGKILL)
        self._process.wait()
        self._said.close()

    def end(self) -> int:
        """The exit code after SIGTERM to the first process, which is how a task is told to end."""
        os.kill(self._first(), signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        """The exit code, when it ends by itself."""
        return self._process.wait(PATIENCE)

    def said(self) -> str:
        """What its processes have said so far."""
        self._said.seek(0)
        return self._said.read().decode(errors="replace")

    def processes(self) -> set[int]:
        """The numbers that its processes have inside, those included that have ended and that nobody cleared up."""
        found, left = set(), [self._first()]
        while left:
            process = Path(f"/proc/{left.pop()}")
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                left += [int(child) for child in _children(process)]
                fields = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
                found.add(int(fields["NSpid"].split()[-1]))
        return found

    def _first(self) -> int:
        parent = Path(f"/proc/{self._process.pid}")
        assert wait_for(lambda: _children(parent)), self.said()
        return int(_children(parent)[0])


def _children(process: Path) -> list[str]:
    return (process / "task" / process.name / "children").read_text().split()


def run(image: Image, *command: str, **environment: str) -> tuple[int, str]:
    """The exit code of a command in a container of its own, and what it said."""
    with Container(image, command, environment) as container:
        return container.ended(), container.said()
