"""Automatic names stay through an import, and nothing else of a state changes."""

from __future__ import annotations

from typing import Any

from plan.model import Plan, Resource, Value
from slipway.orphans.names import keep_names

TOPIC = "aws:sns/topic:Topic"
URN = f"urn:pulumi:dev::shop::{TOPIC}::orders"
IMPORTED = {"resources": [{"type": TOPIC, "name": "orders", "id": "arn:1"}, {"type": "shop:index:Store", "name": "s"}]}


def plan(**inputs: Value) -> Plan:
    return Plan("shop", "dev", (Resource(URN, TOPIC, "orders", True, "", inputs),))  # noqa: FBT003 - the model's


def state(**inputs: Any) -> dict[str, Any]:
    topic = {"urn": URN, "type": TOPIC, "id": "arn:1", "inputs": inputs}
    return {"version": 3, "deployment": {"resources": [topic, {"urn": "other", "type": TOPIC, "id": "arn:2"}]}}


def test_a_name_that_the_program_leaves_to_pulumi_is_listed_as_made() -> None:
    kept, changed = keep_names(state(name="orders-1a2b3c4", fifoTopic=False, __defaults=[]), plan(), IMPORTED)

    assert changed == (URN,)
    assert kept == state(name="orders-1a2b3c4", fifoTopic=False, __defaults=["name"])


def test_a_second_time_nothing_changes() -> None:
    once, _ = keep_names(state(name="orders-1a2b3c4", __defaults=[]), plan(), IMPORTED)

    assert keep_names(once, plan(), IMPORTED) == (once, ())


def test_a_name_that_the_program_gives_is_left_as_it_is() -> None:
    before = state(name="orders", __defaults=[])

    assert keep_names(before, plan(name="orders"), IMPORTED) == (before, ())
    assert keep_names(before, plan(namePrefix="orders-"), IMPORTED) == (before, ())


def test_what_was_not_imported_and_what_has_no_list_is_left_as_it_is() -> None:
    for before in (state(name="orders"), state(__defaults=[])):
        assert keep_names(before, plan(), IMPORTED) == (before, ())
    assert keep_names(state(name="a", __defaults=[]), plan(), {"resources": []})[1] == ()
