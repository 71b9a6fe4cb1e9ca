"""Workers whose releases are versions, routes, and consumers of queues: read back as everything else is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from slipway.readback import api as module
from slipway.readback.api import Api, ReadBackError
from slipway.readback.compare import differences
from slipway.readback.wanted import wanted
from tests.readback.edge import (
    CONSUMERS,
    NEW,
    OLD,
    ROUTES,
    SCRIPT,
    SERVICE,
    TOKEN,
    WORKER,
    Edge,
    answering,
    as_declared,
    as_versions_declared,
    state,
    versions_state,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASE = f"{WORKER}/versions/{OLD}"
CONSUMER = "the consumer of queue mails"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tries follow without a pause."""
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.0)


@pytest.fixture
def edge() -> Iterator[Edge]:
    with answering(Edge(as_declared())) as up:
        yield up


@pytest.fixture
def versions() -> Iterator[Edge]:
    with answering(Edge(as_versions_declared())) as up:
        yield up


def found(edge: Edge, told: dict[str, Any]) -> list[str]:
    (worker,) = wanted(told)
    asked = Api.of({"CLOUDFLARE_API_TOKEN": TOKEN, "CLOUDFLARE_BASE_URL": edge.base})
    return [str(each).removeprefix("desk-production: ") for each in differences(asked, worker)]


# -- versions


def test_versions_that_are_as_declared_have_no_difference_in_whatever_order(versions: Edge) -> None:
    assert found(versions, versions_state()) == []


@pytest.mark.parametrize(
    ("path", "key", "there", "said"),
    [
        (WORKER, "observability", {}, "observability is declared as on, and Cloudflare has off."),
        (WORKER, "subdomain", {"enabled": True}, "the address under workers.dev is declared as off, and Cloudflare"),
        (RELEASE, "compatibility_date", None, f"compatibility_date of version {OLD} is declared as 2026-11-01, and"),
        (RELEASE, "compatibility_flags", [], f"compatibility_flags of version {OLD} is declared as nodejs_compat, and"),
        (RELEASE, "migration_tag", "v1", f"Durable Object migrations of version {OLD} is declared as v2, and"),
        (f"{WORKER}/versions/{NEW}", "bindings", [], f"the binding ASSETS of version {NEW} is declared as assets, and"),
        (f"{SCRIPT}/schedules", "schedules", [], "cron triggers is declared as 0 3 * * *, and Cloudflare has nothing."),
    ],
)
def test_each_setting_of_a_version_that_was_dropped_is_named(
    versions: Edge, path: str, key: str, there: object, said: str
) -> None:
    versions.has[path][key] = there
    assert found(versions, versions_state())[0].startswith(said)


@pytest.mark.parametrize(
    ("deployments", "there"),
    [
        ({"deployments": [{"versions": [{"version_id": NEW, "percentage": 100}]}]}, f"100 % for {NEW}"),
        ({"deployments": []}, "nothing"),
        ({"deployments": [None]}, "nothing"),
        ({"deployments": [{"versions": "all"}]}, "nothing"),
        (None, "nothing"),
    ],
)
def test_another_deployment_than_the_declared_one_is_named(versions: Edge, deployments: object, there: str) -> None:
    versions.has[f"{SCRIPT}/deployments"] = deployments
    declared = f"25 % for {NEW}, 75 % for {OLD}"
    assert found(versions, versions_state()) == [
        f"shares of the requests is declared as {declared}, and Cloudflare has {there}."
    ]


def test_a_version_or_a_worker_that_is_not_there_is_said_so(versions: Edge) -> None:
    del versions.has[RELEASE]
    assert found(versions, versions_state()) == [
        f"the upload of version {OLD} is declared as there, and Cloudflare has nothing."
    ]
    del versions.has[WORKER]
    assert found(versions, versions_state()) == ["the Worker is declared as there, and Cloudflare has nothing."]


def test_the_tag_of_a_migration_may_stand_with_the_script(versions: Edge) -> None:
    del versions.has[RELEASE]["migration_tag"]
    assert found(versions, versions_state()) == []
    versions.has[SERVICE] = {}
    assert len(found(versions, versions_state())) == 1
    assert found(versions, versions_state(migrations=None)) == []


def test_a_version_of_another_program_is_compared_by_its_share_alone(versions: Edge) -> None:
    told = versions_state()
    listed = told["deployment"]["resources"]
    listed[:] = [each for each in listed if each.get("id") != OLD]
    versions.has[RELEASE] = {}
    assert found(versions, told) == []


@pytest.mark.parametrize("shares", [None, {"ciphertext": "x"}, [None], [{"versionId": 1, "percentage": "x"}]])
def test_shares_that_are_hidden_or_odd_are_no_reason_to_fail(versions: Edge, shares: object) -> None:
    told = versions_state()
    told["deployment"]["resources"][-1]["inputs"]["versions"] = shares
    assert [line.partition(" is ")[0] for line in found(versions, told)] == ["shares of the requests"]


# -- routes and consumers


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
