"""What Cloudflare has is compared with what is declared, and a question that fails is never taken for an answer."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.readback import api
from slipway.readback.api import Api, ReadBackError
from slipway.readback.compare import differences
from slipway.readback.wanted import wanted
from tests.readback.edge import DOMAINS, SCRIPT, SERVICE, TOKEN, Edge, answering, hidden, state

SETTINGS = f"{SCRIPT}/settings"


def found(edge: Edge, **changes: Any) -> list[str]:
    return found_of(edge, state(**changes))


def found_of(edge: Edge, told: dict[str, Any]) -> list[str]:
    (worker,) = wanted(told)
    return [
        str(each)
        for each in differences(Api.of({"CLOUDFLARE_API_TOKEN": TOKEN, "CLOUDFLARE_BASE_URL": edge.base}), worker)
    ]


def test_a_worker_that_is_as_declared_has_no_difference(edge: Edge) -> None:
    assert found(edge) == []
    assert edge.tokens == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("path", "key", "there", "said"),
    [
        (SETTINGS, "observability", {}, "observability is declared as on, and Cloudflare has off"),
        (SETTINGS, "observability", None, "observability is declared as on, and Cloudflare has off"),
        (SETTINGS, "placement", {}, "placement is declared as smart, and Cloudflare has nothing"),
        (
            SETTINGS, "compatibility_date", "2025-01-01",
            "compatibility_date is declared as 2026-11-01, and Cloudflare has 2025-01-01",
        ),
        (
            SETTINGS, "compatibility_flags", [],
            "compatibility_flags is declared as nodejs_compat, and Cloudflare has nothing",
        ),
        (
            SERVICE, "default_environment", {"script": {}},
            "Durable Object migrations is declared as v2, and Cloudflare has nothing",
        ),
        (
            f"{SCRIPT}/schedules", "schedules", [],
            "cron triggers is declared as 0 3 * * *, and Cloudflare has nothing",
        ),
        (
            f"{SCRIPT}/subdomain", "enabled", True,
            "the address under workers.dev is declared as off, and Cloudflare has on",
        ),
        (
            f"{SCRIPT}/subdomain", "previews_enabled", True,
            "previews under workers.dev is declared as off, and Cloudflare has on",
        ),
    ],
)  # fmt: skip
def test_each_setting_that_was_dropped_is_named_with_both_values(
    edge: Edge, path: str, key: str, there: object, said: str
) -> None:
    edge.has[path][key] = there
    assert found(edge) == [f"desk-production: {said}."]


def test_a_host_that_is_another_worker_s_is_not_ours(edge: Edge) -> None:
    edge.has[DOMAINS] = [{"hostname": "desk.example.com", "service": "other"}]
    assert found(edge) == ["desk-production: hosts is declared as desk.example.com, and Cloudflare has nothing."]


@pytest.mark.parametrize("told", [state(), hidden(state())], ids=["in the open", "hidden by the secret"])
def test_bindings_are_compared_by_name_type_and_what_they_lead_to_and_never_by_value(
    edge: Edge, told: dict[str, Any]
) -> None:
    assert found_of(edge, told) == []
    listed = edge.has[SETTINGS]["bindings"]
    listed[0]["id"] = "another-database"
    listed[1]["type"] = "plain_text"
    listed[1]["text"] = "hunter2"
    listed[2]["text"] = "staging"
    listed[3] = {"type": "kv_namespace", "name": "CACHE", "namespace_id": "n"}
    said = found_of(edge, told)
    assert said == [
        "desk-production: the binding CACHE is declared as nothing, and Cloudflare has kv_namespace n.",
        "desk-production: the binding DB is declared as d1 the-database, and Cloudflare has d1 another-database.",
        "desk-production: the binding ROOMS is declared as durable_object_namespace Room, and Cloudflare has nothing.",
        "desk-production: the binding SESSION_SECRET is declared as secret_text, and Cloudflare has plain_text.",
    ]
    assert "hunter2" not in "".join(said)


def test_what_a_hidden_binding_leads_to_is_not_compared_where_that_is_secret_itself(edge: Edge) -> None:
    told = hidden(state())
    told["deployment"]["resources"][-1]["outputs"]["bindings"][0]["target"] = {"ciphertext": "c2VjcmV0"}
    edge.has[SETTINGS]["bindings"][0]["id"] = "another-database"
    assert found_of(edge, told) == []


@pytest.mark.parametrize("listed", [None, "odd", {"ciphertext": "c2VjcmV0"}, [None], [{"name": "DB"}]])
def test_a_component_that_does_not_tell_is_no_list_without_bindings(edge: Edge, listed: object) -> None:
    told = hidden(state())
    told["deployment"]["resources"][-1]["outputs"]["bindings"] = listed
    assert wanted(told)[0].hides_bindings
    edge.has[SETTINGS]["bindings"] = []
    assert found_of(edge, told) == []


def test_another_worker_s_component_is_not_asked(edge: Edge) -> None:
    told = hidden(state())
    told["deployment"]["resources"][-1]["urn"] += "-of-another"
    assert wanted(told)[0].hides_bindings
    assert found_of(edge, told) == []


def test_bindings_that_the_state_hides_are_not_held_against_cloudflare(edge: Edge) -> None:
    edge.has[SETTINGS]["bindings"] = []
    assert found(edge, bindings={"ciphertext": "c2VjcmV0"}) == []


def test_of_what_the_program_says_nothing_cloudflare_may_have_anything(edge: Edge) -> None:
    edge.has[SETTINGS]["placement"] = {"mode": "smart"}
    edge.has[SETTINGS]["observability"] = {"enabled": False}
    assert found(edge, placement=None, observability=None, migrations=None) == []


def test_a_worker_that_is_not_there_is_said_so(edge: Edge) -> None:
    edge.has.clear()
    assert found(edge) == ["desk-production: the Worker is declared as there, and Cloudflare has nothing."]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_asked_again(edge: Edge, status: int) -> None:
    edge.fails = [status, status]
    assert found(edge) == []


@pytest.mark.parametrize(
    ("fails", "says", "why"),
    [
        ([401], None, "does not let this token read /accounts/"),
        ([403], None, "Give CLOUDFLARE_API_TOKEN the right to read Workers Scripts in this account."),
        ([429] * 3, None, "Cloudflare answers that it is asked too often (429: 10000"),
        ([502] * 3, None, "Cloudflare answers 502 to /accounts/"),
        ([302], None, "Cloudflare answers 302 to /accounts/"),
        ([418], None, "Cloudflare answers 418"),
        ([], b"<html>", "the answer is not one of Cloudflare's API"),
        ([], b"[]", "the answer is not one of Cloudflare's API"),
        ([], b'{"success": false, "errors": []}', "Cloudflare has no answer to /accounts/"),
        ([], b'{"success": true}', "the answer is not one of Cloudflare's API"),
        ([], b"\xff\xfe", "the answer is not one of Cloudflare's API"),
    ],
)
def test_an_answer_that_is_none_says_why_and_shows_no_token(
    edge: Edge, fails: list[int], says: bytes | None, why: str
) -> None:
    edge.fails, edge.says = fails, says
    with pytest.raises(ReadBackError) as failed:
        found(edge)
    assert why in str(failed.value)
    assert TOKEN not in str(failed.value)
    assert not any("elsewhere" in path for path in edge.asked), "a redirect takes the token along"


def test_an_api_that_is_down_says_so_after_some_tries() -> None:
    with answering(Edge({})) as gone:
        base = gone.base
    with pytest.raises(ReadBackError, match=r"cannot be reached .*Try again"):
        Api(base, TOKEN).get("/accounts")


def test_an_api_that_does_not_answer_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket  # noqa: PLC0415 - for this test alone

    monkeypatch.setattr(api, "_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ReadBackError, match="cannot be reached"):
        Api(f"http://127.0.0.1:{silent.getsockname()[1]}", TOKEN).get("/accounts")


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({}, "CLOUDFLARE_API_TOKEN is not set"),
        ({"CLOUDFLARE_API_TOKEN": " "}, "CLOUDFLARE_API_TOKEN is not set"),
        ({"CLOUDFLARE_API_TOKEN": "a\nb"}, "CLOUDFLARE_API_TOKEN is no token"),
        ({"CLOUDFLARE_API_TOKEN": "tökén"}, "CLOUDFLARE_API_TOKEN is no token"),
        ({"CLOUDFLARE_API_TOKEN": TOKEN, "CLOUDFLARE_BASE_URL": "http://example.com"}, "an address with https:// is"),
        ({"CLOUDFLARE_API_TOKEN": TOKEN, "CLOUDFLARE_BASE_URL": "file:///etc/passwd"}, "an address with https:// is"),
        ({"CLOUDFLARE_API_TOKEN": TOKEN, "CLOUDFLARE_BASE_URL": "nonsense"}, "an address with https:// is"),
    ],
)
def test_without_a_token_or_a_safe_address_nothing_is_asked(environment: dict[str, str], why: str) -> None:
    with pytest.raises(ReadBackError) as refused:
        Api.of(environment)
    assert why in str(refused.value)
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("odd", [{}, {"deployment": None}, {"deployment": {"resources": None}}, {"deployment": []}])
def test_a_state_without_resources_has_no_worker(odd: dict[str, Any]) -> None:
    assert wanted(odd) == ()


def test_a_worker_that_an_interrupted_replacement_left_is_not_the_stack_s() -> None:
    told = state()
    told["deployment"]["resources"][0]["delete"] = True
    assert wanted(told) == ()
