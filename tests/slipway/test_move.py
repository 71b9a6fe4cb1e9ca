"""The runbook of a move: what must hold of it for whatever two stacks of one application.

Longer than 300 lines because all of it is asked of the same pairs of plans, which take long to make.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import replace
from functools import cache
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from slipway.cli import app
from slipway.errors import UsageError
from slipway.move import names
from slipway.move.context import Move
from slipway.move.facts import Made, Name, Postgres, Redis, Sqlite, Uploads
from slipway.move.reading import side
from slipway.move.runbook import runbook
from slipway.move.shell import chained
from slipway.move.sqlite import load
from slipway.report.move_text import markdown
from tests.slipway.move_sides import contained_server, database, engine, full_server, server
from tests.stacks.project import MARK, planned, settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from slipway.move.facts import Side
    from slipway.move.model import Runbook, Step

# Those of one application stand together; each pair of them is tried in both directions.
STACKS = (
    ("orders-dev", "orders-production", "orders-containers", "orders-schedules-tasks", "orders-local"),
    ("drops-growth", "drops-large", "drops-development", "drops-launch", "drops-containers"),
    ("helpdesk-edge", "helpdesk-production", "helpdesk-whole-edge", "helpdesk-vps"),
    ("mentors-production", "mentors-production-tasks", "mentors-production-edge", "mentors-vps"),
    ("videochat-containers", "videochat-production", "videochat-production-edge", "videochat-vps"),
)
PAIRS = [pair for group in STACKS for pair in permutations(group, 2)]
PHASES = ["prepare", "stage", "cut-over", "watch", "roll-back"]
RUNNER = CliRunner()
ALIAS = Name(
    host="www.shop.example.com", part="services", keeper="route53", zone="Z1", ttl=60, form="alias", record="A"
)
BUCKETS = (
    Uploads(kind="s3", made=Made("aws:s3/bucket:Bucket", "shop-uploads-bucket", "bucket")),
    Uploads(kind="r2", made=Made("cloudflare:index/r2Bucket:R2Bucket", "shop", "name"), account="a1"),
)
NEON = Postgres(kind="external", host="db.example.com", name="shop", user="shop", secret="DATABASE_PASSWORD")  # noqa: S106 - a name
# One stack each, whose server changes from programs to images, and back.
IN_PLACE = [
    (
        server("FROM", "shop", postgres=NEON, redis=Redis(kind="local", tls=False), given=("DATABASE_PASSWORD",)),
        contained_server("TO", "shop", postgres=NEON, given=("DATABASE_PASSWORD", "REGISTRY_TOKEN")),
    ),
    (
        contained_server("FROM", "shop", postgres=NEON, given=("DATABASE_PASSWORD",)),
        server(
            "TO", "shop", postgres=NEON, redis=Redis(kind="local", tls=False), given=("DATABASE_PASSWORD", "DEPLOY_KEY")
        ),
    ),
]


@cache
def read(word: str, stack: str) -> Side:
    return side(word, settings(stack), planned(stack).plan)


def book_of(source: str, target: str) -> Runbook:
    return runbook(read("FROM", source), read("TO", target))


def steps(book: Runbook, phase: str) -> list[Step]:
    return [step for each in book.phases if each.key == phase for step in each.steps]


def keys(book: Runbook, phase: str) -> list[str]:
    return [step.key for step in steps(book, phase)]


def script(book: Runbook) -> str:
    commands = [line for phase in book.phases for step in phase.steps for line in chained(step.commands)]
    return "\n".join(["#!/bin/bash", *book.setup, *commands]) + "\n"


def holds(book: Runbook, move: Move) -> None:
    """What is true of every runbook."""
    assert [phase.key for phase in book.phases] == PHASES
    order(book, move)
    only_what_is_there(book, move)
    times(book, move)
    sound(markdown(book))


def order(book: Runbook, move: Move) -> None:
    """Each holder of data that differs is exported, imported and compared between the stop and the switch, in order."""
    during, back = keys(book, "cut-over"), keys(book, "roll-back")
    for holder, moves in (("postgres", move.moves_postgres), ("sqlite", move.moves_sqlite)):
        wanted = ["stop", f"{holder}-export", f"{holder}-import", f"{holder}-check", "start", "check-target", "switch"]
        assert [key for key in during if key in wanted] == wanted if moves else f"{holder}-export" not in during
        assert [
            key for key in back if key.startswith(f"back-{holder}-") and key.endswith(("export", "import", "check"))
        ] == ([f"back-{holder}-export", f"back-{holder}-import", f"back-{holder}-check"] if moves else [])
    if move.moves_uploads:
        wanted = ["stop", "uploads-copy", "uploads-check", "start", "switch"]
        assert [key for key in during if key in wanted] == wanted
        assert "uploads-first-copy" in keys(book, "stage")
    if move.moves_postgres:
        assert during.index("postgres-read-only") < during.index("postgres-export")
    if not move.moves_data:
        assert during.index("switch") < during.index("stop") if "stop" in during else not move.switched
        assert book.closed == 0
    assert ("back-switch" in back) == bool(move.switched)


def only_what_is_there(book: Runbook, move: Move) -> None:
    """No step speaks of what neither side has."""
    text = script(book)
    for word, there in (
        ("pg_dump", move.moves_postgres),
        ("DATABASE_URL", move.moves_postgres),
        ("sqlite3 ", move.moves_sqlite),
        ("rclone", move.moves_uploads),
        ("redis-cli", move.leaves_redis),
        ("route53", any(name.keeper == "route53" for name in move.switched)),
        ("from_aws", move.source.cloud == "aws" or "route53" in str(move.switched)),
        ("to_aws", move.target.cloud == "aws" or bool(move.target.alarms or move.target.emails)),
        (
            "cf ",
            move.source.cloud == "cloudflare"
            or move.target.cloud == "cloudflare"
            or "cloudflare" in str(move.switched),
        ),
        ("wrangler", "cloudflare" in (move.source.cloud, move.target.cloud)),
        ("scheduler", bool(move.source.jobs or move.target.jobs)),
        ("on_from", move.source.runs == "server"),
        ("on_to", move.target.runs == "server"),
        ("from_docker", move.source.contained),
        ("to_docker", move.target.contained),
        ("each-connection", move.moves_postgres and "engine" in (move.source.cloud, move.target.cloud)),
        ("_ADDRESS", move.target.cloud == "engine" and bool(move.switched)),
    ):
        assert there or word not in text, word


def times(book: Runbook, move: Move) -> None:
    """One step begins when the one before it has ended, and the time to live was lowered long enough before."""
    timed = steps(book, "cut-over")
    for first, second in pairwise(timed):
        assert first.at is not None
        assert second.at == first.at + first.minutes, second.key
    lowered = [step for step in timed if step.key == "lower-ttl"]
    assert bool(lowered) == any(names.can_lower(name) for name in move.switched)
    for step in lowered:
        assert step.at is not None
        assert -step.at * 60 >= move.slowest
    assert all(step.at is None for phase in book.phases if phase.key != "cut-over" for step in phase.steps)


def sound(text: str) -> None:
    """Fences are closed, rows of the table have all cells, and each command stands in a block."""
    assert text.count("```bash\n") * 2 == len(re.findall(r"^```", text, re.MULTILINE))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}
    assert "None" not in text
    assert MARK not in text
    for title in re.findall(r"step “([^”]+)”", text):
        assert re.search(rf"^### (?:T\S+ )?{re.escape(title)}(?: \(|$)", text, re.MULTILINE), title


@pytest.mark.parametrize(("source", "target"), PAIRS, ids=lambda name: name)
def test_whatever_two_stacks_there_are_the_runbook_is_whole(source: str, target: str) -> None:
    book = book_of(source, target)
    holds(book, Move(source=read("FROM", source), target=read("TO", target)))


def test_the_commands_of_every_runbook_are_sound_bash(require_program: Callable[[str], Path], tmp_path: Path) -> None:
    files = []
    for number, (source, target) in enumerate(every_kind()):
        file = tmp_path / f"{number}-{source.stack}-{target.stack}.sh"
        file.write_text(script(runbook(source, target)), encoding="utf-8")
        files.append(file)
        done = subprocess.run([require_program("bash"), "-n", file], capture_output=True, check=False, text=True)
        assert done.returncode == 0, done.stderr
    done = subprocess.run(
        [require_program("shellcheck"), "--severity=warning", *files], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout[:3000]


def every_kind() -> list[tuple[Side, Side]]:
    """Pairs of sides, so that each command of any runbook is in one of theirs."""
    sides = [(read("FROM", first), read("TO", second)) for first, second in PAIRS]
    sides += [(full_server("FROM", "old"), full_server("TO", "new")), (full_server("FROM", "old"), server("TO", "new"))]
    sides += [
        (full_server("FROM", "old"), full_server("TO", "new", uploads=each, region="us-east-1")) for each in BUCKETS
    ]
    remote = "ssh://shop@engine.example.com"
    sides += [(engine("FROM", "old", engine=remote), full_server("TO", "new"))]
    sides += [
        (full_server("FROM", "old"), engine("TO", "new", engine=remote)),
        (engine("FROM", "old"), engine("TO", "new")),
    ]
    return [*sides, *IN_PLACE]


def test_the_jq_at_hand_understands_every_program_of_every_runbook(
    require_program: Callable[[str], Path], tmp_path: Path
) -> None:
    (tmp_path / "jq").symlink_to(require_program("jq"))
    nowhere = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    books = [runbook(source, target) for source, target in every_kind()]
    asked = {
        (line, tuple(book.setup)) if "made " in line else (line, ())
        for book in books
        for phase in book.phases
        for step in phase.steps
        for line in step.commands
        if "jq " in line
    }
    # Each other program says an empty object. What jq makes of that does not count, only what it says of its program.
    for line, setup in sorted({(line, setup[-3:] if setup else ()) for line, setup in asked}):
        text = "\n".join(("command_not_found_handle() { echo '{}'; }", f"MOVE={tmp_path}", *setup, line))
        done = subprocess.run(["/bin/bash", "-c", text], env=nowhere, capture_output=True, check=False, text=True)
        assert "compile error" not in done.stderr, (line, done.stderr)


def test_a_command_that_fails_is_the_last_of_its_block(tmp_path: Path) -> None:
    nowhere = {"PATH": str(tmp_path), "HOME": str(tmp_path), "MOVE": str(tmp_path)}
    for source, target in every_kind():
        book = runbook(source, target)
        blocks = [chained(step.commands) for phase in book.phases for step in phase.steps]
        text = "\n".join(line for block in blocks for line in ("false &&", *block, ":"))
        done = subprocess.run(["/bin/bash", "-xc", text], env=nowhere, capture_output=True, check=False, text=True)
        ran = [line for line in done.stderr.splitlines() if line not in ("+ false", "+ :")]
        assert ran == [], (source.stack, target.stack)


def test_a_server_with_everything_on_it_moves_to_another_one() -> None:
    source, target = full_server("FROM", "old"), full_server("TO", "new")
    book = runbook(source, target)
    holds(book, Move(source=source, target=target))
    assert steps(book, "cut-over")[0].key == "lower-ttl"
    assert steps(book, "cut-over")[0].at == -145  # twice the hour of the record, and some
    assert "systemctl stop 'shop-web@*'" in script(book)


def test_one_database_for_both_needs_no_data_step_and_shuts_nobody_out() -> None:
    source = server("FROM", "old", postgres=NEON, names=(ALIAS,), hosts=(ALIAS.host,), given=("DATABASE_PASSWORD",))
    target = server("TO", "new", postgres=NEON, hosts=(ALIAS.host,), given=("DATABASE_PASSWORD",))
    book = runbook(source, target)
    holds(book, Move(source=source, target=target))
    assert [line.how for line in book.lines if line.what == "PostgreSQL"] == [
        "the same for both: no data step, because nothing is copied anywhere"
    ]
    assert "going back loses no row, at any time" in book.loses[0]
    assert 'pulumi config get --stack "$FROM" secrets:DATABASE_PASSWORD' in script(book)


def test_databases_that_a_pooler_tells_apart_by_the_user_are_two() -> None:
    other = Postgres(kind="external", host=NEON.host, name="shop", user="shop.two", secret=NEON.secret)
    book = runbook(server("FROM", "old", postgres=NEON), server("TO", "new", postgres=other))
    assert "postgres-export" in keys(book, "cut-over")
    assert "secrets:DATABASE_PASSWORD | pulumi config set" not in script(book)


def test_what_going_back_loses_is_said_from_the_switch_on() -> None:
    book = runbook(full_server("FROM", "old"), full_server("TO", "new"))
    assert book.loses[0].startswith("Until people come to the new side")
    assert "PostgreSQL and SQLite and uploaded files" in book.loses[1]
    assert any("Redis" in text for text in book.loses)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"environment": "staging"}, "`old` is for production, and `new` for staging"),
        ({"postgres": None}, "`new` has no PostgreSQL"),
        ({"sqlite": None}, "`new` has no SQLite"),
        ({"uploads": None}, "`new` has no uploads"),
    ],
)
def test_what_is_still_open_stands_at_the_top(changes: dict[str, Any], said: str) -> None:  # Any: any of the facts
    book = runbook(full_server("FROM", "old"), full_server("TO", "new", **changes))
    assert any(said in point for point in book.open_points)


def test_root_on_a_server_where_nobody_is_root_is_arranged_before_anything_else() -> None:
    book = book_of("helpdesk-vps", "helpdesk-edge")
    assert any("nobody may become root" in point and "FROM_SERVER" in point for point in book.open_points)
    assert not any("TO_SERVER" in point for point in book.open_points)


def test_on_a_server_with_operators_the_commands_log_in_as_one_of_them() -> None:
    book = runbook(full_server("FROM", "old", operators=True), full_server("TO", "new"))
    assert 'FROM_SERVER="operator@$(pulumi stack output address --stack "$FROM")"' in book.setup
    assert not any("FROM_SERVER" in need for need in book.needs)
    assert any("`old` the commands run as `operator`" in point for point in book.open_points)
    assert any("TO_SERVER" in need for need in book.needs)
    assert any("`new` nobody may become root" in point for point in book.open_points)


def test_a_server_that_starts_anew_at_night_does_not_start_what_a_move_has_stopped() -> None:
    book = runbook(full_server("FROM", "old", operators=True), full_server("TO", "new", operators=True))
    (stop,) = [step for step in steps(book, "cut-over") if step.key == "stop"]
    assert stop.commands[0] == "on_from systemctl disable slipway-resume"
    (start,) = [step for step in steps(book, "cut-over") if step.key == "start"]
    assert start.commands[-2:] == (
        "on_to systemctl enable slipway-resume",
        "on_to /usr/local/lib/slipway/release.py resume",
    )


def test_a_sqlite_file_that_was_put_in_its_place_can_be_written_by_the_services(tmp_path: Path) -> None:
    (tmp_path / "data.db").write_text("new")
    kept = tmp_path / "kept"
    kept.mkdir()
    for name in ("shop.db", "shop.db-wal", "shop.db-shm"):
        (kept / name).write_text("old")
    database = Sqlite(kind="file", path=str(kept / "shop.db"), gib=1)
    commands = load(server("TO", "new", sqlite=database), database, 1).commands
    alone = 'set -e; umask 022; on_to() { "$@"; }'
    script = "\n".join((alone, *commands))
    subprocess.run(["/bin/bash", "-c", script], check=True, env={**os.environ, "MOVE": str(tmp_path)})
    (file,) = kept.iterdir()
    assert file.read_text() == "new"
    assert file.stat().st_gid == kept.stat().st_gid
    assert file.stat().st_mode & 0o777 == 0o660, "a group that may only read it cannot write"


def test_a_name_is_led_to_the_address_that_the_stack_of_a_server_tells() -> None:
    (switch,) = [step for step in steps(book_of("helpdesk-edge", "helpdesk-vps"), "cut-over") if step.key == "switch"]
    assert any('$(pulumi stack output address --stack "$TO")' in line for line in switch.commands)


def test_a_service_is_asked_only_where_host_and_path_of_its_health_lead_to_it() -> None:
    hosts = ("shop.example.com", "api.example.com")
    names_ = tuple(replace(ALIAS, host=host) for host in hosts)
    health = {"web": "/health", "api": "/alive", "chat": "/well"}
    claims = {"web": (hosts[:1], ()), "api": (hosts[1:], ()), "chat": (hosts[:1], ("/socket.io/*", "/w?ll"))}
    source = server("FROM", "old", names=names_, hosts=hosts)
    book = runbook(source, server("TO", "new", hosts=hosts, health=health, claims=claims))
    for phase, key in (("stage", "try"), ("cut-over", "watch-switch"), ("watch", "look")):
        (step,) = [step for step in steps(book, phase) if step.key == key]
        asked = re.findall(r" https://(\S+)", "\n".join(step.commands))
        assert asked == ["shop.example.com/health", "shop.example.com/well", "api.example.com/alive"], key


def test_a_path_of_health_that_leads_to_another_service_is_not_asked() -> None:
    asked = re.findall(r" https://(\S+)", script(book_of("helpdesk-edge", "helpdesk-vps")))
    assert any(each.startswith("helpdesk.example.com/api/") for each in asked)
    assert "helpdesk.example.com/ready" not in asked  # chat has /socket.io/* alone: web would answer 404


def test_a_host_that_only_leads_to_another_one_is_led_to_the_new_server_too() -> None:
    book = book_of("mentors-vps", "mentors-production-server")
    (switch,) = [step for step in steps(book, "cut-over") if step.key == "switch"]
    assert "`mentors.example.com`" in switch.text
    (asked,) = [step for step in steps(book, "stage") if step.key == "try"]
    assert " https://mentors.example.com/" not in "\n".join(asked.commands)  # it answers 308, and for nobody's health


def test_of_a_stack_that_nobody_reaches_no_address_is_asked() -> None:
    book = runbook(engine("FROM", "old", health={}), engine("TO", "new", health={}, engine="ssh://deploy@example.com"))
    assert "stack output url" not in script(book)
    (switch,) = [step for step in steps(book, "cut-over") if step.key == "switch"]
    assert "has no public service" in switch.text


def test_a_host_that_the_new_side_leads_nowhere_is_told() -> None:
    book = book_of("mentors-vps", "mentors-production-tasks")
    told = "`mentors-production-tasks` does not lead `mentors.example.com` on: it ends with `mentors-vps`"
    assert any(told in each for each in book.open_points)
    (switch,) = [step for step in steps(book, "cut-over") if step.key == "switch"]
    assert "`mentors.example.com`" not in switch.text


def test_a_password_that_a_server_made_is_read_there_and_nowhere_else() -> None:
    book = runbook(full_server("FROM", "old"), server("TO", "new", postgres=NEON))
    assert "FROM_PASSWORD=$(on_from cat /etc/slipway/generated/postgres)" in script(book)
    assert "secrets:DATABASE_PASSWORD | jq" in script(book)  # of the new one, whose password the stack has
    assert "$(cat /etc/slipway/generated/redis)" in script(book)


def test_files_of_a_server_s_bucket_are_copied_in_the_bucket_s_region() -> None:
    book = book_of("helpdesk-vps", "helpdesk-edge")
    assert "RCLONE_CONFIG_FROM_REGION=eu-central-1" in script(book)
    assert any(need.startswith("`FROM_PROFILE`") for need in book.needs)


@pytest.mark.parametrize(("bucket", "keys_"), [(BUCKETS[0], "TO_PROFILE"), (BUCKETS[1], "TO_R2_KEY")])
def test_files_of_a_disk_go_into_a_bucket_by_our_own_command_and_back_by_rclone(bucket: Uploads, keys_: str) -> None:
    source, target = full_server("FROM", "old"), full_server("TO", "new", uploads=bucket, region="us-east-1")
    book = runbook(source, target)
    holds(book, Move(source=source, target=target))
    last, checked = (
        next(step for step in steps(book, "cut-over") if step.key == key) for key in ("uploads-copy", "uploads-check")
    )
    assert '.venv/bin/slipway uploads "$TO" "$MOVE/uploads" --delete' in last.commands[-1]
    assert '.venv/bin/slipway uploads "$TO" "$MOVE/uploads" --read-back' in checked.commands[-1]
    assert all(keys_ in step.commands[-1] for step in (last, checked))
    assert any(need.startswith(f"`{keys_}`") for need in book.needs)
    (back,) = [step for step in steps(book, "roll-back") if step.key == "back-uploads-copy"]
    assert back.commands == ('rclone sync "TO:$TO_BUCKET" "FROM:$FROM_BUCKET" --checksum --transfers 16 --progress',)


def test_an_older_server_for_the_new_side_is_named() -> None:
    new, old = (Postgres(kind="managed", name="shop", user="shop", version=version) for version in (17, 16))
    book = runbook(server("FROM", "old", postgres=new), server("TO", "new", postgres=old))
    assert any("PostgreSQL 16 of `new` is older than 17 of `old`" in point for point in book.open_points)


@pytest.mark.parametrize(("gib", "minutes"), [(0.5, 1), (100.0, 120)])
def test_the_size_that_is_given_decides_how_long_the_export_takes(gib: float, minutes: int) -> None:
    book = runbook(
        server("FROM", "old", postgres=database("shop")), server("TO", "new", postgres=database("shop")), gib
    )
    assert [step.minutes for step in steps(book, "cut-over") if step.key == "postgres-export"] == [minutes]
    assert f"{gib:g} GiB of data, as given with --data-gib." in book.estimates


def test_a_redis_is_left_behind_only_where_it_is_another_one() -> None:
    upstash = Redis(kind="external", host="r.example.com", secret="REDIS_PASSWORD")  # noqa: S106 - a name
    same = runbook(server("FROM", "old", redis=upstash), server("TO", "new", redis=upstash))
    other = runbook(server("FROM", "old", redis=upstash), server("TO", "new", redis=Redis(kind="local")))
    assert "redis-look" not in keys(same, "cut-over")
    assert "redis-look" in keys(other, "cut-over")


def test_a_stack_whose_topology_changes_in_place_keeps_its_data() -> None:
    kept = {"uploads": Uploads(kind="s3"), "redis": None, "postgres": NEON}
    book = runbook(server("FROM", "shop", topology="aws-ec2", **kept), server("TO", "shop", topology="aws-ecs", **kept))
    assert [phase.key for phase in book.phases] == PHASES
    assert "pg_dump" not in script(book)
    assert 'tools/gate up "$TO"' in script(book)
    assert "No row and no file" in book.loses[0]


def in_place_commands(book: Runbook, phase: str) -> str:
    return "\n".join(line for step in steps(book, phase) for line in step.commands)


def test_a_server_that_changes_to_images_is_made_anew_and_its_old_key_forgotten() -> None:
    source, target = IN_PLACE[0]
    book = runbook(source, target)
    (switch,) = [step for step in steps(book, "cut-over") if step.key == "switch"]
    assert switch.commands[0].endswith('ssh-keygen -R "$(pulumi stack output address --stack "$FROM")"; fi')
    assert book.closed > 0
    assert "secrets:REGISTRY_TOKEN" in in_place_commands(book, "prepare")
    assert "redis-look" in keys(book, "cut-over")
    assert "Redis" in book.loses[0]
    assert any("nobody may become root, which a look at its Redis needs" in point for point in book.open_points)
    assert "--approve" not in in_place_commands(book, "cut-over")


def test_the_redis_of_a_container_that_leaves_a_stack_in_place_is_let_go_by_name_and_nothing_else() -> None:
    contained = replace(read("FROM", "drops-containers"), stack="drops")
    programs = replace(read("TO", "drops-launch"), stack="drops")
    there = runbook(contained, programs)
    back = runbook(replace(programs, word="FROM"), replace(contained, word="TO"))
    for book, phases in ((there, ("stage", "cut-over")), (back, ("roll-back",))):
        told = "\n".join(in_place_commands(book, phase) for phase in phases)
        let_go = set(re.findall(r"state unprotect --yes --stack \"\$FROM\" '([^']*)'", told))
        assert {urn.rpartition("::")[2] for urn in let_go} == {
            "drops-cache-volume", "drops-secrets-REDIS_AUTH_TOKEN-value",
        }  # fmt: skip
        gates = [line for line in told.splitlines() if line.startswith("tools/gate")]
        assert all(set(re.findall("--approve '([^']*)'", line)) == let_go for line in gates), gates
    assert "rehearse" not in in_place_commands(there, "stage"), "nothing rehearses what is protected"


def test_a_change_in_place_that_would_lose_the_data_is_refused() -> None:
    source = server("FROM", "shop", topology="aws-ec2", postgres=database("shop"))
    with pytest.raises(UsageError, match="a stack file of its own"):
        runbook(source, server("TO", "shop", topology="vps", postgres=NEON))


def test_what_runs_in_containers_is_called_by_its_names_and_with_the_time_that_it_has() -> None:
    side_ = read("FROM", "orders-local")
    assert (side_.cloud, side_.runs, side_.engine) == ("engine", "containers", "unix:///var/run/docker.sock")
    assert side_.postgres is not None
    assert side_.postgres.kind == "container"
    assert side_.redis is not None
    assert side_.redis.kind == "container"
    book = book_of("orders-local", "orders-dev")
    (stop,) = [step for step in steps(book, "cut-over") if step.key == "stop"]
    name = '"$(made "$FROM" docker:index/container:Container::orders-api-container name)"'
    assert stop.commands == (f"from_docker stop -t 60 {name}",)
    assert "no `pulumi refresh` of `orders-local`" in stop.text
    (start,) = [step for step in steps(book, "roll-back") if step.key == "back-start"]
    assert start.commands[-2:] == (f"from_docker start {name}", f"well from_docker {name}")
    assert 'from_docker() { docker --host unix:///var/run/docker.sock "$@"; }' in book.setup


def test_on_a_server_that_runs_images_docker_is_called_as_who_deploys() -> None:
    book = book_of("drops-containers", "drops-growth")
    assert 'from_docker() { ssh "$FROM_SERVER" "docker ${*@Q}"; }' in book.setup
    assert 'FROM_SERVER="deploy@$(pulumi stack output address --stack "$FROM")"' in book.setup
    assert not any("FROM_SERVER" in need for need in book.needs)
    assert not any("may become root" in point for point in book.open_points)
    assert read("FROM", "drops-containers").drain == 120, "websockets have that long"


def test_before_an_engine_somebody_stands_whom_no_stack_knows() -> None:
    source, target = full_server("FROM", "old"), engine("TO", "new", hosts=("www.shop.example.com",))
    book = runbook(source, target)
    (switch,) = [step for step in steps(book, "cut-over") if step.key == "switch"]
    assert switch.commands[-1] == 'echo "$TO_ADDRESS"'
    assert any(need.startswith("`TO_ADDRESS`") for need in book.needs)
    (tried,) = [step for step in steps(book, "stage") if step.key == "try"]
    assert "to_docker exec" in tried.commands[0]
    assert "-H 'Host: www.shop.example.com' -H 'X-Forwarded-Proto: https'" in tried.commands[0]
    assert "https://www.shop.example.com/health" in script(book)


def test_two_applications_are_refused() -> None:
    with pytest.raises(UsageError, match="Name two stacks of one"):
        runbook(server("FROM", "old"), server("TO", "new", app="other"))


def test_a_stack_to_itself_is_refused() -> None:
    done = RUNNER.invoke(app, ["move", "orders-dev", "orders-dev"])
    assert isinstance(done.exception, UsageError)
    assert "--from-project DIR" in str(done.exception)


@pytest.mark.parametrize("gib", ["inf", "nan", "0", "1e30"])
def test_how_much_data_there_is_has_bounds(gib: str) -> None:
    result = RUNNER.invoke(app, ["move", "drops-launch", "drops-growth", "--data-gib", gib])
    assert result.exit_code == 2
    assert "--data-gib" in result.output


def test_a_folder_is_no_file_for_the_runbook(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["move", "orders-dev", "orders-containers", "--markdown", str(tmp_path)])
    assert isinstance(done.exception, UsageError)


def test_the_command_writes_markdown_and_prints_json(tmp_path: Path) -> None:
    file = tmp_path / "move.md"
    done = RUNNER.invoke(
        app, ["move", "orders-dev", "orders-containers", "--markdown", str(file), "--json", "--timeout", "600"]
    )
    assert done.exit_code == 0, done.exception
    told = json.loads(done.stdout)
    assert [phase["phase"] for phase in told["phases"]] == PHASES
    assert told["closedMinutes"] > 0
    assert file.read_text(encoding="utf-8").startswith(
        "# Move orders: orders-dev (aws-ec2) → orders-containers (aws-ecs)\n"
    )
