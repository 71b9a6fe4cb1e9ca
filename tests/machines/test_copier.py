"""How a release brings the program that copies the SQLite file all the time: on a machine, with a stand-in for it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from components.server.litestream import UNIT, Replica, litestream_config
from components.server.release import Copier, Deployment
from tests.machines.copied import IDENTITY, OTHER
from tests.machines.single import HURRIED, Single, equipped, single

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# It says which version it is, and else runs until it is ended.
PROGRAM = '#!/bin/sh\n[ "$1" != version ] || { echo v0.3.13; exit; }\nid -un\nexec sleep 1000\n'
# Without what confines it.
UNIT_TEXT = "[Service]\nUser=slipway-litestream\nExecStart=/opt/slipway-litestream/current/litestream replicate\n"
COPIED = Replica("/var/lib/shop/data.db", "https://s3.example.com", "eu", "backups", "shop.sqlite", 72)


@pytest.fixture
def server(
    debian: Path, node: Path, release_tools: Path, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> Iterator[Single]:
    """A server that is made for it, before its first release."""
    equipment = equipped(node, release_tools, tmp_path_factory.mktemp("equipment"))
    with single(debian, equipment, tmp_path, {}, HURRIED) as made:
        made.computer.output("useradd --system --user-group --shell /usr/sbin/nologin slipway-litestream")
        made.computer.output(f"printf '{UNIT_TEXT}' >/etc/systemd/system/{UNIT}")
        yield made


def archive(program: str, name: str = "litestream") -> bytes:
    """An archive with a program, and a file beside it as releases have."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as written:
        for each, content in ((name, program), ("LICENSE", "free")):
            entry = tarfile.TarInfo(each)
            entry.size, entry.mode = len(content), 0o755
            written.addfile(entry, io.BytesIO(content.encode()))
    return made.getvalue()


def copied(server: Single, content: bytes, identity: str = IDENTITY) -> Deployment:
    """A deployment with this archive, which everybody may fetch."""
    server.files.held["/litestream"] = content
    server.files.public.add("/litestream")
    told = {"litestream.yml": litestream_config(COPIED, identity, "AK", "SK")}
    url = f"https://127.0.0.1:{server.files.secure}/litestream"
    return replace(server.of("v1"), copier=Copier(url, hashlib.sha256(content).hexdigest()), credentials=told)


def test_it_is_fetched_held_to_its_sum_and_started_anew_only_where_it_or_its_keys_changed(server: Single) -> None:
    first = copied(server, archive(PROGRAM))
    server.deploy(first)
    computer = server.computer
    assert computer.output("sleep 0.5; cat /var/log/slipway-litestream.log").strip() == "slipway-litestream"
    config = json.loads(computer.output("cat /etc/slipway/litestream.yml"))
    assert config["dbs"][0]["replicas"][0]["age"]["recipients"][0].startswith("age1")
    assert computer.output("stat -c '%U %a' /etc/slipway/litestream.yml").split() == ["slipway-litestream", "600"]
    running = computer.output(f"cat /run/stand-in/{UNIT.removesuffix('.service')}")
    assert "serves already" in server.deploy(first)
    assert computer.output(f"cat /run/stand-in/{UNIT.removesuffix('.service')}") == running
    server.deploy(copied(server, archive(PROGRAM), OTHER))
    assert computer.output(f"cat /run/stand-in/{UNIT.removesuffix('.service')}") != running
    server.deploy(copied(server, archive(f"{PROGRAM}# newer\n")))
    assert len(computer.output("ls /opt/slipway-litestream").split()) == 2, "the newest, and the link to it"

    server.deploy(server.of("v2"))
    wrong = copied(server, archive(f"{PROGRAM}# other\n"))
    server.files.held["/litestream"] = archive("#!/bin/sh\ntouch /run/wrong\n")
    assert "litestream: the sum is wrong" in server.deploy(wrong, code=1)
    late = copied(server, archive(PROGRAM.replace("v0.3.13", "v0.5.1")))
    assert "this is v0.5.1, and only a version 0.3 encrypts what it copies" in server.deploy(late, code=1)
    assert "no one file of that name" in server.deploy(copied(server, archive(PROGRAM, "other")), code=1)
    assert server.served() == "v2 200"
    assert computer.run("test -e /run/wrong")[0] != 0
