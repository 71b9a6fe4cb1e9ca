"""Which releases a stack can go back to, by what the backend has recorded of it."""

from __future__ import annotations

import json
from typing import Any

from slipway.gate.records import Deployments, Known, Update


def record(release: str, result: str = "succeeded", kind: str = "update", **config: Any) -> dict[str, Any]:
    """An operation as `pulumi stack history --json` tells it."""
    topology = {"kind": "aws-ecs", "release": {"kind": "image", "image": release}, **config}
    return {
        "kind": kind,
        "result": result,
        "endTime": "2026-11-29T04:57:55.000Z",
        "environment": {"git.head": "abc"},
        "config": {
            "slipway:app": {"value": "orders", "secret": False},
            "slipway:topology": {"value": json.dumps(topology), "objectValue": topology, "secret": False},
            "secrets:KEY": {"secret": True},
        },
    }


def deployments(*records: dict[str, Any]) -> Deployments:
    """What these come to, given in the order in which they happened."""
    return Deployments.of([Update.read(each) for each in reversed(records)])


def images(updates: tuple[Update, ...]) -> list[str]:
    return [(each.release or {})["image"] for each in updates]


def test_the_release_before_is_the_last_one_that_went_well() -> None:
    found = deployments(record("a"), record("b"), record("x", "failed"), record("b"), record("c"))
    assert images(found.former()) == ["b", "a"]
    assert images(found.updates)[0] == "c"


def test_a_release_that_failed_is_one_to_go_back_from() -> None:
    found = deployments(record("a"), record("b"), record("c", "failed"), record("c", "failed"))
    assert images(found.former()) == ["b", "a"]


def test_who_has_gone_back_does_not_return_to_what_they_left() -> None:
    back = deployments(record("a"), record("b"), record("c"), record("b"))
    assert images(back.former()) == ["a"]
    assert images(back.others()) == ["c", "a"]
    assert images(deployments(record("a"), record("b"), record("a")).former()) == []


def test_other_operations_are_no_deployments() -> None:
    found = deployments(record("a"), record("b", kind="preview"), record("b", kind="refresh"), record("c"))
    assert images(found.former()) == ["a"]
    assert deployments().updates == ()
    assert deployments(record("z", kind="refresh")).updates == ()


def test_a_stack_that_was_taken_down_is_gone_until_it_is_deployed_again() -> None:
    assert deployments(record("a"), record("a", kind="destroy")).gone
    assert deployments(record("a"), record("a", "failed", kind="destroy")).gone
    assert not deployments(record("a"), record("a", kind="destroy"), record("a")).gone
    assert not deployments(record("a"), record("a", kind="refresh")).gone


def test_a_record_without_settings_names_no_release() -> None:
    bare = {"kind": "update", "result": "succeeded"}
    assert Update.read(bare).release is None
    assert images(deployments(record("a"), bare, record("b")).former()) == ["a"]


def test_what_was_set_otherwise_is_told_by_its_path_and_secrets_by_their_names() -> None:
    one = Known({"a": 1, "b": {"c": {"d": 1, "e": 2}, "same": [1]}, "key": "x"}, frozenset({"key", "old"}))
    other = Known({"a": 2, "b": {"c": {"d": 1, "e": 3}, "same": [1], "f": 1}, "key": "y"}, frozenset({"key", "new"}))
    assert one.differing(other) == ["a", "b.c.e", "b.f", "new", "old"]
    assert one.differing(one) == []


def test_a_mapping_is_read_from_its_text_and_a_secret_has_no_value() -> None:
    update = Update.read(record("a"))
    assert update.config.values["slipway:topology"]["kind"] == "aws-ecs"
    assert update.config.secret == {"secrets:KEY"}
    assert "secrets:KEY" not in update.config.values
    assert (update.succeeded, update.commit, update.ended) == (True, "abc", "2026-11-29T04:57:55.000Z")


# -- releases that are tried on some requests


def tried(release: str, candidate: str = "", percent: int = 10) -> dict[str, Any]:
    """A deployment of a Worker, with a release beside it that is tried."""
    beside = {"candidate": {"image": candidate, "percent": percent}} if candidate else {}
    made = record(release)
    value = made["config"]["slipway:topology"]
    topology = {"kind": "cloudflare", "release": {"kind": "image", "image": release, **beside}}
    value |= {"value": json.dumps(topology), "objectValue": topology}
    return made


def test_to_go_back_from_a_trial_is_to_end_it() -> None:
    found = deployments(tried("z"), tried("a"), tried("a", "b"), tried("a", "b", 50))
    assert images(found.former()) == ["a", "z"]
    assert ["candidate" in (each.release or {}) for each in found.former()] == [False, False]


def test_to_go_back_from_a_promoted_release_is_not_to_try_it_again() -> None:
    assert images(deployments(tried("a"), tried("a", "b"), tried("b")).former()) == ["a"]
    assert images(deployments(tried("a", "b"), tried("b")).former()) == ["a"]


def test_who_has_ended_a_trial_does_not_return_to_it() -> None:
    assert images(deployments(tried("z"), tried("a"), tried("a", "b"), tried("a")).former()) == ["z"]
