"""Releases of a single server, run for real: Debian's nginx and Python, PM2, requests and sockets meanwhile.

Longer than 300 lines because all faults are tried on the same server, and each shows what the others
have to leave as it is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from components.server.release import Archive, ReleaseMigration, ReleaseSessions, Upload
from tests.machines.single import (
    HURRIED,
    PROGRAM,
    SECRET,
    TOKEN,
    Single,
    equipped,
    release,
    single,
    special,
    tar,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.machines.servers import Postgres


@pytest.fixture(scope="session")
def equipment(node: Path, release_tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a server has beside Debian before its first release; nobody changes it."""
    return equipped(node, release_tools, tmp_path_factory.mktemp("equipment"))


@pytest.fixture
def server(debian: Path, equipment: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Single]:
    """A server before its first release, which hurries; a test may say how it is paced and what its service is like."""
    service: dict[str, Any] = dict(getattr(request, "param", {}))
    pause: float = service.pop("pause", HURRIED)
    with single(debian, equipment, tmp_path, service, pause) as made:
        yield made


# As on a real server, for those who look at what happens meanwhile.
AT_ITS_OWN_PACE = pytest.mark.parametrize(
    "server", [{"pause": 1.0, "drain_seconds": 3}], indirect=True, ids=["own-pace"]
)


@AT_ITS_OWN_PACE
def test_a_release_follows_another_under_load_and_no_request_fails(server: Single, node: Path) -> None:
    assert server.served().endswith(" 503"), "nothing is deployed yet"
    server.deploy(server.of("v1"))
    assert server.served() == "v1 200"
    with server.load(node) as found:
        server.computer.run("sleep 2")
        server.deploy(server.of("v2"))
        server.computer.run("sleep 1")
    assert found["failed"] == []
    assert found["refused"] == []
    assert found["versions"].keys() == {"v1", "v2"}
    assert found["asked"] > 1000
    assert found["opened"] >= 200, "each of a hundred sockets was closed by the old process and opened anew"
    assert server.running() == ["green"]
    said = server.computer.output("cat /var/log/slipway/orders-web.log")
    assert said.count("stopping v1 sockets") == 2, "each process was told, and not killed"
    status = server.status()
    assert [status["services"]["web"]["slot"], status["changing"]] == ["green", False]
    assert set(status["services"]["web"]["ports"].values()) == {"well"}
    links = server.computer.output("readlink /opt/orders/current /opt/orders/previous").split()
    assert links == [f"/opt/orders/releases/{status[which]}" for which in ("serving", "former")]


@AT_ITS_OWN_PACE
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("ill", "answers /health with 503 for 10 seconds"),
        ("crash", "does not answer /health"),
    ],
)
def test_a_release_that_is_not_well_never_gets_a_request_and_the_old_one_serves_throughout(
    server: Single, node: Path, fault: str, reason: str
) -> None:
    server.deploy(server.of("v1"))
    with server.load(node, rate=100, sockets=20) as found:
        said = server.deploy(server.of("v2", fault=fault), code=1)
        server.computer.run("sleep 1")
    assert found["versions"].keys() == {"v1"}
    assert [found["failed"], found["refused"], found["opened"]] == [[], [], 20]
    assert "web is not well: port " in said
    assert reason in said
    assert SECRET not in said
    if fault == "crash":
        assert "cannot start with ***" in said, "the end of its log says why"
    assert server.running() == ["blue"]
    assert not server.status()["changing"]
    server.deploy(server.of("v3"))
    assert server.served() == "v3 200"


@pytest.mark.parametrize("server", [{"pause": 1.0, "drain_seconds": 30, "processes": 1}], indirect=True)
def test_a_release_that_gets_ill_while_the_old_one_still_drains_is_taken_back(server: Single, node: Path) -> None:
    server.deploy(server.of("v1"))
    late = server.of("v2", fault="late")
    with server.load(node, rate=50, sockets=10) as found:
        said = server.deploy(replace(late, services=(replace(late.services[0], start_seconds=60),)), code=1)
        server.computer.run("sleep 1")
    assert "web was well, but now port " in said
    assert "v2" in found["versions"], "it had served"
    assert server.served() == "v1 200"
    assert server.running() == ["blue"]


@pytest.fixture
def first(server: Single) -> Single:
    """A server on which the first release serves."""
    server.deploy(server.of("v1"))
    return server


def test_deploying_the_same_again_does_nothing_and_other_settings_reload_without_fetching(first: Single) -> None:
    same = first.of("v1")
    fetched = len(first.files.asked)
    elsewhere = Archive("https://elsewhere.example.com/v1", same.release.id)
    assert "serves already" in first.deploy(replace(same, release=elsewhere, keep=4))
    assert first.running() == ["blue"]
    changed = replace(same, services=(replace(same.services[0], env={"NODE_ENV": "test"}),))
    first.deploy(changed)
    assert first.running() == ["green"], "by a switch of slots"
    assert len(first.files.asked) == fetched
    where = "grep -lz NODE_ENV=test /proc/[0-9]*/environ 2>/dev/null | wc -l"
    assert int(first.computer.output(where)) >= 3, "PM2 and both processes have it"
    assert first.computer.output("stat -c '%U %a' /etc/slipway/env/*").split("\n") == ["root 600"] * 3


def test_rolling_back_serves_the_former_release_with_the_variables_of_today(first: Single) -> None:
    second = first.of("v2")
    first.deploy(replace(second, services=(replace(second.services[0], env={"NODE_ENV": "today"}),)))
    fetched = len(first.files.asked)
    code, said = first.computer.run(f"{PROGRAM} rollback")
    assert code == 0, said
    assert first.served() == "v1 200"
    assert len(first.files.asked) == fetched
    assert 'NODE_ENV="today"' in first.computer.output("cat /etc/slipway/env/web.env")
    code, said = first.computer.run(f"{PROGRAM} rollback {second.release.id[:12]}")
    assert (code, first.served()) == (0, "v2 200"), said
    code, said = first.computer.run(f"{PROGRAM} rollback 0123")
    assert code == 1
    assert "no release that has served is called 0123; there are: " in said


def test_a_migration_runs_once_before_the_release_and_its_failure_leaves_the_old_one(server: Single) -> None:
    code = "require('fs').appendFileSync(process.env.HOME_OF_IT + '/ran', process.env.SESSION_SECRET.length + ' ')"
    server.computer.output("install -d -o orders-web /var/lib/ran")

    def migrating(version: str, command: str) -> Any:
        made = server.of(version)
        service = replace(made.services[0], env={"HOME_OF_IT": "/var/lib/ran"})
        return replace(made, services=(service,), migration=ReleaseMigration(command, "web", ".", postgres=False))

    first = migrating("v1", f'node -e "{code}"')
    server.deploy(first)
    server.deploy(replace(first, keep=4))
    server.deploy(replace(first, services=(replace(first.services[0], drain_seconds=2),)))
    assert server.computer.output("cat /var/lib/ran/ran") == f"{len(SECRET)}"
    said = server.deploy(migrating("v2", 'node -e "console.log(process.env.SESSION_SECRET);process.exit(7)"'), code=1)
    assert "exit code 7" in said
    assert SECRET not in said
    assert "\n  ***" in said
    assert server.served() == "v1 200"
    server.deploy(migrating("v3", f'node -e "{code}"'))
    assert server.computer.output("cat /var/lib/ran/ran") == f"{len(SECRET)} {len(SECRET)}"


def test_with_postgresql_the_database_remembers_the_migration_and_the_sessions_have_their_table(
    server: Single, postgres_server: Postgres, database: str
) -> None:
    made = server.of("v1")
    secrets = {"SESSION_SECRET": SECRET, "DATABASE_URL": postgres_server.url(database)}
    sql = "new (require('/opt/slipway/node_modules/pg').Client)(process.env.DATABASE_URL)"
    command = f"node -e \"const c={sql};c.connect().then(()=>c.query('create table once ()')).then(()=>c.end())\""
    made = replace(
        made,
        services=(replace(made.services[0], secrets=secrets),),
        migration=ReleaseMigration(command, "web", ".", postgres=True),
        sessions=ReleaseSessions("web", "."),
    )
    server.deploy(made)
    assert postgres_server.sql("select release, state from slipway.migrations", database) == f"{made.release.id}|done"
    assert postgres_server.sql("select count(*) from once, session", database) == "0"
    found = server.computer.output(
        "systemd-analyze verify --man=no slipway-sessions.service slipway-sessions.timer 2>&1"
    )
    assert "/etc/systemd/system" not in found


def test_a_first_release_that_is_not_well_leaves_the_page_that_says_so(server: Single) -> None:
    server.deploy(server.of("v1", fault="ill"), code=1)
    assert server.served().endswith(" 503")
    assert server.running() == []
    code, said = server.computer.run(f"{PROGRAM} rollback")
    assert code == 1
    assert "no release that has served is called the former one; there are: none" in said


def archives() -> dict[str, tuple[dict[str, Any], str]]:
    """Archives that no release may be, by what is wrong with them. Any: what `tar` takes."""
    up, link, hard, pipe = "../up", tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE
    return {
        "above": ({up: "here"}, "../up would be written elsewhere"),
        "absolute": ({"/opt/up": "here"}, "/opt/up would be written elsewhere"),
        "link out": ({"a/b": special("a/b", link, "../../up")}, "a/b is a link that leads out"),
        "link to the root": ({"a": special("a", link, "/etc")}, "a is a link that leads out"),
        "hard link": ({"a": special("a", hard, "../../../../etc/slipway/env/web.env")}, "a is a link that leads out"),
        "through a link": ({"s": special("s", link, "."), "s/f": "here"}, "s/f would be written elsewhere"),
        "link by a link": (
            {"x/s": special("x/s", link, "."), "t": special("t", link, "x/s/../..")},
            "t is a link that leads out",
        ),
        "device": ({"a": special("a", tarfile.CHRTYPE)}, "a is no file, folder or link"),
        "pipe": ({"a": special("a", pipe)}, "a is no file, folder or link"),
    }


def test_an_archive_that_reaches_out_of_its_folder_or_has_another_sum_is_refused(first: Single) -> None:
    for name, (members, reason) in archives().items():
        said = first.deploy(first.of(name.replace(" ", "-"), tar(members)), code=1)
        assert f"the archive cannot be unpacked: {reason}" in said, name
    assert first.computer.output("find / -xdev -name up -not -path '/proc/*'") == ""
    wrong = first.of("v2")
    first.files.held["/v2"] += b"more"
    said = first.deploy(wrong, code=1)
    assert "the sum is wrong: " in said
    first.files.held["/v2"] = b"elsewhere"
    assert "leads to an address without https" in first.deploy(wrong, code=1)
    del first.files.held["/v2"]
    said = first.deploy(wrong, code=1)
    assert "cannot be fetched from 127.0.0.1: 404" in said
    assert "not-to-be-said" not in said
    assert first.served() == "v1 200"
    assert first.computer.output("ls -A /opt/orders/releases").split() == [first.status()["serving"]], "nothing is left"
    assert first.computer.output("ls -A /var/lib/slipway").split() == ["incoming", "lock", "state.json"]


def test_an_upload_is_deployed_once_and_does_not_stay(first: Single) -> None:
    content = release("v2")
    first.files.held["/upload"] = content
    first.computer.output(f"curl -s http://127.0.0.1:{first.files.plain}/upload -o /var/lib/slipway/incoming/v2.tar.gz")
    upload = Upload("v2.tar.gz", hashlib.sha256(content).hexdigest())
    first.deploy(replace(first.deployment, release=upload))
    assert first.served() == "v2 200"
    assert first.computer.output("ls -A /var/lib/slipway/incoming") == ""
    first.computer.output("ln -s /etc/shadow /var/lib/slipway/incoming/shadow")
    said = first.deploy(replace(first.deployment, release=Upload("shadow", "0" * 64)), code=1)
    assert "/var/lib/slipway/incoming/shadow: Too many levels of symbolic links; upload it first" in said
    first.computer.output("mkfifo /var/lib/slipway/incoming/pipe")
    said = first.deploy(replace(first.deployment, release=Upload("pipe", "0" * 64)), code=1)
    assert "/var/lib/slipway/incoming/pipe is no file" in said


def test_a_revision_of_a_private_repository_is_built_by_a_user_of_its_own_and_leaves_no_token(first: Single) -> None:
    build = {"build": "id -un >built; ls -ld . >>built; env >>built"}
    content = release("v2", locked=True, scripts=build)
    deployment = first.commit(content)
    with first.watched():
        said = first.deploy(deployment)
    assert first.served() == "v2 200"
    home = f"/opt/orders/releases/{deployment.release.id}"
    built = first.computer.output(f"cat {home}/built")
    assert built.startswith("slipway-build\n")
    assert SECRET not in built
    assert first.computer.output(f"find {home} -not -user root; ls -d {home}/.git 2>&1 || true").startswith(
        "ls: cannot"
    )
    assert TOKEN not in said
    coded = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    everywhere = f"grep -rlsF -e {TOKEN} -e {coded} /etc /opt/orders /tmp /run /var --exclude-dir=proc || true"
    assert first.computer.output(everywhere) == ""


def test_a_release_for_which_there_is_no_room_is_refused_and_leaves_nothing(first: Single) -> None:
    first.computer.output(
        "cd /opt/orders; cp -a releases r; mount -t tmpfs -o size=300m t releases; cp -a r/. releases"
    )
    large: dict[str, str | bytes] = {"server.js": "", "zeros": bytes(200 << 20)}
    said = first.deploy(first.of("v2", tar(large)), code=1)
    assert "no room: unpacked it has 200 MiB" in said
    first.computer.output("head -c 100M /dev/zero >/opt/orders/releases/full")
    first.computer.output("mv /opt/orders/releases/full /opt/orders/releases/$(ls /opt/orders/releases | head -1)/full")
    said = first.deploy(first.of("v3"), code=1)
    assert "no room for the release: " in said
    assert "256 MiB stay free" in said
    assert first.served() == "v1 200"
    assert len(first.computer.output("ls -A /opt/orders/releases").split()) == 1


def test_only_so_many_releases_stay_and_never_without_the_one_that_serves_and_the_one_before(first: Single) -> None:
    made = [first.of("v1")]
    for version in ("v2", "v3", "v4"):
        made.append(replace(first.of(version), keep=2 if version == "v4" else 3))
        first.deploy(made[-1])
        there = first.computer.output("ls -A /opt/orders/releases").split()
        wanted = [each.release.id for each in made][-2 if version == "v4" else -3 :]
        assert sorted(there) == sorted(wanted)
    assert first.status()["former"] == made[2].release.id


@AT_ITS_OWN_PACE
def test_a_second_deployment_waits_for_the_first_and_says_so(first: Single) -> None:
    second, third = first.of("v2"), first.of("v3")
    code, said = first.computer.run(
        f"({first.command(second)}) & sleep 1; ({first.command(third)}); code=$?; wait $!; echo first $?; exit $code"
    )
    assert (code, "first 0" in said) == (0, True), said
    assert "another deployment runs (process " in said
    assert said.index(f"release {second.release.id[:12]} serves") < said.index(
        "bringing release " + third.release.id[:12]
    )
    assert first.served() == "v3 200"


@AT_ITS_OWN_PACE
def test_who_lost_the_connection_has_the_release_all_the_same_and_who_stops_it_has_the_old_one(first: Single) -> None:
    second, third = first.of("v2"), first.of("v3")
    first.computer.run(f"({first.command(second)}) 2>&1 | head -c 1")
    first.computer.output(f"{PROGRAM} resume")
    assert first.served() == "v2 200"
    code, said = first.computer.run(
        f"({first.command(third)}) & until grep -c starting.web@blue /var/log/slipway/release.log | grep -q 2;"
        " do sleep 0.2; done; sleep 1; kill $(sed 's/process //; s/ .*//' /var/lib/slipway/lock); wait $!"
    )
    assert code == 1
    assert "stopped by SIGTERM" in said
    assert first.served() == "v2 200"
    assert first.running() == ["green"]
    first.deploy(third)
    assert first.served() == "v3 200"


@pytest.mark.parametrize("server", [{"overlap": False, "processes": 1, "front": None}], indirect=True)
def test_what_must_never_run_twice_stops_before_it_starts_and_comes_back_where_the_new_one_fails(
    server: Single,
) -> None:
    server.deploy(server.of("v1"))
    said = server.deploy(server.of("v2"))
    assert "web is away until its new process is well" in said
    log = "cat /var/log/slipway/orders-web.log"
    assert re.findall(r"(listening|stopping) (v.)", server.computer.output(log)) == [
        ("listening", "v1"),
        ("stopping", "v1"),
        ("listening", "v2"),
    ]
    server.deploy(server.of("v3", fault="ill"), code=1)
    assert server.served() == "v2 200"
    assert [each[0] for each in re.findall(r"(listening|stopping) v.", server.computer.output(log))]
    assert re.findall(r"(listening|stopping) (v.)", server.computer.output(log))[3:] == [
        ("stopping", "v2"),
        ("listening", "v3"),
        ("stopping", "v3"),
        ("listening", "v2"),
    ]


@AT_ITS_OWN_PACE
def test_a_service_starts_anew_without_a_failed_request_and_a_process_that_died_gets_its_port_again(
    first: Single, node: Path
) -> None:
    with first.load(node, rate=100, sockets=10) as found:
        code, said = first.computer.run(f"{PROGRAM} restart web")
    assert (code, found["failed"], found["refused"]) == (0, [], []), said
    assert first.running() == ["green"]
    first.kill("server.js")
    first.computer.output("sleep 3")
    assert set(first.status()["services"]["web"]["ports"].values()) == {"well"}, "PM2 started both, each at its port"


def test_no_secret_is_in_a_log_an_argument_or_what_the_server_says_of_itself(first: Single) -> None:
    with first.watched():
        said = first.deploy(first.of("v2")) + first.deploy(first.of("v3", fault="crash"), code=1)
    said += json.dumps(first.status())
    for secret in (SECRET, TOKEN, "not-to-be-said"):
        assert secret not in said
        assert json.dumps(secret)[1:-1] not in said
    everywhere = "grep -rlsF -e 'signs: $HOME' -e ghp_a-token -e not-to-be-said"
    everywhere += " /etc /opt/orders /tmp /run /var/log /var/lib/slipway* /var/lib/orders-web /var/seen || true"
    allowed = {f"/etc/slipway/env/web{slot}.env" for slot in ("", "@blue", "@green")}
    # What crashed had written its secret into its own log.
    assert set(first.computer.output(everywhere).split()) == {*allowed, "/var/log/slipway/orders-web.log"}
    assert first.computer.output("stat -c '%U %a' /var/lib/slipway/state.json") == "root 600"


def test_systemd_finds_nothing_wrong_with_the_units_and_a_start_of_the_server_brings_back_what_served(
    first: Single,
) -> None:
    units = "orders-web@blue.service slipway-resume.service"
    found = first.computer.output(f"cd /etc/systemd/system; systemd-analyze verify --man=no {units} 2>&1 || true")
    assert "/etc/systemd/system" not in found, found
    first.deploy(first.of("v2"))
    first.crash()
    assert first.served() == "v2 200"
    assert first.running() == ["green"]


DYING = """\
import os, sys, pathlib, subprocess
sys.path.insert(0, "/usr/local/lib/slipway")
sys.stdin.buffer.readline()  # the program, which is there
left = [int(sys.argv[1])]
def dying(function):
    def called(*given, **named):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), 9)
        return function(*given, **named)
    return called
for home, name in ((pathlib.Path, "replace"), (pathlib.Path, "rename"), (subprocess, "run")):
    setattr(home, name, dying(getattr(home, name)))
from releasing import __main__, deploying, slots
slots.PAUSE, deploying.WATCH = 0.1, 0.5
__main__.main(["deploy"])
print("steps", int(sys.argv[1]) - left[0])
"""


def dying(server: Single, deployment: Any, step: int) -> tuple[int, str]:
    """Deploy, and die without notice before this one of all steps that change something."""
    given = server.command(deployment).replace(f"{PROGRAM} deploy", f"python3 /var/dying.py {step}")
    return server.computer.run(given)


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("server", [{"processes": 1, "drain_seconds": 1}], indirect=True)
def test_who_dies_at_any_step_leaves_a_server_that_serves_and_takes_the_next_deployment(
    first: Single, every: int
) -> None:
    versions = [first.of("v1"), first.of("v2")]
    first.computer.output(f"cat >/var/dying.py <<'DYING'\n{DYING}DYING")
    code, said = dying(first, versions[1], 10_000)
    assert code == 0, said
    steps = int(re.findall(r"steps (\d+)", said)[0])
    assert 20 < steps < 200
    for number, step in enumerate(range(1, steps + 1, every)):
        wanted = number % 2
        if step < steps // 2:  # among them those that fetch
            first.computer.output(f"rm -rf /opt/orders/releases/{versions[wanted].release.id}")
        code, said = dying(first, versions[wanted], step)
        if code == 0:  # what is fetched already and is well at once takes fewer steps
            assert int(re.findall(r"steps (\d+)", said)[0]) < step, said
        else:
            assert code == 137, (step, said)
        assert first.served() in {"v1 200", "v2 200"}, step
        if number % 3 == 2:  # and the server goes down, too
            first.crash()
            assert first.served() in {"v1 200", "v2 200"}, step
        code, said = dying(first, versions[wanted], 10_000)
        assert code == 0, (step, said)
        assert first.served() == f"v{wanted + 1} 200", step
        assert len(first.running()) == 1, step
        assert not first.status()["changing"]
