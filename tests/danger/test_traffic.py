"""URNs that vanish, interruptions, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slipway.danger import renames
from slipway.danger.judging import dangers
from tests.danger.steps import BUCKET, DATABASE, created, deleted, replaced, state, step, updated, urn

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.engine.results import Step

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
SHOP = "shop:index:Shop"


def test_a_renamed_resource_is_named_with_its_new_name_and_gets_the_remedy() -> None:
    old = deleted(BUCKET, "files", inputs={"tags": {"a": "b"}, "bucket": "x"})
    new = created(BUCKET, "uploads", inputs={"tags": {}, "bucket": "x"})
    danger = dangers([old, new])

    assert [(found.old, found.new) for found in danger.renamed] == [(old.urn, new.urn)]
    assert danger.vanished == (old.urn,)
    assert f"give {new.urn} this alias: {old.urn}" in danger.endangered[0].remedy


def test_a_renamed_component_is_told_once_with_what_lies_below_it() -> None:
    def tree(make: Callable[..., Step], name: str) -> list[Step]:
        parent = urn(SHOP, name)
        return [
            make(SHOP, name, custom=False),
            make(GROUP, f"{name}-sg", parents=SHOP, parent=parent),
            make(BUCKET, f"{name}-files", parents=SHOP, parent=parent),
        ]

    danger = dangers([*tree(deleted, "shop"), *tree(created, "store")])
    (found,) = danger.renamed

    assert (found.old, found.new) == (urn(SHOP, "shop"), urn(SHOP, "store"))
    assert found.below == (urn(GROUP, "shop-sg", SHOP), urn(BUCKET, "shop-files", SHOP))
    assert f"give {found.new} this alias: {found.old}" in danger.endangered[0].remedy


def test_a_component_of_another_type_and_the_same_name_is_renamed() -> None:
    danger = dangers([deleted(SHOP, "it", custom=False), created("shop:index:Store", "it", custom=False)])
    assert [found.new for found in danger.renamed] == [urn("shop:index:Store", "it")]


def test_of_two_candidates_the_more_alike_is_taken_and_none_twice() -> None:
    old = [deleted(GROUP, "api-sg", inputs={"a": 1, "b": 1}), deleted(GROUP, "web-sg", inputs={"a": 2, "b": 1})]
    new = [created(GROUP, "web-g", inputs={"a": 2, "b": 1}), created(GROUP, "api-g", inputs={"a": 1, "b": 1})]
    pairs = {found.old: found.new for found in dangers([*old, *new]).renamed}
    assert pairs == {old[0].urn: new[1].urn, old[1].urn: new[0].urn}


def test_the_names_that_a_provider_makes_of_logical_ones_do_not_hide_a_rename() -> None:
    def bucket(make: Callable[..., Step], name: str, **inputs: object) -> Step:
        return make(BUCKET, name, inputs={"bucket": f"{name}-0a1b2c3", **inputs})

    leaving = [bucket(deleted, "force", forceDestroy=True), bucket(deleted, "gone"), bucket(deleted, "oldname")]
    danger = dangers([*leaving, bucket(created, "newname")])
    remedies = [found.remedy for found in danger.endangered]

    assert [(found.old, found.new) for found in danger.renamed] == [(urn(BUCKET, "oldname"), urn(BUCKET, "newname"))]
    assert [f"this alias: {urn(BUCKET, 'oldname')}" in remedy for remedy in remedies] == [False, False, True]


@pytest.mark.parametrize("name", ["{}-0a1b2c3", "{}_0A1B2C3", "shop-{}0a1b2c3"])
def test_a_made_up_name_is_none_of_the_inputs_whatever_the_provider_made_of_it(name: str) -> None:
    def renamed(**options: object) -> list[str]:
        old = deleted(GROUP, "web", inputs={"name": name.format("web"), "x": 1, "y": 1}, **options)
        new = created(GROUP, "api", inputs={"name": name.format("api"), "x": 1, "y": 2}, **options)
        return [found.new for found in dangers([old, new]).renamed]

    assert renamed() == [urn(GROUP, "api")]  # x is a half of the rest
    assert renamed(propertyDependencies={"name": []}) == []  # the program wrote it: no provider made it up


def test_many_that_are_renamed_at_once_are_not_all_held_against_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[object] = []
    likeness = renames._likeness

    def counted(*pair: renames._Looks) -> float:
        compared.append(pair)
        return likeness(*pair)

    monkeypatch.setattr(renames, "_likeness", counted)
    old = [deleted(GROUP, f"old-{number}", inputs={"port": number, "protocol": "tcp"}) for number in range(100)]
    new = [created(GROUP, f"new-{99 - number}", inputs={"port": number, "protocol": "tcp"}) for number in range(100)]
    found = {each.old: each.new for each in dangers([*old, *new]).renamed}
    assert found == {urn(GROUP, f"old-{number}"): urn(GROUP, f"new-{99 - number}") for number in range(100)}
    assert compared == []


def test_the_same_inputs_do_not_outweigh_a_name_that_was_kept() -> None:
    old = [deleted(GROUP, "kept", parents=SHOP, inputs={"x": 1, "y": 1})]
    new = [created(GROUP, "kept", inputs={"x": 1, "y": 2}), created(GROUP, "another", inputs={"x": 1, "y": 1})]
    assert [each.new for each in dangers([*old, *new]).renamed] == [urn(GROUP, "kept")]


def test_what_shares_neither_its_name_nor_most_of_its_inputs_is_no_rename() -> None:
    assert dangers([deleted(GROUP, "a", inputs={"x": 1, "y": 1}), created(GROUP, "b", inputs={"z": 1})]).renamed == ()


def test_another_type_is_no_rename_and_an_alias_is_no_vanishing() -> None:
    assert dangers([deleted(GROUP, "it"), created(BUCKET, "it")]).renamed == ()
    aliased = step("same", state(BUCKET, "old"), state(BUCKET, "new"))
    assert dangers([aliased]).vanished == ()


def test_what_takes_traffic_and_is_replaced_means_downtime() -> None:
    (found,) = dangers([replaced(BALANCER, "lb", "internal")]).downtime
    assert found.happens == "replaced"
    assert "a load balancer is replaced; its address is another one" in found.sentence


def test_the_order_of_a_replacement_is_told_where_the_preview_shows_it() -> None:
    both = (state(BALANCER, "lb"), state(BALANCER, "lb"))
    replace, create, delete = (
        step("replace", *both),
        step("create-replacement", *both),
        step("delete-replaced", both[0]),
    )

    (first_deleted,) = dangers([delete, replace, create]).downtime
    (first_created,) = dangers([create, replace, delete]).downtime

    assert "is deleted before its successor exists: until then nobody reaches" in first_deleted.sentence
    assert "gets a successor before it is deleted" in first_created.sentence


def test_what_takes_traffic_and_is_deleted_means_downtime_unless_it_stays() -> None:
    (found,) = dangers([deleted(BALANCER, "lb")]).downtime
    assert "a load balancer is deleted: nobody reaches the application" in found.sentence
    assert dangers([deleted(BALANCER, "lb", retainOnDelete=True)]).downtime == ()


def test_what_takes_traffic_and_is_renamed_has_a_successor() -> None:
    (found,) = dangers([deleted(BALANCER, "lb"), created(BALANCER, "front")]).downtime
    assert f"{urn(BALANCER, 'front')} takes its place" in found.sentence


def test_an_update_that_restarts_means_downtime_and_another_does_not() -> None:
    (found,) = dangers([updated(DATABASE, "db", {"instanceClass": "a"}, {"instanceClass": "b"})]).downtime
    assert found.happens == "restarted"
    assert dangers([updated(DATABASE, "db", {"tags": {}}, {"tags": {"a": "b"}})]).downtime == ()


def test_a_change_without_loss_can_be_rolled_back_and_says_so() -> None:
    harmless = dangers([updated(BUCKET, "it", {"tags": {}}, {"tags": {"a": "b"}}), replaced(GROUP, "sg", "name")])
    assert harmless.to_json()["rollback"] == {"possible": True, "because": []}
    assert harmless.replaced == (urn(GROUP, "sg"),)


def test_lost_data_and_upgraded_engines_have_no_way_back() -> None:
    upgraded = updated(DATABASE, "db", {"engineVersion": "15"}, {"engineVersion": "16"})
    messages = [note.message for note in dangers([upgraded, deleted(BUCKET, "it")]).one_way]
    assert len(messages) == 2
    assert any("not downgraded" in message for message in messages)


def test_one_new_resource_succeeds_one_old_one_only() -> None:
    old = [deleted(GROUP, "a", inputs={"x": 1}), deleted(GROUP, "b", inputs={"x": 1})]
    assert len(dangers([*old, created(GROUP, "c", inputs={"x": 1})]).renamed) == 1
