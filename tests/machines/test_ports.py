from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

from tests.machines.ports import PORTS, Ports, free_port, own_ports

if TYPE_CHECKING:
    import pytest


def test_no_connection_that_goes_out_is_ever_given_a_port_that_a_test_was_told() -> None:
    low, _high = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    assert PORTS.stop <= int(low)


def test_the_processes_of_a_run_have_no_port_in_common(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")
    shares = []
    for worker in ("gw0", "gw1", "gw2"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        shares.append(set(own_ports().own))
    assert all(len(share) == len(PORTS) // 3 for share in shares)
    assert len(set.union(*shares)) == sum(len(share) for share in shares)


def test_ports_are_given_in_turn_and_those_that_are_listened_on_are_passed_over() -> None:
    first = free_port(11)
    ports = range(first, first + 11)
    given = Ports(ports)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports[5]))
        assert [given.free(1), given.free(3)] == [ports[0], ports[1]]
        assert given.free(3) == ports[7], "4 to 6 has a port that somebody has"
        assert given.free(3) == ports[2], "three from the last one on would be another's: it begins again"
