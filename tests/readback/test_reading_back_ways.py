"""Routes and consumers of queues are read back as everything else of a Worker is."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.readback.api import Api, ReadBackError
from slipway.readback.compare import differences
from slipway.readback.wanted import wanted
from tests.readback.edge import CONSUMERS, ROUTES, TOKEN, ZONE, Edge, state
from tests.readback.gradual import on_trial, trial

CONSUMER = "the consumer of queue mails"


def found(edge: Edge, told: dict[str, Any]) -> list[str]:
    (worker,) = wanted(told)
    asked = Api.of({"CLOUDFLARE_API_TOKEN": TOKEN, "CLOUDFLARE_BASE_URL": edge.base})
    return [str(each).removeprefix("desk-production: ") for each in differences(asked, worker)]


def test_they_are_read_back_of_a_worker_with_versions_too(edge: Edge) -> None:
    edge.has = on_trial()
    assert found(edge, trial()) == []
    edge.has[ROUTES], edge.has[CONSUMERS] = [], []
    assert [line.partition(" is ")[0] for line in found(edge, trial())] == [f"routes of zone {ZONE}", CONSUMER]


@pytest.mark.parametrize("there", [[], None, [{"pattern": "www.example.com/api/*", "script": "other"}], "odd", [None]])
def test_a_route_that_is_not_there_is_named(edge: Edge, there: object) -> None:
    edge.has[ROUTES] = there
    assert found(edge, state())[0].endswith("is declared as www.example.com/api/*, and Cloudflare has nothing.")


def test_a_route_more_than_is_declared_is_named(edge: Edge) -> None:
    edge.has[ROUTES].append({"pattern": "a.example.com/*", "script": "desk-production"})
    (line,) = found(edge, state())
    assert line.endswith("Cloudflare has a.example.com/*, www.example.com/api/*.")


@pytest.mark.parametrize(
    ("key", "there", "said"),
    [
        ("script", "other", f"{CONSUMER} is declared as there, and Cloudflare has nothing."),
        (
            "dead_letter_queue",
            "",
            f"the dead-letter queue of {CONSUMER} is declared as mails-dead, and Cloudflare has n",
        ),
        ("dead_letter_queue", None, f"the dead-letter queue of {CONSUMER} is declared as mails-dead, and Cloudflare"),
        ("settings", None, f"batch size of {CONSUMER} is declared as 50, and Cloudflare has nothing."),
        ("settings", {"batch_size": True}, f"batch size of {CONSUMER} is declared as 50, and Cloudflare has nothing."),
        ("settings", {"batch_size": 10.5}, f"batch size of {CONSUMER} is declared as 50, and Cloudflare has 10.5."),
        ("settings", {"batch_size": float("nan")}, f"batch size of {CONSUMER} is declared as 50, and Cloudflare has n"),
    ],
)
def test_how_messages_are_taken_is_compared_as_far_as_it_is_declared(
    edge: Edge, key: str, there: object, said: str
) -> None:
    edge.has[CONSUMERS][1][key] = there
    assert found(edge, state())[0].startswith(said)


def test_a_consumer_is_found_under_each_name_that_cloudflare_gives_its_worker(edge: Edge) -> None:
    taken = edge.has[CONSUMERS][1]
    taken["script_name"] = taken.pop("script")
    assert found(edge, state()) == []


def test_nobody_is_asked_for_routes_or_queues_where_none_are_declared(edge: Edge) -> None:
    told = state()
    listed = told["deployment"]["resources"]
    listed[:] = [each for each in listed if "Route" not in each["type"] and "Consumer" not in each["type"]]
    assert found(edge, told) == []
    assert not [path for path in edge.asked if "/zones/" in path or "/queues/" in path]


@pytest.mark.parametrize(
    ("path", "right"),
    [("/zones/z/workers/routes", "Workers Routes in this zone"), ("/accounts/a/queues/q/consumers", "Queues in this")],
)
def test_a_token_that_may_not_read_them_is_told_which_right_it_wants(edge: Edge, path: str, right: str) -> None:
    edge.fails = [403]
    with pytest.raises(ReadBackError, match=f"the right to read {right}"):
        Api(edge.base, TOKEN).get(path)
