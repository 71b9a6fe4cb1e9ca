"""A small Debian for machines under test, made once by debootstrap, and machines that start from it again and again.

A machine is a root folder of its own above that Debian, with processes of its own; it has the loopback in common with
the test. It leaves nothing behind: files are in memory, and its processes end with the test.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from tests.conftest import ROOT, without
from tests.machines.servers import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("SLIPWAY_CACHE") or ROOT / ".cache").absolute() / "machine"
SUITE = "bookworm"
PACKAGES = "python3,curl,ca-certificates,xz-utils,systemd,nginx-light,git"  # for all of them: each list takes a minute
IMAGE = (  # what is on a provider's image of Debian, as far as it matters
    "python3,curl,ca-certificates,xz-utils,systemd,cloud-init,openssh-server,sudo,iproute2,e2fsprogs,util-linux,"
    "procps,openssl,iputils-ping,python3-cffi-backend"
)
MIRROR = "http://deb.debian.org/debian"
CLONE_NEWNET = 0x40000000
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Below the mount point are: what is written, what overlayfs needs, and the whole.
START = """\
set -e
mount -t tmpfs machine "$1"
mkdir "$1/written" "$1/work" "$1/whole"
mount -t overlay machine -o "lowerdir=$2,upperdir=$1/written,workdir=$1/work" "$1/whole"
mount -t proc proc "$1/whole/proc"
cp -a "$3/." "$1/whole/"
exec chroot "$1/whole" /bin/bash
"""


def mirror() -> str:
    """Where this machine itself gets its Debian packages, else Debian's own place."""
    sources = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    text = "\n".join(file.read_text(errors="replace") for file in sources if file.is_file())
    found = re.search(r"^(?:URIs:|deb(?: \[[^\]]*\])?) (https?://\S+/debian/?)(?:\s|$)", text, re.MULTILINE)
    return found[1] if found else MIRROR


@pytest.fixture(scope="session")
def debian(require_program: Callable[[str], Path]) -> Path:
    """The folder of a Debian that nobody changes."""
    return bootstrapped(require_program("debootstrap"), PACKAGES)


@pytest.fixture(scope="session")
def image(require_program: Callable[[str], Path]) -> Path:
    """The folder of a Debian as providers have it."""
    return bootstrapped(require_program("debootstrap"), IMAGE)


@pytest.fixture
def disk(require_program: Callable[[str], Path], tmp_path: Path) -> Iterator[str]:
    """The number of a loop device: an empty disk, as a new data volume is one."""
    with loop_device(require_program("losetup"), tmp_path) as number:
        yield number


@contextlib.contextmanager
def loop_device(losetup: Path, folder: Path) -> Iterator[str]:
    """The number of a loop device with nothing on it, whose file is in this folder."""
    with (folder / "disk").open("wb") as file:
        file.truncate(1 << 30)
    made = subprocess.run([losetup, "--find", "--show", file.name], capture_output=True, check=False, text=True)
    if made.returncode != 0:
        without(f"needs a loop device, and losetup says: {made.stderr.strip()}")
    yield made.stdout.strip().removeprefix("/dev/loop")
    subprocess.run([losetup, "--detach", made.stdout.strip()], check=True)


def bootstrapped(debootstrap: Path, packages: str = "") -> Path:
    """The folder of a Debian with these packages and as few others as can be; made once for each such list."""
    include = [f"--include={packages}"] if packages else []
    if os.geteuid() != 0:
        without("needs root, to make a machine's root folder")
    home = CACHE / hashlib.sha256(f"{SUITE} {packages}".encode()).hexdigest()[:16]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{home.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not home.exists():
            fresh = CACHE / f"{home.name}.new"
            shutil.rmtree(fresh, ignore_errors=True)
            command = [str(debootstrap), "--variant=minbase", *include, SUITE, str(fresh), mirror()]
            made = subprocess.run(command, capture_output=True, check=False, text=True)
            if made.returncode != 0:
                without(f"needs a Debian, and debootstrap says: {made.stdout[-500:]}")
            fresh.rename(home)
    return home


class Computer:
    """A machine that has started and waits for commands."""

    def __init__(
        self,
        debian: Path,
        files: Mapping[str, str],
        environment: Mapping[str, str],
        *,
        above: Path | None = None,
        own_network: bool = False,
    ) -> None:
        """With a network and a name of its own it has no way out but what `listening` leads into it.

        The files in the folder `above` lie above Debian's and are shared as those are: nothing of them is copied.
        """
        self._apart = ("--net", "--uts") if own_network else ()
        self._place = tempfile.TemporaryDirectory(prefix="slipway-machine-")
        self._layers = f"{above}:{debian}" if above else str(debian)
        self._files, self._environment = files, environment
        self._asked = 0

    def __enter__(self) -> Self:
        place = Path(self._place.name)
        given = place / "given"
        for name, content in self._files.items():
            file = given / name.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
            file.chmod(0o755)
        (place / "machine").mkdir()
        self._said = place / "said"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [
                    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation=private", *self._apart),
                    *("sh", "-c", START, "sh", str(place / "machine"), self._layers, str(given)),
                ],
                env={"PATH": PATH, "HOME": "/root", **self._environment},
                stderr=subprocess.STDOUT,
                stdin=subprocess.PIPE,
                stdout=said,
                text=True,
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._place.cleanup()

    def listening(self, port: int) -> socket.socket:
        """A socket that listens on the machine's loopback, whoever accepts from it."""
        with ThreadPoolExecutor(1) as thread:  # of a thread of its own: a network is a thread's
            return thread.submit(self._listening, port).result()

    def _listening(self, port: int) -> socket.socket:
        with Path(f"/proc/{self._process.pid}/ns/net").open("rb") as network:
            assert ctypes.CDLL(None, use_errno=True).setns(network.fileno(), CLONE_NEWNET) == 0, ctypes.get_errno()
        return socket.create_server(("127.0.0.1", port))

    def run(self, command: str, *, seconds: float = 120) -> tuple[int, str]:
        """A command's exit code, and what it and all that runs besides have said."""
        assert self._process.stdin
        self._asked += 1
        before, mark = self._said.stat().st_size, f"<ended {self._asked} "
        self._process.stdin.write(f'({command}\n) </dev/null; echo "{mark}$?>"\n')
        self._process.stdin.flush()
        ended = wait_for(lambda: mark in self._all(before) or self._process.poll() is not None, seconds=seconds)
        said, _, rest = self._all(before).partition(mark)
        assert ended, f"no end within {seconds} s: {said}"
        assert rest, f"the machine ended: {said}"
        return int(rest.partition(">")[0]), said

    def output(self, command: str) -> str:
        """What a command that must go well says."""
        code, said = self.run(command)
        assert code == 0, said
        return said.strip()

    def _all(self, start: int) -> str:
        return self._said.read_bytes()[start:].decode(errors="replace")
