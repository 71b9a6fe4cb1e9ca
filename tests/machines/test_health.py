"""What a single server says of itself to who asks from outside: the program on real disks and processes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from components.server.health import ANSWER, health_files
from tests.conftest import ROOT, without
from tests.machines.ports import free_port, listens
from tests.machines.servers import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PROGRAMS = ROOT / "components" / "server" / "programs"
HOUR = 3600
PGREP, MOUNT, UMOUNT = (shutil.which(name) or name for name in ("pgrep", "mount", "umount"))
# As systemctl answers: what failed is in a file, and so is the first process of each unit.
SYSTEMCTL = """\
#!/bin/sh
case $1 in
list-units) cat FOLDER/failed ;;
show) for unit; do :; done; cat "FOLDER/$unit" 2>/dev/null || echo 0 ;;
esac
"""
# As PM2 is: it starts anew what ends.
PARENT = "import subprocess\nwhile True: subprocess.run(['sleep', '1000'])\n"


@dataclass
class Machine:
    """A server with a disk, a certificate and a service, on which all is well."""

    folder: Path
    facts: dict[str, Any] = field(default_factory=dict)  # Any: JSON

    def look(self, code: int = 0) -> str:
        """Look once; what was said for the journal."""
        (self.folder / "health.json").write_text(json.dumps(self.facts))
        done = subprocess.run(
            [sys.executable, "-m", "health", "look", self.folder / "health.json"],
            capture_output=True, check=False, cwd=PROGRAMS, text=True,
            env={"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "JOURNAL_STREAM": "1:1"},
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done.stderr

    def shown(self) -> str:
        """What nginx has to show after another look; empty where all is well."""
        self.look()
        return "" if (self.folder / "well" / "well").exists() else (self.folder / "well" / "ill").read_text()

    def serve(self, unit: str, process: int) -> None:
        """Let systemd say that a unit runs."""
        (self.folder / f"{unit}.service").write_text(f"{process}\n")


@pytest.fixture
def machine(tmp_path: Path, require_program: Callable[[str], Path]) -> Iterator[Machine]:
    openssl = require_program("openssl")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "systemctl").write_text(SYSTEMCTL.replace("FOLDER", str(tmp_path)))
    (tmp_path / "bin" / "systemctl").chmod(0o755)
    for name in ("failed", "ready", "state.json", "backup"):
        (tmp_path / name).touch()
    certify(openssl, tmp_path, days=80)
    told = json.loads(health_files("shop", ["web"], volume=True, backups=True).programs["/etc/slipway/health.json"])
    assert told["disks"] == ["/", "/mnt/data"]
    places = {"certificate": "certificate.pem", "backup": "backup", "made": "ready", "deployed": "state.json"}
    own = {name: str(tmp_path / file) for name, file in {**places, "shown": "well", "home": "home"}.items()}
    made = Machine(tmp_path, {**told, **own, "disks": [str(tmp_path / "disk"), "/nowhere"]})
    (tmp_path / "well").mkdir()
    (tmp_path / "well" / "ill").write_text("not well: nothing is deployed\n")
    with pm2() as process:
        made.serve("shop-web@blue", process.pid)
        yield made


@contextlib.contextmanager
def pm2() -> Iterator[subprocess.Popen[bytes]]:
    """A process with one child, which it starts anew when that ends."""
    running = subprocess.Popen([sys.executable, "-c", PARENT])
    try:
        assert wait_for(lambda: children(running.pid))
        yield running
    finally:
        found = children(running.pid)
        running.kill()
        running.wait()
        for each in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, 9)


def children(parent: int) -> list[int]:
    """The processes that it has started."""
    done = subprocess.run([PGREP, "--parent", str(parent)], capture_output=True, check=False, text=True)
    return [int(each) for each in done.stdout.split()]


def certify(openssl: Path, folder: Path, days: int) -> None:
    """A certificate that ends in so many days."""
    subject = ("-subj", "/CN=a", "-days", str(days), "-keyout", folder / "key.pem", "-out", folder / "certificate.pem")
    command: list[str | Path] = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        *subject,
    ]
    subprocess.run(command, capture_output=True, check=True)


def end_child(process: int) -> None:
    """End the child of that process, and wait for its successor."""
    (child,) = children(process)
    os.kill(child, 9)
    assert wait_for(lambda: children(process) not in ([], [child]))


def test_it_says_nothing_of_a_server_on_which_all_is_well(machine: Machine) -> None:
    assert machine.look() == ""
    assert machine.shown() == ""
    assert (machine.folder / "well" / "well").stat().st_mode & 0o777 == 0o644
    assert (machine.folder / "home").stat().st_mode & 0o777 == 0o700


def test_a_disk_that_is_nearly_full_is_said_and_no_name_of_it_goes_outside(machine: Machine) -> None:
    disk = machine.folder / "disk"
    disk.mkdir()
    made = subprocess.run([MOUNT, "-t", "tmpfs", "-o", "size=10m,nr_inodes=100", "disk", disk], check=False)
    if made.returncode != 0:
        without("needs root, to mount a disk")
    try:
        (disk / "data").write_bytes(bytes(8 << 20))
        assert machine.shown() == "", "at 80 % of it there is time"
        (disk / "data").write_bytes(bytes(9 << 20))
        assert machine.shown() == "not well: disk\n"
        assert machine.look().startswith(f"<3>slipway: disk: {disk} is full to 90 % of its bytes")
        (disk / "data").unlink()
        assert machine.shown() == ""
        for number in range(90):
            (disk / str(number)).touch()
        assert machine.shown() == "not well: disk\n"
        assert "of its files" in machine.look()
    finally:
        subprocess.run([UMOUNT, disk], check=True)


def test_a_unit_that_failed_and_a_service_without_a_slot_are_said(machine: Machine) -> None:
    (machine.folder / "failed").write_text("slipway-backup.service loaded failed failed Copies the data\n")
    assert machine.shown() == "not well: services\n"
    assert machine.look() == "<3>slipway: services: slipway-backup.service failed\n"
    (machine.folder / "failed").write_text("")
    (machine.folder / "shop-web@blue.service").unlink()
    assert machine.shown() == "not well: services\n"
    assert machine.look() == "<3>slipway: services: no slot of web runs\n"
    (machine.folder / "state.json").unlink()
    assert machine.shown() == "", "before the first release nothing has to run"


def test_processes_that_end_again_and_again_are_said_and_single_ones_are_not(machine: Machine) -> None:
    process = int((machine.folder / "shop-web@blue.service").read_text())
    assert machine.shown() == ""
    for _ in range(2):
        end_child(process)
        assert machine.shown() == ""
    end_child(process)
    assert machine.shown() == "not well: restarts\n"
    seen = json.loads((machine.folder / "home" / "seen.json").read_text())
    seen["starts"] = [time.time() - 11 * 60] * 3
    (machine.folder / "home" / "seen.json").write_text(json.dumps(seen))
    assert machine.shown() == "", "after ten minutes it has got over them"


def test_a_deployment_is_no_restart(machine: Machine) -> None:
    assert machine.shown() == ""
    with contextlib.ExitStack() as running:
        for slot, before in (("green", "blue"), ("blue", "green"), ("green", "blue"), ("blue", "green")):
            machine.serve(f"shop-web@{slot}", running.enter_context(pm2()).pid)
            assert machine.shown() == ""
            (machine.folder / f"shop-web@{before}.service").unlink()
            assert machine.shown() == ""


def test_a_certificate_that_ends_soon_is_said(machine: Machine, require_program: Callable[[str], Path]) -> None:
    certify(require_program("openssl"), machine.folder, days=13)
    assert machine.shown() == "not well: certificate\n"
    (machine.folder / "certificate.pem").unlink()
    assert machine.shown() == "not well: certificate\n"


def test_a_missed_backup_is_said_but_of_a_new_server(machine: Machine) -> None:
    (machine.folder / "backup").unlink()
    assert machine.shown() == ""
    old = time.time() - 7 * HOUR
    os.utime(machine.folder / "ready", (old, old))
    assert machine.shown() == "not well: backup\n"
    machine.facts["backup"] = None
    assert machine.shown() == ""


def test_scarce_memory_is_said_when_it_lasts(machine: Machine) -> None:
    said = machine.folder / "meminfo"
    machine.facts["memory"] = str(said)
    scarce, enough = (f"MemTotal: 1000 kB\nMemAvailable: {each} kB\nHugePages_Total: 0\n" for each in (99, 101))
    said.write_text(scarce)
    for _ in range(4):
        assert machine.shown() == ""
    assert machine.shown() == "not well: memory\n"
    assert machine.look() == "<3>slipway: memory: 9.9 % of the memory can still be had\n"
    said.write_text(enough)
    assert machine.shown() == ""
    said.write_text(scarce)
    assert machine.shown() == "", "it begins anew"


def test_nginx_answers_200_while_all_is_well_and_503_with_the_words_while_not(
    machine: Machine, tmp_path: Path, require_program: Callable[[str], Path]
) -> None:
    nginx, port = require_program("nginx"), free_port()
    parts = health_files("shop", ["web"], volume=True, backups=True)
    snippet = parts.programs["/etc/nginx/slipway/answers/health.conf"]
    (tmp_path / "health.conf").write_text(snippet.replace("/var/lib/slipway", str(tmp_path)))
    (tmp_path / "well" / "ill").write_text(parts.first["/var/lib/slipway/well/ill"])
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{\n"
        f"access_log off; client_body_temp_path {tmp_path}/body; server {{ listen 127.0.0.1:{port};"
        f" error_page 503 /page; location = /page {{ return 200 page; }} include {tmp_path}/health.conf; }} }}\n"
    )
    running = subprocess.Popen([nginx, "-p", tmp_path, "-c", tmp_path / "nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        assert wait_for(lambda: listens(port))

        def asked(path: str = ANSWER) -> str:
            command = ["curl", "-s", "-w", "%{http_code} %header{cache-control}", f"http://127.0.0.1:{port}{path}"]
            return subprocess.run(command, capture_output=True, check=True, text=True).stdout

        assert asked() == "not well: nothing is deployed\n503 no-store"
        machine.look()
        assert asked() == "well\n200 no-store"
        (machine.folder / "failed").write_text("nginx.service loaded failed failed nginx\n")
        machine.look()
        assert asked() == "not well: services\n503 no-store"
        assert "404" in asked("/.slipway/ill"), "nobody asks for the words alone"
    finally:
        running.terminate()
        running.wait()
