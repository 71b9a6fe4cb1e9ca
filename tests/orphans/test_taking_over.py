"""An import on the real engine puts what is not recorded into its place: the next deployment changes nothing of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.workspace import Workspace
from slipway.orphans.import_file import Existing, import_file
from slipway.orphans.recovery import take_over
from slipway.planning import Order, plan_stack
from slipway.project import Project
from slipway.simulated.faults import Fault, write_faults
from slipway.simulated.inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Plan

PROGRAM = Path(__file__).parent / "programs" / "shop"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_stack(Order(Project.find(PROGRAM), {}), "dev").plan


@pytest.fixture
def shop(pulumi_cli: Path, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(PROGRAM, folder=tmp_path, pulumi=pulumi_cli) as workspace:
        yield workspace


def recorded(shop: Workspace) -> dict[str, str]:
    return {each["urn"]: each.get("id", "") for each in shop.export("dev")["deployment"].get("resources", ())}


def in_the_cloud(shop: Workspace) -> set[Existing]:
    return {Existing(each.urn, each.id) for each in inventory(shop.cloud)}


def recover(shop: Workspace, plan: Plan, orphans: set[Existing]) -> None:
    made = import_file(orphans, plan, recorded(shop))
    assert made.refused == ()
    done = take_over(shop, plan, made.document)
    assert done.ok, done.errors


def told(shop: Workspace) -> dict[str, dict[str, Any]]:
    """What the state says of each resource, without times and without ids of providers."""
    resources = shop.export("dev")["deployment"]["resources"]
    kept = ("type", "custom", "parent", "protect", "inputs", "outputs", "dependencies", "propertyDependencies")
    return {each["urn"]: {key: each.get(key) for key in kept} for each in resources}


@pytest.mark.slow
def test_what_a_crash_left_unrecorded_is_taken_over_and_nothing_is_made_twice(shop: Workspace, plan: Plan) -> None:
    write_faults(shop.cloud, [Fault(kind="die-after", name="store-shelf-group")])
    assert not shop.up("dev").ok
    write_faults(shop.cloud, ())
    orphans = {each for each in in_the_cloud(shop) if each.id not in recorded(shop).values()}
    assert orphans

    recover(shop, plan, orphans)
    after = shop.up("dev")

    assert set(after.changes) <= {"same", "create"}
    assert {each.id for each in in_the_cloud(shop)} <= set(recorded(shop).values())
    assert len({each.urn for each in in_the_cloud(shop)}) == len(in_the_cloud(shop)) == 4
    assert set(shop.preview("dev").changes) == {"same"}


def test_a_whole_state_that_was_lost_comes_back_with_components_and_providers(shop: Workspace, plan: Plan) -> None:
    shop.up("dev")
    before, everything = told(shop), in_the_cloud(shop)
    exported = shop.export("dev")
    exported["deployment"]["resources"] = []
    empty = shop.folder / "empty.json"
    empty.write_text(json.dumps(exported))
    folder = shop.stacks.folder("dev")
    shop.cli.must("stack", "import", "--stack", "dev", "--file", str(empty), "--force", folder=folder)

    recover(shop, plan, everything)
    after = shop.up("dev")

    assert set(after.changes) == {"same"}
    assert told(shop) == before
    assert in_the_cloud(shop) == everything
