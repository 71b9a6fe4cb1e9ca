"""A server is replaced on the real engine: volume and address stay, and are at one server at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.workspace import Workspace
from tests.components.planning import HERE

if TYPE_CHECKING:
    from pathlib import Path

# By host: the types of server, volume and address, and what joins volume and server, with the property for the server.
HOSTS = {
    "digitalocean": ("droplet:Droplet", "volume:Volume", "reservedIp:ReservedIp", ("volumeAttachment", "dropletId")),
    "hetzner": ("server:Server", "volume:Volume", "primaryIp:PrimaryIp", ("volumeAttachment", "serverId")),
    "linode": ("instance:Instance", "volume:Volume", "reservedIp:ReservedIp", ("volume:", "linodeId")),
    "aws": ("ec2/instance:Instance", "ebs/volume:Volume", "eip:Eip", ("volumeAttachment", "instanceId")),
}
OTHER = "#cloud-config\nssh_pwauth: false\npackages: [unattended-upgrades]\n"


def things(engine: Workspace) -> list[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in sorted(engine.cloud.rglob("*.json"))]


def ids(found: list[dict[str, Any]], kind: str) -> set[str]:
    return {each["id"] for each in found if each["type"].endswith(kind)}


def joined(found: list[dict[str, Any]], join: tuple[str, str]) -> set[str]:
    kind, name = join
    made = [{**each["inputs"], **each["computed"]} for each in found if kind in each["type"]]
    return {str(each[name]).removesuffix(".0") for each in made if each.get(name)}


@pytest.mark.parametrize("host", HOSTS)
def test_another_server_gets_the_volume_and_the_address(host: str, pulumi_cli: Path, tmp_path: Path) -> None:
    server, volume, address, join = HOSTS[host]
    with Workspace(HERE / "programs" / "lone", folder=tmp_path / "engine", pulumi=pulumi_cli, warm=True) as engine:
        first = engine.up(host)
        assert first.ok, first.errors
        before = things(engine)

        second = engine.up(host, "-c", f"userData={OTHER}")
        assert second.ok, second.errors
        after = things(engine)

    assert len(ids(before, server)) == len(ids(after, server)) == 1
    assert ids(before, server) != ids(after, server), "other user data is another server"
    assert ids(before, volume) == ids(after, volume) != set()
    assert ids(before, address) == ids(after, address) != set()
    assert joined(before, join) == ids(before, server)
    assert joined(after, join) == ids(after, server), "the volume is at the new server"
