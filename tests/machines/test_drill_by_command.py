"""`slipway drill` of a stack whose SQLite file litestream copies, from the command line to the bucket and back.

The bucket is at the address that the stack file names: a proxy on loopback leads there, to an S3 server of the test's.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from components.server.backups import BackedUp, backup_files
from tests.conftest import ROOT
from tests.machines.backed_up import PASSPHRASE, PROGRAMS
from tests.machines.copied import IDENTITY, KEY, SECRET
from tests.machines.pipes import piped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.machines.copied import Copying

STACK = "helpdesk-vps"  # the shipped one, which has SQLite alone
ENDPOINT = "s3.eu-central-1.amazonaws.com"
SECONDS = 120
TURN = b"HTTP/1.1 200 OK\r\n\r\n"


class _Proxy(socketserver.ThreadingTCPServer):
    """What leads each connection by TLS to one port, whatever host it is to."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Connect)
        self.context, self.port = context, port
        self.asked: set[str] = set()

    def handle_error(self, *_: object) -> None:
        """A client that goes away."""


class _Connect(socketserver.StreamRequestHandler):
    server: _Proxy

    def handle(self) -> None:
        self.server.asked.add(self.rfile.readline().split()[1].decode())
        while self.rfile.readline().strip():
            pass
        self.wfile.write(TURN)
        with self.server.context.wrap_socket(self.connection, server_side=True) as secure:
            piped(secure, self.server.port)


@dataclass(frozen=True)
class Kept:
    """A stack's file with its daily and its continuous copy, and where the command is run."""

    project: Path
    file: Path
    bucket: str
    s3: Any  # botocore ships no types
    env: dict[str, str]
    asked: set[str]

    def drill(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run it as a person does: nothing says where the copies are but the stack's own file."""
        command = [sys.executable, "-m", "slipway", "drill", STACK, "--project", str(self.project), *words]
        return subprocess.run(
            command, capture_output=True, check=False, cwd=ROOT, env={**self.env, **env}, text=True, timeout=SECONDS
        )

    def back_up(self, folder: Path) -> None:
        """The server's own daily copy, to the place that the stack file names."""
        wanted = BackedUp(STACK, "03:30", 14, None, str(self.file), redis=False)
        told = json.loads(backup_files(wanted).programs["/etc/slipway/backup.json"])
        told |= {"home": str(folder / "home"), "well": str(folder / "well" / "backup")}
        (folder / "backup.json").write_text(json.dumps(told))
        place = {
            "RESTIC_REPOSITORY": f"s3:https://{ENDPOINT}/{self.bucket}/{STACK}",
            "RESTIC_CACHE_DIR": str(folder / "cache"),
        }
        command = [sys.executable, "-m", "backup", "run", str(folder / "backup.json")]
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            cwd=PROGRAMS,
            env={**self.env, **place},
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr

    @contextlib.contextmanager
    def damaged(self) -> Iterator[None]:
        """Meanwhile a byte of the newest segment of the continuous copy is flipped."""
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=f"{STACK}.sqlite/")["Contents"]
        key = [each["Key"] for each in listed if "/wal/" in each["Key"]][-1]
        whole = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 0xFF
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=bytes(flipped))
        yield
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=whole)


@pytest.fixture(scope="module")
def kept(
    filled: Copying,
    s3_port: int,
    tmp_path_factory: pytest.TempPathFactory,
    require_program: Callable[[str], Path],
) -> Iterator[Kept]:
    """A file that was backed up just now, of which litestream has all."""
    require_program("restic")
    folder = tmp_path_factory.mktemp("kept")
    with contextlib.ExitStack() as ends:
        context, certificate = _certified(require_program("openssl"), folder)
        proxy = ends.enter_context(_Proxy(context, s3_port))
        ends.callback(proxy.shutdown)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        bucket = f"helpdesk-{uuid.uuid4().hex[:12]}"
        _copy(filled, bucket)
        programs = folder / "bin"
        programs.mkdir()
        (programs / "litestream").symlink_to(filled.program)
        env = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "AGE_IDENTITY": IDENTITY,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "RESTIC_PASSWORD": PASSPHRASE,
            "HTTPS_PROXY": f"http://127.0.0.1:{proxy.server_address[1]}",
            "NO_PROXY": "",
            "SSL_CERT_FILE": str(certificate),
        }
        made = Kept(_project(folder / "project", bucket), filled.file, bucket, filled.s3, env, proxy.asked)
        time.sleep(1)  # the moment of the daily copy is told in whole seconds, and it must be the later one
        made.back_up(folder)
        yield made


def _project(folder: Path, bucket: str) -> Path:
    """The shipped project, its stack with a litestream and this bucket."""
    (folder / "config" / "apps").mkdir(parents=True)
    for name in ("Pulumi.yaml", "__main__.py", "config/load.py", "config/apps/helpdesk.yaml"):
        (folder / name).write_text((ROOT / name).read_text())
    (folder / ".venv").symlink_to(ROOT / ".venv")
    text, old = (ROOT / f"config/Pulumi.{STACK}.yaml").read_text(), f"endpoint: {ENDPOINT}, bucket: helpdesk-backups}}"
    assert old in text
    sqlite = f"{{kind: litestream, url: 'https://releases.example.com/l.tar.gz', sha256: '{'5' * 64}'}}"
    wanted = f"endpoint: {ENDPOINT}, bucket: {bucket}, sqlite: {sqlite}}}"
    (folder / f"config/Pulumi.{STACK}.yaml").write_text(text.replace(old, wanted))
    return folder


def _certified(openssl: Path, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """What answers for the endpoint, and the certificate by which it is believed."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    hosts = [f"{star}s3.{more}eu-central-1.amazonaws.com" for star in ("", "*.") for more in ("", "dualstack.")]
    names = ",".join(f"DNS:{host}" for host in hosts)
    subject = ("-subj", "/CN=s3", "-addext", f"subjectAltName={names}")
    made = [str(openssl), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, "-keyout", str(key)]
    subprocess.run([*made, "-out", certificate], capture_output=True, check=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def _copy(filled: Copying, bucket: str) -> None:
    """Put what litestream sent where this stack's litestream would have put it."""
    filled.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    for key in filled.objects():
        body = filled.s3.get_object(Bucket=filled.bucket, Key=key)["Body"].read()
        filled.s3.put_object(Bucket=bucket, Key=key.replace("shop.sqlite/", f"{STACK}.sqlite/", 1), Body=body)


def test_a_drill_says_what_would_be_lost_and_how_long_it_takes_and_ends_with_0(kept: Kept) -> None:
    done = kept.drill()
    assert done.returncode == 0, done.stdout + done.stderr
    place = f"s3:https://{ENDPOINT}/{kept.bucket}/{STACK}"
    length = r"\d+(?:\.\d)? (?:s|min)"
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    said = " ".join(done.stdout.split())
    assert re.search(rf"snapshot [0-9a-f]{{8}} of {STACK} in {place} ", said)
    assert re.search(rf" recovery point {length}: the data is that of {moment} ", said)
    assert re.search(rf" copied last {length} ago by litestream: {moment} ", said)
    assert re.search(rf" recovery time {length}: restore {length}, sqlite {length}, litestream {length} ", said)
    assert said.endswith("all of it came back as it was")
    assert re.search(r"sqlite table notes 600 600 same .*litestream table notes 600 600 same", said)
    told = json.loads(kept.drill("--json").stdout)
    assert told["equal"] is True
    assert 0 <= told["recovery_point_seconds"] <= told["copied_seconds"] < 3600
    assert kept.asked
    assert [address for address in kept.asked if not address.endswith("eu-central-1.amazonaws.com:443")] == []


def test_a_corrupted_segment_is_named_and_the_drill_ends_with_1(kept: Kept) -> None:
    with kept.damaged():
        done, told = kept.drill(), kept.drill("--json")
    assert (done.returncode, told.returncode) == (1, 1), done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert re.search(r" differs litestream: litestream: .*1 found$", said), said
    assert "copied last" not in said
    assert "no such file" not in said, "another fault"
    assert "sqlite table notes 600 600 same" in said, "the daily copy is whole"
    assert json.loads(told.stdout)["equal"] is False
    for secret in (IDENTITY, SECRET, PASSPHRASE):
        assert secret not in done.stdout + done.stderr + told.stdout + told.stderr


def test_a_drill_without_the_identity_ends_with_2_and_names_it(kept: Kept) -> None:
    done = kept.drill(AGE_IDENTITY="")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: AGE_IDENTITY: not in the environment. The drill reads the bucket")
    assert "Traceback" not in done.stderr
