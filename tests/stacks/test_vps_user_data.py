"""What a single server is told at its first start fits its provider, with room for what users add."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pytest

from components.server.cloud_init import user_data
from config.effective import effective
from config.vps import Vps
from config.vps_server import USER_DATA_LIMITS
from stacks.topology import topology_of
from stacks.vps_machine import machine, single
from tests.conftest import ROOT
from tests.stacks.forms import APPLICATIONS
from tests.stacks.project import settings, write
from tests.stacks.server_forms import BACKUPS, LITESTREAM, VOLUME, on_a_server

if TYPE_CHECKING:
    from config.stack import StackSettings

SHIPPED = ("drops-containers", "drops-launch", "helpdesk-vps", "mentors-vps", "videochat-vps")
ROOM = 0.1  # of the limit


@pytest.fixture(params=SHIPPED)
def stack(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> StackSettings:
    """A shipped stack on a single server."""
    name: str = request.param
    monkeypatch.setattr(pulumi, "get_stack", lambda: name)
    return effective(ROOT, name).stack


def test_every_shipped_stack_leaves_room_within_its_providers_limit(stack: StackSettings) -> None:
    topology = topology_of(stack, Vps)
    server, limit = single(stack, topology), topology.limit()
    size = len(user_data(server, limit).encode())
    assert size <= limit * (1 - ROOM), f"{server.stack}: {size} of {limit} bytes"


def test_four_services_and_all_that_a_server_can_keep_fit_the_least_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    first = APPLICATIONS["orders"]
    data = {
        "postgres": {"kind": "local", "name": "orders", "user": "orders"},
        "redis": {"kind": "local"},
        "sqlite": {"kind": "file", "path": "/srv/orders/live.db"},
        "sessions": {"kind": "postgres", "service": first},
    }
    backups = {**BACKUPS, "sqlite": LITESTREAM}
    said = on_a_server("orders", "production", "aws", data=data, volume=VOLUME, backups=backups,
        size={"cores": 4, "memory": 16, "disk": 40})  # fmt: skip
    said["slipway:overrides"]["migrations"] = {"command": "npm run migrate", "service": first}
    said["slipway:overrides"]["services"] |= {
        name: {"port": port, "entry": "dist/worker.js", "derived": {"DATABASE_URL": "postgres.url"}}
        for name, port in (("mailer", 3011), ("reports", 3012), ("imports", 3013))
    }
    monkeypatch.setattr(pulumi, "get_stack", lambda: "orders-everything-vps")
    stack = settings(write("orders-everything-vps", said))
    topology = topology_of(stack, Vps)
    assert topology.limit() == min(USER_DATA_LIMITS.values())
    assert len(machine(stack, topology).encode()) <= topology.limit()


def test_who_is_told_too_much_hears_what_takes_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "mentors-vps")
    stack = effective(ROOT, "mentors-vps").stack
    topology = topology_of(stack, Vps)
    keys = tuple(f"ssh-ed25519 {number:0>68}" for number in range(100))
    told = topology.model_copy(update={"ssh": topology.ssh.model_copy(update={"keys": keys})})
    wanted = r"takes 16384: .*; or take a provider that takes more: hetzner 32768, digitalocean 65536"
    with pytest.raises(pulumi.RunError, match=wanted):
        machine(stack, told)
