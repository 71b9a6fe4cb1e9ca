"""The list of migrations of Durable Objects only grows."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.danger.facts import UNKNOWN
from slipway.danger.judging import dangers
from tests.danger.steps import step, updated, urn

APPLICATION = "slipway:cloudflare:EdgeApplication"
MADE = {"tag": "v1", "newClasses": ["Chat"], "renamedClasses": {}, "deletedClasses": []}
RENAMED = {"tag": "v2", "newClasses": [], "renamedClasses": {"Chat": "Room"}, "deletedClasses": []}
NEXT = {"tag": "v3", "newClasses": ["Inbox"], "renamedClasses": {}, "deletedClasses": []}
DEPLOYED = [MADE, RENAMED]


def change(before: object, after: object) -> Any:  # Any: a step
    return updated(APPLICATION, "edge", {"migrations": before}, {"migrations": after}, custom=False)


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        ([MADE], "the migration v2 is deployed and gone from the list."),
        ([MADE, NEXT], "the migration v2 is deployed and gone from the list, and v3 stands in its place."),
        ([RENAMED, MADE], "the migration v1 is deployed, and another one, v2, now stands before it."),
        ([NEXT, MADE, RENAMED], "the migration v1 is deployed, and another one, v3, now stands before it."),
        (
            [{**MADE, "newClasses": ["Talk"]}, RENAMED],
            "the migration v1 is deployed, and its classes are others now: Cloudflare does not apply it again.",
        ),
        (
            [{**MADE, "tag": "first"}, RENAMED],
            "the migration v1 is deployed and gone from the list, and first stands in its place.",
        ),
        ([RENAMED, {**MADE, "newClasses": []}], "the migration v1 is deployed, and is moved and changed."),
        ([], "the migration v1 is deployed and gone from the list."),
    ],
)
def test_a_deployed_migration_that_is_renamed_moved_changed_or_removed_is_a_danger(listed: object, why: str) -> None:
    (found,) = dangers([change(DEPLOYED, listed)]).endangered
    assert (found.happens, found.why, found.because) == ("rewritten", why, ("migrations",))
    assert found.remedy.startswith("Put the list back as the state has it")


@pytest.mark.parametrize("listed", [DEPLOYED, [*DEPLOYED, NEXT]])
def test_a_list_that_stays_or_grows_at_its_end_is_none(listed: object) -> None:
    assert dangers([change(DEPLOYED, listed)]).endangered == ()
    assert dangers([change([], listed)]).endangered == ()


def test_the_same_list_of_another_component_is_nobodys_migration() -> None:
    other = updated("acme:index:Other", "edge", {"migrations": DEPLOYED}, {"migrations": []}, custom=False)
    assert dangers([other]).endangered == ()


def test_a_list_that_is_hidden_and_changes_may_be_rewritten() -> None:
    (found,) = dangers([change(DEPLOYED, UNKNOWN)]).endangered
    assert found.why.startswith("the list of migrations is hidden")


def test_it_can_be_approved_like_any_danger() -> None:
    (found,) = dangers([change(DEPLOYED, [MADE])], [urn(APPLICATION, "edge")]).endangered
    assert found.approved


def test_a_first_deployment_is_none() -> None:
    made = {"urn": urn(APPLICATION, "edge"), "type": APPLICATION, "custom": False, "inputs": {"migrations": DEPLOYED}}
    assert dangers([step("create", None, made)]).endangered == ()


ENDED = {"tag": "v3", "newClasses": [], "renamedClasses": {}, "deletedClasses": ["Room"]}


def test_a_class_that_a_new_version_ends_is_a_danger_and_a_scripts_own_change_tells_of_itself() -> None:
    before, after = {"migrations": DEPLOYED}, {"migrations": [*DEPLOYED, ENDED]}
    gradual = {"gradual": True}
    ending = updated(APPLICATION, "edge", {**before, **gradual}, {**after, **gradual}, custom=False)
    (found,) = dangers([ending]).endangered
    assert (found.happens, found.because) == ("erased", ("migrations",))
    assert found.why == "the class Room is deleted and loses all its objects."
    assert dangers([change(DEPLOYED, [*DEPLOYED, ENDED])]).endangered == ()
    growing = updated(
        APPLICATION, "edge", {**before, **gradual}, {"migrations": [*DEPLOYED, NEXT], **gradual}, custom=False
    )
    assert dangers([growing]).endangered == ()
