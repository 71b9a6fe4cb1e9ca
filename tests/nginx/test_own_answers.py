"""What the server says of itself to who asks from outside: on every host, past limits, and whatever services claim."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from components.server.backups import ANSWER as BACKUP
from components.server.backups import BackedUp, backup_files
from components.server.health import ANSWER as HEALTH
from components.server.health import health_files
from tests.nginx.cases import Case, holds, is_noticed
from tests.nginx.sites import CLOSED, CLOUDFLARE, LIMITED, PAGES

if TYPE_CHECKING:
    from tests.nginx.cases import Running

MANY = 12  # more at once than the limit lets through
NOTHING = "not well: nothing is deployed\n"


def the_server_says_itself_how_it_is(made: Running) -> None:
    """By 200 or 503, with the words of the program, and no service is asked."""
    nginx, source = made.nginx, CLOUDFLARE if made.nginx.site.cloudflare else "127.0.0.1"
    health = health_files("shop", ["web"], volume=False, backups=True)
    kept = backup_files(BackedUp("shop", "03:30", 14, None, None, redis=True))
    snippets = {path: text for each in (health, kept) for path, text in each.programs.items() if "/nginx/" in path}
    for path, text in {**snippets, **health.first}.items():
        nginx.put(path, text)
    nginx.reload()

    def asked(path: str) -> set[tuple[int, str]]:
        answers = [nginx.ask(path, host=host, source=source) for host in nginx.site.hosts for _ in range(MANY)]
        return {(answer.status, answer.text) for answer in answers}

    assert asked(HEALTH) == {(503, NOTHING)}
    assert {status for status, _ in asked(BACKUP)} == {503}
    for name in ("well", "backup"):
        nginx.put(f"/var/lib/slipway/well/{name}", f"{name}\n")
    assert asked(HEALTH) == {(200, "well\n")}
    assert asked(BACKUP) == {(200, "backup\n")}
    assert [service.asked for service in made.services.values()] == [[] for _ in made.services]


ANSWERS = "include /etc/nginx/slipway/answers/*.conf;"
CASES = {
    "past the limit": Case(LIMITED, the_server_says_itself_how_it_is, ANSWERS, ""),
    "beside a frontend": Case(PAGES, the_server_says_itself_how_it_is, ANSWERS, ""),
    "behind Cloudflare": Case(
        replace(CLOSED, rate_limit=2, burst_seconds=5),
        the_server_says_itself_how_it_is,
        f"    {CLOUDFLARE}/32 0;",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_holds(case: Case) -> None:
    holds(case)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_is_noticed_when_it_is_broken(case: Case) -> None:
    is_noticed(case)
