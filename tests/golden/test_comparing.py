"""What counts as a break between a golden plan and one of today, on plans of a few resources."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from plan.model import Options, Plan, Reference, Resource, Secret, Unknown
from tests.golden.compact import compact, forced, text_of
from tests.golden.comparing import breaks

STACK = "urn:pulumi:dev::shop::"
GROUP, DATABASE = "aws:rds/subnetGroup:SubnetGroup", "aws:rds/instance:Instance"


def made(token: str, name: str, **more: Any) -> Resource:  # Any: fields of a resource
    fields = {"inputs": {}, "custom": True, "parent": "", **more}
    return Resource(urn=f"{STACK}{token}::{name}", type=token, name=name, **fields)


def plan(*resources: Resource) -> Plan:
    return Plan("shop", "dev", resources)


GROUP_NOW = made(GROUP, "groups", inputs={"name": "a"})
REFERENCE = Unknown((Reference(GROUP_NOW.urn, "name"),), f"${{{GROUP_NOW.urn}#name}}", (GROUP_NOW.urn,))
DATABASE_NOW = made(
    DATABASE, "main", inputs={"dbName": "shop", "dbSubnetGroupName": REFERENCE, "port": 5432}, protect=True
)
BEFORE = plan(GROUP_NOW, DATABASE_NOW)


def golden() -> dict[str, Any]:
    """The golden plan, as it comes back from its file."""
    read: dict[str, Any] = json.loads(text_of(compact(BEFORE)))
    return read


def forcing(golden: dict[str, Any], *paths: str) -> dict[str, Any]:
    golden["forcing"][DATABASE] = list(paths)
    (entry,) = (each for each in golden["resources"] if each["type"] == DATABASE)
    entry["replace"] = forced(DATABASE_NOW, paths)
    return golden


def test_the_same_plan_breaks_nothing_nor_does_one_with_more_in_it() -> None:
    assert breaks(golden(), BEFORE, {}) == []
    assert breaks(golden(), plan(*BEFORE.resources, made(GROUP, "more")), {}) == []


def test_what_vanishes_is_a_break_unless_an_alias_names_it() -> None:
    renamed = replace(GROUP_NOW, urn=f"{STACK}{GROUP}::other", name="other")
    moved = replace(REFERENCE, text=f"${{{renamed.urn}#name}}", references=(Reference(renamed.urn, "name"),))
    database = replace(DATABASE_NOW, inputs={**DATABASE_NOW.inputs, "dbSubnetGroupName": moved})

    assert [line.partition(" ")[2] for line in breaks(golden(), plan(renamed, database), {}) if "vanishes" in line] == [
        "vanishes, and no alias names it"
    ]
    aliased = replace(renamed, aliases=(GROUP_NOW.urn,))
    assert breaks(golden(), plan(aliased, database), {}) == []
    assert breaks(forcing(golden(), "dbSubnetGroupName"), plan(aliased, database), {}) == []


def test_what_lies_below_a_parent_with_an_alias_is_found_under_the_parent_s_former_name() -> None:
    def tree(name: str, aliases: tuple[str, ...] = ()) -> Plan:
        shop = made("shop:index:Shop", name, custom=False, aliases=aliases)
        inner = replace(made("shop:index:Shelf", f"{name}-shelf", custom=False), parent=shop.urn)
        inner = replace(inner, urn=f"{STACK}shop:index:Shop$shop:index:Shelf::{inner.name}")
        leaf = replace(made(DATABASE, f"{name}-shelf-db"), parent=inner.urn)
        return plan(shop, inner, replace(leaf, urn=f"{STACK}shop:index:Shop$shop:index:Shelf${DATABASE}::{leaf.name}"))

    then: dict[str, Any] = json.loads(text_of(compact(tree("shop"))))
    assert breaks(then, tree("store", (f"{STACK}shop:index:Shop::shop",)), {}) == []
    assert len(breaks(then, tree("store"), {})) == 3


def test_a_wanted_removal_is_accepted_by_its_name_and_one_of_data_never_is() -> None:
    lone = replace(DATABASE_NOW, inputs={**DATABASE_NOW.inputs})
    assert breaks(golden(), plan(lone), {f"{GROUP}::groups": "shared by all stacks now"}) == []
    (found,) = breaks(golden(), plan(GROUP_NOW), {f"{DATABASE}::main": "not needed"})
    assert found == f"{DATABASE_NOW.urn}: vanishes, and no alias names it: its data is lost"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"dbName": "other"}, 'dbName: "shop" is "other" now'),
        ({"characterSetName": "utf8"}, 'characterSetName: "not given" is "utf8" now'),
        ({"dbName": Secret()}, 'dbName: "shop" is "[secret]" now'),
    ],
)
def test_another_value_of_what_forces_a_replacement_of_data_is_a_break(inputs: dict[str, Any], said: str) -> None:
    changed = replace(DATABASE_NOW, inputs={**DATABASE_NOW.inputs, **inputs})
    (found,) = breaks(golden(), plan(GROUP_NOW, changed), {})
    assert said in found


def test_another_value_of_what_changes_in_place_is_none() -> None:
    changed = replace(DATABASE_NOW, inputs={**DATABASE_NOW.inputs, "instanceClass": "db.t4g.large"})
    assert breaks(golden(), plan(GROUP_NOW, changed), {}) == []


def test_a_replacement_of_what_holds_no_data_is_none_until_it_reaches_data() -> None:
    other = replace(GROUP_NOW, inputs={"name": "b"})
    followed = forcing(golden(), "dbName", "dbSubnetGroupName")
    free = forcing(golden(), "dbName")

    (found,) = breaks(followed, plan(other, DATABASE_NOW), {})
    assert f"it refers to {GROUP}::groups, which is replaced" in found
    assert breaks(free, plan(other, DATABASE_NOW), {}) == []


def test_an_input_that_was_not_known_to_force_then_says_nothing() -> None:
    assert breaks(forcing(golden(), "port"), plan(GROUP_NOW, replace(DATABASE_NOW, inputs={"port": 5432})), {}) == []


def test_protection_that_is_gone_is_a_break_and_one_that_replaces_the_other_is_none() -> None:
    (found,) = breaks(golden(), plan(GROUP_NOW, replace(DATABASE_NOW, protect=False)), {})
    assert found.endswith("is not protected any more")

    kept = replace(DATABASE_NOW, protect=False, options=Options(retain_on_delete=True))
    then: dict[str, Any] = json.loads(text_of(compact(plan(GROUP_NOW, kept))))
    (found,) = breaks(then, plan(GROUP_NOW, replace(DATABASE_NOW, protect=False)), {})
    assert found.endswith("is not retained any more")
    assert breaks(then, BEFORE, {}) == []


def test_a_golden_plan_is_the_same_text_for_the_same_plan_and_has_no_long_text() -> None:
    long = made(DATABASE, "main", inputs={"dbName": "x" * 1000})
    assert text_of(compact(BEFORE)) == text_of(compact(BEFORE))
    assert "x" * 300 not in text_of(compact(plan(long)))
    (found,) = breaks(json.loads(text_of(compact(plan(long)))), plan(replace(long, inputs={"dbName": "x" * 999})), {})
    assert "dbName" in found
