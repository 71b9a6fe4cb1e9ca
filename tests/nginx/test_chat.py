"""The example chat behind it: WebSockets, long-polling with several processes, and the switch to a new release."""

from __future__ import annotations

import contextlib
import itertools
import threading
from typing import TYPE_CHECKING

import pytest

from components.server.web import WebService, WebSite
from tests.machines.servers import wait_for
from tests.nginx.chat import Room
from tests.nginx.proxy import Nginx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.nginx.chat import Chat, Programs

SITE = WebSite(
    application="chat", hosts=("localhost",), services=(WebService(name="chat", websockets=True, long_polling=True),)
)
ADDRESSES = [f"127.0.0.{each}" for each in range(10, 18)]
POLLING = "/socket.io/?EIO=4&transport=polling"
_rooms = itertools.count()


@pytest.fixture
def behind(programs: Programs, slots: tuple[Chat, Chat], tmp_path: Path) -> Iterator[Callable[..., Room]]:
    """Return a function that makes a room behind an nginx that leads to the first slot, its text changed or not."""
    with contextlib.ExitStack() as stack:

        def made(old: str = "", new: str = "") -> Room:
            nginx = Nginx(SITE, lambda text: text.replace(old, new) if old else text, first={"chat": slots[0].ports})
            room = Room(programs, stack.enter_context(nginx), tmp_path, f"room-{next(_rooms)}")
            stack.callback(room.end)
            return room

        yield made


def test_people_chat_by_websockets_and_by_long_polling(behind: Callable[..., Room]) -> None:
    room = behind()
    assert room.nginx.ask("/health").said == {"status": "ok"}
    ann, bob = room.enters("ann", transport="websocket"), room.enters("bob", transport="polling")
    for one, other, text in ((ann, bob, "hello"), (bob, ann, "good day")):
        one.say(text)
        other.hears(text)
    for one in (ann, bob):
        assert one.count("disconnected") == one.count("not connected") == 0
    ann.end()
    assert wait_for(lambda: 101 in {line["status"] for line in room.nginx.log() if line["path"] == "/socket.io/"})


def polls(nginx: Nginx, source: str) -> list[int]:
    """The statuses of a client's requests by long-polling, each on a connection of its own, up to the first refusal."""
    opened = nginx.ask(POLLING, source=source)
    session = opened.text.partition('"sid":"')[2].partition('"')[0]
    assert session, opened.text
    statuses = [opened.status]
    for method, body in 4 * [("POST", b"40"), ("GET", None)]:
        if statuses[-1] == 200:  # else nobody would ever answer the next question
            statuses.append(nginx.ask(f"{POLLING}&sid={session}", method=method, body=body, source=source).status)
    return statuses


def processes_of(nginx: Nginx) -> dict[str, set[str]]:
    """Which processes have answered each client."""
    met: dict[str, set[str]] = {}
    for line in nginx.log():
        met.setdefault(line["client"], set()).add(line["upstream"])
    return met


def test_a_client_that_polls_meets_one_process_and_others_meet_other_ones(behind: Callable[..., Room]) -> None:
    nginx = behind().nginx
    for address in ADDRESSES:
        assert set(polls(nginx, address)) == {200}
    met = processes_of(nginx)
    assert {len(processes) for processes in met.values()} == {1}
    assert len(set.union(*met.values())) > 1, "all of them have work"


def test_without_that_polling_breaks(behind: Callable[..., Room]) -> None:
    nginx = behind("hash $remote_addr consistent;", "least_conn;").nginx
    assert 400 in itertools.chain(*(polls(nginx, address) for address in ADDRESSES)), "an unknown session"


def test_open_sockets_outlive_the_switch_to_a_new_release(
    behind: Callable[..., Room], slots: tuple[Chat, Chat]
) -> None:
    room = behind()
    ann = room.enters("ann", transport="websocket")
    for turn in (1, 0, 1):
        room.nginx.lead("chat", slots[turn].ports)
    bob = room.enters("bob", transport="websocket")
    ann.say("still here")
    bob.hears("still here")
    bob.say("at the new one")
    ann.hears("at the new one")
    assert ann.count("disconnected") == 0
    new = {f"127.0.0.1:{port}" for port in slots[1].ports}
    assert room.nginx.log()[-1]["upstream"] in new


def test_they_end_where_workers_may_not_wait(behind: Callable[..., Room], slots: tuple[Chat, Chat]) -> None:
    room = behind("worker_shutdown_timeout 3600s;", "worker_shutdown_timeout 1s;")
    ann = room.enters("ann", transport="websocket")
    room.nginx.lead("chat", slots[1].ports)
    ann.sees("disconnected")
    assert ann.joins(2), "Socket.IO's client comes again by itself"


def test_no_request_is_lost_while_releases_change(behind: Callable[..., Room], slots: tuple[Chat, Chat]) -> None:
    nginx, done, statuses = behind().nginx, threading.Event(), list[int]()

    def ask() -> None:
        while not done.is_set():
            statuses.append(nginx.ask("/health").status)

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    for turn in (1, 0, 1, 0, 1):
        nginx.lead("chat", slots[turn].ports)
    done.set()
    for thread in asking:
        thread.join()
    assert set(statuses) == {200}
    met = {line["upstream"] for line in nginx.log()}
    assert len(met) > 1, "both releases have answered"
