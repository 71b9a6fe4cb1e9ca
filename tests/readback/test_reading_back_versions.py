"""A Worker whose releases are versions is read back version by version, and so are their shares of the requests."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from slipway.readback.api import Api
from slipway.readback.compare import differences
from slipway.readback.wanted import wanted
from tests.readback.edge import SCRIPT, TOKEN, Edge, answering, hidden
from tests.readback.gradual import DEPLOYMENTS, FORMER, TRIED, on_trial, trial, version_at

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def edge() -> Iterator[Edge]:
    with answering(Edge(copy.deepcopy(on_trial()))) as up:
        yield up


def found(edge: Edge, state: dict[str, Any]) -> list[str]:
    (worker,) = wanted(state)
    return [
        str(each)
        for each in differences(Api.of({"CLOUDFLARE_API_TOKEN": TOKEN, "CLOUDFLARE_BASE_URL": edge.base}), worker)
    ]


def test_versions_that_are_as_declared_have_no_difference(edge: Edge) -> None:
    assert found(edge, trial()) == []
    assert {version_at(FORMER), version_at(TRIED)} <= {path.removeprefix("/client/v4") for path in edge.asked}


def test_another_share_of_the_requests_is_named(edge: Edge) -> None:
    edge.has[DEPLOYMENTS]["deployments"].pop(0)
    assert found(edge, trial()) == [
        (
            "desk-production: requests is declared as 90 % to 11111111, 10 % to 22222222, and Cloudflare has 100 % to "
            "11111111."
        )
    ]


def test_a_worker_of_which_no_version_answers_is_named(edge: Edge) -> None:
    edge.has[DEPLOYMENTS] = {"deployments": []}
    assert found(edge, trial())[0].endswith(", and Cloudflare has nothing.")


@pytest.mark.parametrize(
    ("key", "there", "said"),
    [
        ("compatibility_date", "2025-01-01", "is declared as 2026-11-01, and Cloudflare has 2025-01-01."),
        ("compatibility_flags", [], "is declared as nodejs_compat, and Cloudflare has nothing."),
        ("migration_tag", None, "is declared as v2, and Cloudflare has nothing."),
    ],
)
def test_what_one_version_lost_is_named_with_the_version(edge: Edge, key: str, there: object, said: str) -> None:
    path = version_at(FORMER)
    edge.has[path] = copy.deepcopy(edge.has[path])
    edge.has[path]["resources"]["script_runtime"][key] = there
    (told,) = found(edge, trial())
    assert "of the version 11111111 is" in told
    assert told.endswith(said)


@pytest.mark.parametrize("told", [trial(), hidden(trial())], ids=["in the open", "hidden by the secret"])
def test_a_binding_that_one_version_lost_is_named_and_no_value_shown(edge: Edge, told: dict[str, Any]) -> None:
    assert found(edge, told) == []
    path = version_at(TRIED)
    edge.has[path] = copy.deepcopy(edge.has[path])
    listed = edge.has[path]["resources"]["bindings"]
    listed[1] = {"type": "plain_text", "name": "SESSION_SECRET", "text": "hunter2"}
    assert found(edge, told) == [
        (
            "desk-production: the binding SESSION_SECRET of the version 22222222 is declared as secret_text, and "
            "Cloudflare has plain_text."
        )
    ]


def test_a_version_that_is_gone_is_named(edge: Edge) -> None:
    del edge.has[version_at(TRIED)]
    assert found(edge, trial()) == [
        "desk-production: the file of the version 22222222 is declared as there, and Cloudflare has nothing."
    ]


def test_what_holds_for_all_versions_is_compared_too(edge: Edge) -> None:
    edge.has[f"{SCRIPT}/settings"]["observability"] = {}
    edge.has[f"{SCRIPT}/subdomain"]["enabled"] = True
    edge.has[f"{SCRIPT}/schedules"] = {"schedules": []}
    assert [each.split(" is declared")[0] for each in found(edge, trial())] == [
        "desk-production: observability",
        "desk-production: cron triggers",
        "desk-production: the address under workers.dev",
    ]


def test_where_a_version_was_placed_by_hand_is_not_compared_because_the_program_says_nothing_of_it(edge: Edge) -> None:
    edge.has[f"{SCRIPT}/settings"]["placement"] = {"mode": "smart"}
    for identity in (FORMER, TRIED):
        edge.has[version_at(identity)]["resources"]["script"] = {"placement_mode": "smart"}
    assert found(edge, trial()) == []


def test_of_a_version_that_another_program_made_only_the_share_is_compared(edge: Edge) -> None:
    told = trial()
    resources = told["deployment"]["resources"]
    told["deployment"]["resources"] = [each for each in resources if each.get("id") != TRIED]
    del edge.has[version_at(TRIED)]
    assert found(edge, told) == []


def test_a_version_whose_bindings_are_hidden_is_told_of() -> None:
    (worker,) = wanted(trial(bindings={"ciphertext": "c2VjcmV0"}))
    assert worker.hides_bindings
    (plain,) = wanted(trial())
    assert not plain.hides_bindings


@pytest.mark.parametrize("shares", [None, [None], [{"versionId": {}, "percentage": 1}], [{"versionId": "a"}], []])
def test_shares_that_are_none_are_no_traceback(edge: Edge, shares: object) -> None:
    told = trial()
    told["deployment"]["resources"][3]["inputs"]["versions"] = shares
    assert found(edge, told) == []
