"""Migrations are refused behind the poolers of transactions that a host or a port tells, and behind no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.data import ExternalPostgres

if TYPE_CHECKING:
    from tests.config.conftest import Files

SUPABASE = "aws-0-us-east-1.pooler.supabase.com"
NEON = "ep-cool-fog-a1b2c3d4{}.us-east-2.aws.neon.tech"
RULE = "migrations run under a session's lock, which does not work through a pooler of transactions"
MIGRATIONS = "migrations: {command: npm run migrate, service: api}\n"


def at(files: Files, host: str, port: int) -> Files:
    """The application with its database there."""
    files.replace(files.application, f"    host: {SUPABASE}\n    port: 5432\n", f"    host: {host}\n    port: {port}\n")
    return files


def address_read(files: Files) -> tuple[str, int]:
    postgres = files.read().stack.application.data.postgres
    assert isinstance(postgres, ExternalPostgres)
    return postgres.host, postgres.port


REFUSED = {
    "Supabase's mode of transactions": (
        (SUPABASE, 6543),
        "port: 6543",
        f"data.postgres.port: given 6543; {RULE}; give Supabase's session pooler, which is port 5432 of this host",
    ),
    "Neon's pooler": (
        (NEON.format("-pooler"), 5432),
        f"host: {NEON.format('-pooler')}",
        f'data.postgres.host: given "{NEON.format("-pooler")}"; {RULE}; give Neon\'s direct host, {NEON.format("")}',
    ),
}


@pytest.mark.parametrize(("address", "line", "says"), REFUSED.values(), ids=REFUSED)
def test_migrations_through_it_are_refused_with_the_way_that_works(
    files: Files, address: tuple[str, int], line: str, says: str
) -> None:
    at(files, *address)
    number = files.line(files.application, line)
    assert files.messages() == (f"apps/orders.yaml:{number}: {says}",)


@pytest.mark.parametrize(("address", "line", "says"), REFUSED.values(), ids=REFUSED)
def test_an_application_without_migrations_may_use_it(
    files: Files, address: tuple[str, int], line: str, says: str
) -> None:
    del line, says
    at(files, *address).replace(files.application, MIGRATIONS, "")
    assert address_read(files) == address


@pytest.mark.parametrize(
    "address",
    [
        (SUPABASE, 5432),
        (NEON.format(""), 5432),
        ("my-pooler.example.com", 5432),
        ("db.example.com", 6543),
        ("neon-pooler.example.neon.tech.example.com", 5432),
    ],
    ids=lambda address: f"{address[0]}:{address[1]}",
)
def test_an_address_that_does_not_tell_of_transactions_is_allowed(files: Files, address: tuple[str, int]) -> None:
    assert address_read(at(files, *address)) == address
