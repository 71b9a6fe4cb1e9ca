"""How the engine of a new server is waited for, by the real ssh and a real server of it on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from components.server.over_ssh import ssh_options, waiting
from tests.machines.ports import free_port, listens
from tests.machines.servers import PATIENCE, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SSHD = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {host_key}
AuthorizedKeysFile {folder}/client.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
SetEnv PATH={there}:/usr/bin:/bin
"""
# It reaches the server of this test as whoever runs the test; the options of the command go on to the real program.
SSH = """\
#!/bin/sh
echo asked >> {folder}/asked
exec {ssh} -F none -p {port} -l "$(id -un)" -i {folder}/client {more} "$@"
"""


@dataclass
class Machine:
    """A server that is reached by ssh, and the folder of the programs that are on it."""

    folder: Path
    ssh: Path
    sshd: Path
    keygen: Path
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for folder in ("here", "there"):
            (self.folder / folder).mkdir()
        self.key("client")
        self.puts("there/cloud-init", "exit 0")
        self.puts("there/docker", "echo 28.5.2")
        self.puts("here/sleep", f"echo slept >> {self.folder}/slept")

    def key(self, name: str, kind: str = "ed25519") -> str:
        """The public part of a new key."""
        file = self.folder / name
        subprocess.run([str(self.keygen), "-q", "-t", kind, "-N", "", "-C", name, "-f", str(file)], check=True)
        return file.with_suffix(".pub").read_text().strip()

    def puts(self, name: str, text: str) -> None:
        """A program of the server, or of who asks."""
        (self.folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.folder / name).chmod(0o755)

    def start(self, host_key: str) -> None:
        """Listen, with one of the keys."""
        folder, there = self.folder, self.folder / "there"
        told = SSHD.format(port=self.port, host_key=folder / host_key, folder=folder, there=there)
        (folder / "sshd_config").write_text(told)
        command = [str(self.sshd), "-D", "-e", "-f", str(folder / "sshd_config")]
        with (folder / "sshd.log").open("ab") as log:
            self.running.append(subprocess.Popen(command, stderr=log))
        assert wait_for(lambda: listens(self.port)), (folder / "sshd.log").read_text()

    def end(self) -> None:
        """Stop listening."""
        for process in self.running:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        self.running.clear()

    def wait(self, host_key: str | None, more: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command that waits."""
        asks = SSH.format(folder=self.folder, ssh=self.ssh, port=self.port, more=more)
        self.puts("here/ssh", asks.partition("\n")[2])
        env = {**os.environ, "PATH": f"{self.folder / 'here'}:{os.environ['PATH']}", "ENGINE": "deploy@127.0.0.1"}
        command = ["/bin/sh", "-c", waiting(host_key)]
        return subprocess.run(command, env=env, check=False, capture_output=True, text=True, timeout=PATIENCE)

    def count(self, what: str) -> int:
        """How often it was asked, or slept."""
        file = self.folder / what
        return len(file.read_text().splitlines()) if file.exists() else 0


@pytest.fixture
def machine(tmp_path: Path, require_program: Callable[[str], Path]) -> Iterator[Machine]:
    """A server that does not listen yet."""
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # root's sshd wants it, and the service of the system is not running
    made = Machine(tmp_path, require_program("ssh"), require_program("sshd"), require_program("ssh-keygen"))
    try:
        yield made
    finally:
        made.end()


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_an_engine_behind_the_key_that_was_written_down_answers(machine: Machine, kind: str) -> None:
    known = machine.key("host", kind)
    machine.start("host")
    done = machine.wait(known)
    assert (done.returncode, done.stdout, done.stderr) == (0, "28.5.2\n", "")
    assert machine.count("asked") == 1


def test_a_host_with_another_key_is_told_nothing_and_not_asked_again(machine: Machine) -> None:
    known = machine.key("host")
    machine.key("other")
    machine.start("other")
    done = machine.wait(known)
    assert done.returncode == 1
    assert "Host key verification failed" in done.stderr
    assert (machine.count("asked"), machine.count("slept")) == (1, 0)


def test_without_a_key_whoever_answers_first_is_believed_and_nobody_later(machine: Machine) -> None:
    machine.key("first")
    machine.key("later")
    hosts = f"-o UserKnownHostsFile={machine.folder}/known_hosts"
    machine.start("first")
    assert [machine.wait(None, hosts).returncode for _ in range(2)] == [0, 0]
    machine.end()
    machine.start("later")
    done = machine.wait(None, hosts)
    assert done.returncode == 1
    assert "Host key verification failed" in done.stderr


def test_a_server_that_does_not_listen_yet_is_asked_again_and_in_the_end_given_up(machine: Machine) -> None:
    known = machine.key("host")
    done = machine.wait(known)
    assert done.returncode == 1
    assert "Connection refused" in done.stderr
    assert (machine.count("asked"), machine.count("slept")) == (60, 60)


def test_a_server_that_comes_while_it_is_waited_for_is_found(machine: Machine) -> None:
    known = machine.key("host")
    machine.start("host")
    machine.puts("here/sleep", f"cd {machine.folder} && mv away client")
    (machine.folder / "client").rename(machine.folder / "away")  # nobody is let in until the first pause
    done = machine.wait(known)
    assert (done.returncode, done.stdout) == (0, "28.5.2\n")
    assert machine.count("asked") == 2


def test_what_an_engine_that_is_there_complains_of_is_said_at_once(machine: Machine) -> None:
    known = machine.key("host")
    machine.puts("there/docker", "echo permission denied while trying to connect >&2; exit 1")
    machine.start("host")
    done = machine.wait(known)
    assert (done.returncode, done.stderr) == (1, "permission denied while trying to connect\n")
    assert (machine.count("asked"), machine.count("slept")) == (1, 0)


def test_nothing_is_asked_that_a_person_would_have_to_answer() -> None:
    for host_key in (None, "ssh-ed25519 AAAA"):
        assert "BatchMode=yes" in ssh_options(host_key)
