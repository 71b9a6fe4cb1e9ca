"""Migrations of D1 in a stack: applied between the database and the Worker, and only where there are some."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from plan.model import Unknown
from tests.components.planning import inside, target
from tests.stacks.edge_forms import at_the_edge
from tests.stacks.project import folder, graph, planned, refused, write

if TYPE_CHECKING:
    from plan.model import Resource

MIGRATED = "helpdesk-migrated"
FIRST, SECOND = "CREATE TABLE tickets (id INTEGER);\n", "ALTER TABLE tickets ADD COLUMN title TEXT;\n"


def migrated(directory: str) -> dict[str, Any]:  # Any: a stack file
    form = at_the_edge("helpdesk", "production")
    form["slipway:topology"]["database"] = {"migrations": {"directory": directory}}
    return form


@pytest.fixture(scope="module")
def stack() -> str:
    place = folder() / "database" / "migrations"
    place.mkdir(parents=True, exist_ok=True)
    (place / "0001_tickets.sql").write_text(FIRST)
    (place / "0002_title.sql").write_text(SECOND)
    return write(MIGRATED, migrated("database/migrations"))


def the(stack: str, kind: str) -> Resource:
    (found,) = graph(stack).of_type(kind)
    return found


def test_they_are_applied_after_the_database_is_made_and_before_the_worker_changes(stack: str) -> None:
    database = the(stack, "cloudflare:index/d1Database:D1Database")
    applied = the(stack, "command:local:Command")
    worker = the(stack, "cloudflare:index/workersScript:WorkersScript")
    assert database.urn in applied.property_dependencies["environment"]
    assert applied.urn in worker.property_dependencies["bindings"]
    bindings = worker.inputs["bindings"]
    assert isinstance(bindings, list)
    (bound,) = [each for each in bindings if inside(each, "name") == "DB"]
    # The id is still known as that of the database.
    assert target(inside(bound, "databaseId")) == database.name


def test_a_file_that_is_added_or_changed_runs_them_anew(stack: str) -> None:
    applied = the(stack, "command:local:Command")
    sums = [f"{hashlib.sha256(text.encode()).hexdigest()}  " for text in (FIRST, SECOND)]
    listed = f"{sums[0]}0001_tickets.sql\n{sums[1]}0002_title.sql"
    assert applied.inputs["triggers"] == [listed]
    assert inside(applied.inputs["environment"], "D1_MIGRATIONS_SHA256") == listed
    assert inside(applied.inputs["environment"], "D1_MIGRATIONS") == "database/migrations"
    assert applied.inputs["create"] == "tools/apply-d1-migrations --remote"


def test_no_credential_is_among_what_the_command_is_told(stack: str) -> None:
    told = the(stack, "command:local:Command").inputs["environment"]
    assert isinstance(told, dict)
    assert sorted(told) == [
        "D1_ACCOUNT_ID", "D1_DATABASE_ID", "D1_DATABASE_NAME", "D1_MIGRATIONS", "D1_MIGRATIONS_SHA256",
    ]  # fmt: skip
    assert isinstance(told["D1_DATABASE_ID"], Unknown)


def test_such_a_stack_is_free_of_findings_and_its_state_tells_what_is_applied(stack: str) -> None:
    assert planned(stack).findings == ()
    kept = the(stack, "slipway:cloudflare:EdgeMigrations").inputs
    files = kept["files"]
    assert isinstance(files, list)
    assert [inside(each, "name") for each in files] == ["0001_tickets.sql", "0002_title.sql"]


def test_a_stack_without_migrations_runs_no_command() -> None:
    plain = graph(write("helpdesk-unmigrated", at_the_edge("helpdesk", "production")))
    assert plain.of_type("command:local:Command") == ()
    assert plain.of_type("pulumi:providers:command") == ()


def test_two_migrations_of_one_number_are_refused_where_the_stack_says_them() -> None:
    place = folder() / "database" / "twice"
    place.mkdir(parents=True, exist_ok=True)
    (place / "0001_a.sql").write_text(FIRST)
    (place / "1_b.sql").write_text(SECOND)
    message = refused("helpdesk-twice", migrated("database/twice"))
    assert "topology.database.migrations.directory" in message
    assert "0001_a.sql and 1_b.sql have the same number; give the newer one the next number" in message
