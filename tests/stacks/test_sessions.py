"""Sessions in PostgreSQL on machines: whose look after them, in which folder, and before what."""

from __future__ import annotations

import pytest

from components.server.sessions import session_keeper
from plan.graph import Graph
from tests.stacks.forms import form
from tests.stacks.machines import scripts
from tests.stacks.project import answered, write

WORKER = {"port": 3002, "entry": "dist/worker.js", "directory": "jobs", "derived": {"DATABASE_URL": "postgres.url"}}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    content = form("orders", "development")
    overrides = content.setdefault("slipway:overrides", {})
    overrides.setdefault("services", {})["worker"] = WORKER
    overrides["data"] = {"sessions": {"kind": "postgres", "service": "worker", "table": "logins"}}
    return scripts(Graph(answered(write("orders-sessions", content)).plan))


def test_only_machines_of_the_service_that_keeps_sessions_look_after_them(texts: dict[str, str]) -> None:
    assert "slipway-sessions" in texts["orders-worker"]
    assert "slipway-sessions" not in texts["orders-api"]
    assert "logins" not in texts["orders-api"]
    assert session_keeper("logins") in texts["orders-worker"]


def test_the_table_is_made_in_the_service_s_folder_before_it_starts(texts: dict[str, str]) -> None:
    text = texts["orders-worker"]
    assert "\nUser=orders-worker\nWorkingDirectory=/opt/orders-sessions/current/jobs\n" in text
    made, started = text.index("systemctl start slipway-sessions\n"), text.index("systemctl enable --now orders-worker")
    assert text.index("step migration") < made < started
