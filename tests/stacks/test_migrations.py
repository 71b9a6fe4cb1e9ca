"""No machine runs a release on the schema of the release before."""

from __future__ import annotations

import pytest

from plan.graph import Graph
from tests.stacks.forms import form
from tests.stacks.machines import scripts
from tests.stacks.project import answered, write

WORKER = {"port": 3002, "entry": "dist/worker.js", "directory": "jobs"}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    content = form("orders", "development")
    services = content.setdefault("slipway:overrides", {}).setdefault("services", {})
    services["worker"] = {**WORKER, "derived": {"DATABASE_URL": "postgres.url"}}
    services["mailer"] = {**WORKER, "port": 3003}
    return scripts(Graph(answered(write("orders-workers", content)).plan))


def step(text: str) -> str:
    return text.partition("step migration\n")[2].partition("step services\n")[0]


def test_every_group_that_knows_the_database_waits_for_the_migration(texts: dict[str, str]) -> None:
    api, worker = step(texts["orders-api"]), step(texts["orders-worker"])
    assert "--uid=orders-api " in api
    assert "--uid=orders-worker " in worker
    for text in (api, worker):
        assert "/current/backend " in text, "it runs in the folder of the service that it belongs to"
        assert "-- npm run migrate\n" in text


def test_a_group_that_does_not_know_the_database_migrates_nothing(texts: dict[str, str]) -> None:
    assert step(texts["orders-mailer"]) == ""
