"""What the chat refuses, what it is told by the environment, and that its README is right."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.chat.clients import Client
from tests.chat.conftest import EXAMPLE
from tests.chat.site import PASSWORD, ask
from tests.machines.ports import free_port, listens
from tests.machines.servers import PATIENCE, Redis, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.chat.site import Site

HANDSHAKE = "/socket.io/?EIO=4&transport="
SECRET = "s" * 32
SHARED = {"NODE_ENV": "production", "REDIS_URL": "rediss://:x@redis.example.com:6379", "SESSION_SECRET": SECRET}

REFUSED = [
    ({**SHARED, "REDIS_URL": ""}, "REDIS_URL is not set; give the Redis that all instances share"),
    ({"REDIS_URL": f"http://:{PASSWORD}@redis.example.com"}, "REDIS_URL is no address of a Redis; write redis://"),
    ({"REDIS_URL": "redis.example.com"}, "REDIS_URL is no address of a Redis"),
    ({**SHARED, "SESSION_SECRET": ""}, "SESSION_SECRET is not set; in production all instances need the same one"),
    ({**SHARED, "SESSION_SECRET": "hunter2"}, "SESSION_SECRET has 7 characters; give at least 32"),
    ({"ALLOWED_ORIGINS": "*"}, "ALLOWED_ORIGINS has *; give whole origins and no *"),
    ({"ALLOWED_ORIGINS": "https://a.example.com,b.example.com"}, "ALLOWED_ORIGINS has b.example.com"),
    ({"ALLOWED_ORIGINS": "https://a.example.com/"}, "ALLOWED_ORIGINS has https://a.example.com/"),
    ({"PORT": "http"}, "PORT is http; give a whole number from 0 to 65535"),
    ({"PORT": "65536"}, "PORT is 65536"),
    ({"TRUST_PROXY": "true"}, "TRUST_PROXY is true; give a whole number from 0 to 10"),
    ({"DRAIN_SECONDS": "0"}, "DRAIN_SECONDS is 0; give a whole number from 1 to 3600"),
    ({"NOTICE_SECONDS": "25"}, "NOTICE_SECONDS is 25 and DRAIN_SECONDS 25; make the notice shorter than the whole"),
]
# A page's origin, the host that it asks, what is allowed, and whether it may.
ORIGINS: list[tuple[str | None, str, list[str], bool]] = [
    (None, "chat.example.com", [], True),
    ("https://chat.example.com", "chat.example.com", [], True),
    ("https://chat.example.com.evil.example", "chat.example.com", [], False),
    ("https://evil.example", "chat.example.com", [], False),
    ("null", "chat.example.com", [], False),
    ("https://www.example.com", "chat.example.com", ["https://www.example.com"], True),
    ("http://www.example.com", "chat.example.com", ["https://www.example.com"], False),
    ("https://chat.example.com", "chat.example.com", ["https://www.example.com"], False),
]


def computed(node: Path, release: Path, script: str, given: object) -> list[Any]:  # Any: whatever the script says
    """What a script in the release's folder makes of `given`."""
    command = [str(node), "--input-type=module", "-e", f"const given = {json.dumps(given)};\n{script}"]
    done = subprocess.run(command, cwd=release, capture_output=True, check=True, text=True, timeout=PATIENCE)
    return list(json.loads(done.stdout))


def test_a_wrong_setting_is_refused_by_name_and_with_what_to_write(node: Path, release: Path) -> None:
    script = """
    import { settings, WrongSetting } from "./src/settings.js";
    console.log(JSON.stringify(given.map((one) => {
      try { settings(one); return "accepted"; }
      catch (error) { return error instanceof WrongSetting ? error.message : String(error.stack); }
    })));"""
    said = computed(node, release, script, [environment for environment, _ in REFUSED])
    for (environment, wanted), message in zip(REFUSED, said, strict=True):
        assert message.startswith(wanted), environment
        assert PASSWORD not in message
        assert "hunter2" not in message
    assert computed(node, release, script, [{}, SHARED]) == ["accepted", "accepted"]


def test_a_wrong_setting_ends_the_start_with_one_line(node: Path, release: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "NODE_ENV": "production"}
    done = subprocess.run(
        [node, "src/server.js"],
        cwd=release,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("chat: REDIS_URL is not set")


def test_pages_are_told_apart_by_their_whole_origin(node: Path, release: Path) -> None:
    script = """
    import { originCheck } from "./src/origins.js";
    const ask = ([origin, host, allowed]) => originCheck(allowed)({ headers: { origin: origin ?? undefined, host } });
    console.log(JSON.stringify(given.map(ask)));"""
    assert computed(node, release, script, [case[:3] for case in ORIGINS]) == [case[3] for case in ORIGINS]


def upgraded(port: int, **headers: str) -> int:
    """The status that the request for a WebSocket gets."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        connection.request("GET", f"{HANDSHAKE}websocket", headers={**asked, **key, **headers})
        return connection.getresponse().status


def test_a_page_of_another_site_gets_neither_a_connection_nor_a_session(site: Site) -> None:
    own, other = {"Origin": f"https://127.0.0.1:{site.port}"}, {"Origin": "https://evil.example"}

    assert [upgraded(site.port, **headers) for headers in ({}, own, other)] == [101, 101, 400]
    polled = [ask(site.port, f"{HANDSHAKE}polling", **headers).status for headers in ({}, own, other)]
    assert polled == [200, 200, 403]
    for headers, status in ((own, 200), (other, 403)):
        assert ask(site.port, "/session", method="POST", body={"name": "ann"}, **headers).status == status


def test_who_is_not_signed_in_or_says_what_is_no_message_is_refused_and_the_process_goes_on(site: Site) -> None:
    for name in ("", " ", "x" * 31, 7, None):
        assert site.ask("/session", cookies="", method="POST", body={"name": name}).status == 400
    assert site.ask("/session", cookies="session=s%3Aforged.signature").status == 401
    first = site.ask("/session", cookies="", method="POST", body={"name": "ann"})
    again = site.ask("/session", cookies=first.cookies, method="POST", body={"name": "bob"})
    assert first.cookies.partition("session=")[2] not in again.cookies, "a session that was planted would be theirs"
    ann = site.client("ann", "a")

    refused = ann.say("x" * 2001)
    assert (refused["event"], refused["error"]) == ("not said", "a text has 1 to 2000 characters")
    assert ann.say("  ")["event"] == "not said"
    assert ann.say("x" * 2000)["event"] == "said"
    assert ann.count("disconnected") == 0
    assert ann.say("x" * 20_000)["event"] == "not said"
    assert ann.sees("disconnected")["reason"] == "transport close"

    assert ann.joins(2)
    assert site.a.is_the_first()


def test_a_client_that_polls_must_meet_the_same_instance_each_time(site: Site) -> None:
    opened = ask(site.a.port, f"{HANDSHAKE}polling").body.decode()
    session = json.loads(opened[1:])["sid"]
    elsewhere = ask(site.b.port, f"{HANDSHAKE}polling&sid={session}")
    assert (elsewhere.status, elsewhere.body["message"]) == (400, "Session ID unknown")


def test_idle_connections_live_longer_than_the_load_balancer_keeps_them(site: Site) -> None:
    assert ask(site.a.port, "/health").headers["Keep-Alive"] == "timeout=65"


def test_it_starts_without_a_redis_and_ends_when_it_is_told(node: Path, release: Path, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    own = {"HOST": "127.0.0.1", "PORT": str(port), "NOTICE_SECONDS": "0", "DRAIN_SECONDS": "5"}
    environment = {"PATH": os.environ["PATH"], **own, "REDIS_URL": f"redis://127.0.0.1:{free_port()}"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [node, "src/server.js"], cwd=release, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        assert wait_for(lambda: listens(port)), log.read_text()
        assert ask(port, "/health").status == 200
        answer = ask(port, "/ready")
        assert (answer.status, answer.body) == (503, {"status": "not ready", "checks": {"redis": "down"}})
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0, log.read_text()
    finally:
        process.kill()
        process.wait(PATIENCE)


def test_what_is_published_while_redis_goes_away_ends_nothing(node: Path, release: Path) -> None:
    script = """
    import { openRedis } from "./src/redis.js";
    const redis = openRedis(`redis://127.0.0.1:${given}`, () => {});
    const [publishing, subscribing] = redis.adapterClients;
    publishing.publish("room", "text"); // as the adapter does: nobody looks at the promise
    subscribing.subscribe(["room"], () => {});
    setTimeout(() => { redis.close(); console.log("[1]"); }, 200);"""
    assert computed(node, release, script, free_port()) == [1]


def test_who_was_away_while_more_was_said_than_is_kept_is_told_the_newest_without_a_gap(
    node: Path, release: Path, redis_server: Redis
) -> None:
    script = """
    import { once } from "node:events";
    import { openHistory } from "./src/history.js";
    import { openRedis } from "./src/redis.js";
    const redis = openRedis(given, () => {});
    await once(redis.commands, "ready");
    const history = openHistory(redis);
    const before = await history.add("lobby", { name: "ann", text: "before" });
    for (let number = 0; number < 350; number += 1) await history.add("lobby", { name: "bob", text: `${number}` });
    console.log(JSON.stringify((await history.after("lobby", before)).map(({ text }) => text)));
    redis.close();"""
    told = computed(node, release, script, redis_server.url)
    assert len(told) >= 200
    assert told == [str(number) for number in range(350 - len(told), 350)]


def test_the_readme_names_every_variable_and_its_commands_let_two_people_talk(
    release: Path, require_program: Callable[[str], Path], tmp_path: Path
) -> None:
    text = (EXAMPLE / "README.md").read_text()
    table = text.partition("| variable |")[2].partition("## ")[0]
    read = set(re.findall(r'environment(?:\.|, ")([A-Z_]+)', (EXAMPLE / "src" / "settings.js").read_text()))
    assert set(re.findall(r"`([A-Z_]+)`", table.replace("`PORT`, `HOST`", "`PORT`\n`HOST`"))) == read

    lines = re.findall(r"^\$ (.+)$", text, re.MULTILINE)
    assert lines[0] == "npm ci"  # done by the fixture
    ports = {"3001": free_port(), "3002": free_port()}
    redis = Redis(require_program("redis-server"), free_port())
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOST": "127.0.0.1", "REDIS_URL": redis.url}
    started: list[subprocess.Popen[str]] = []
    people: list[Client] = []
    redis.start()
    try:
        for number, given in enumerate(lines[1:]):
            line = re.sub("300[12]", lambda match: str(ports[match[0]]), given)
            errors = tmp_path / f"errors-{number}"
            with errors.open("wb") as output:
                process = subprocess.Popen(
                    ["sh", "-c", line],  # noqa: S607 - a shell is what the README is for
                    cwd=release,
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE if "client" in line else subprocess.DEVNULL,
                    stderr=output,
                    text=True,
                    start_new_session=True,
                )
            started.append(process)
            if "client" in line:
                people.append(Client(process, errors))
            else:
                port = int(re.findall(r"PORT=(\d+)", line)[0])
                assert wait_for(partial(listens, port)), errors.read_text()
        ann, bob = people
        for person in people:
            person.sees("joined", ok=True)
        assert ann.say("hello")["event"] == "said"
        bob.hears("hello")
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)
            if process.stdin:
                process.stdin.close()
        for person in people:
            person.reader.join(PATIENCE)
            assert person.process.stdout
            person.process.stdout.close()
        redis.stop()
