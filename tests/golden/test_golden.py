"""No change of ours lets a stack of a released version lose a URN or its data."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from config.cloudflare import Cloudflare
from config.effective import effective
from tests.golden.__main__ import write_inputs
from tests.golden.comparing import breaks, holds_data, short
from tests.golden.project import (
    HERE,
    ROOT,
    accepted,
    current,
    golden,
    plans,
    record,
    stacks,
    versions,
    with_inputs,
)

if TYPE_CHECKING:
    from pathlib import Path

    from plan.model import Plan

# These have every component; the others take as long again.
FAST = ("drops-production", "helpdesk-production", "orders-dev")
# Components that came after this version's golden plans; the next version's have them.
SINCE = {
    "slipway:aws:AuroraDatabase",
    "slipway:aws:AwsServer",
    "slipway:aws:AwsUptime",
    "slipway:aws:ContainerCluster",
    "slipway:aws:DatabaseProxy",
    "slipway:aws:FargateService",
    "slipway:aws:ImageRepository",
    "slipway:aws:ScheduledTask",
    "slipway:aws:StaticFolders",
    "slipway:aws:StaticSite",
    "slipway:aws:UploadsWriter",
}
CACHE = 'f"{stack.app}-cache"'
ALIAS = 'pulumi.Alias(name=f"{stack.app}-cache")'


def cases(*, fast: bool) -> list[tuple[str, str]]:
    return [(version, stack) for version in versions() for stack in stacks(version) if (stack in FAST) is fast]


def broken(version: str, stack: str) -> list[str]:
    names = tuple(name for name in stacks(version) if (name in FAST) is (stack in FAST))
    return breaks(golden(version, stack), plans(version, names)[stack], accepted(version))


@pytest.mark.parametrize(("version", "stack"), cases(fast=True))
def test_no_urn_of_a_released_version_vanishes_and_none_of_its_data_is_replaced(version: str, stack: str) -> None:
    assert broken(version, stack) == []


@pytest.mark.slow
@pytest.mark.parametrize(("version", "stack"), cases(fast=False))
def test_nor_in_the_other_stacks(version: str, stack: str) -> None:
    assert broken(version, stack) == []


def test_this_version_has_its_golden_plans() -> None:
    assert current() in versions(), "the version was raised: write its golden plans with `make golden`, and commit them"


def test_the_golden_plans_have_every_component_and_every_kind_of_data() -> None:
    entries = [entry for name in FAST for entry in golden(current(), name)["resources"]]
    ours = {entry["type"] for entry in entries if entry["type"].startswith("slipway:aws:")}
    made = {
        line.split('"')[1]
        for file in (ROOT / "components" / "aws").glob("*.py")
        for line in file.read_text().splitlines()
        if "super().__init__(" in line
    }
    held = {entry["type"].rpartition(":")[2] for entry in entries if entry["custom"] and holds_data(entry)}

    assert ours == made - SINCE
    assert made >= SINCE
    assert held >= {"Bucket", "Instance", "Key", "ReplicationGroup", "Secret", "Volume"}


def test_no_golden_plan_has_a_long_text_or_a_secret_s_value() -> None:
    for version in versions():
        for file in (HERE / version / "plans").iterdir():
            words = file.read_text().replace('"', " ").split()
            assert [word for word in words if len(word) > 400] == []


def test_the_inputs_of_a_version_are_whole_without_the_tree_that_they_were_written_in(tmp_path: Path) -> None:
    write_inputs(tmp_path)
    project = with_inputs(tmp_path / "config")
    migrated = effective(project, "helpdesk-edge").stack.topology
    assert isinstance(migrated, Cloudflare)
    assert migrated.database.migrations is not None
    for file in (project / "config").glob("Pulumi.*.yaml"):
        assert effective(project, file.name.split(".")[1]).stack.app


def test_what_is_accepted_really_went() -> None:
    for version in versions():
        known = {short(entry["urn"]) for stack in stacks(version) for entry in golden(version, stack)["resources"]}
        assert set(accepted(version)) <= known


def changed(tmp_path: Path, old: str, new: str) -> Plan:
    """The plan of orders-dev by our own program with one text of its data's module exchanged."""
    code = tmp_path / "code"
    shutil.copytree(ROOT / "stacks", code / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    for room in ("components", "config"):
        (code / room).symlink_to(ROOT / room)
    module = code / "stacks" / "aws_data.py"
    text = module.read_text()
    assert text.count(old) == 1
    module.write_text(text.replace(old, new).replace("import pathlib\n", "import pathlib\n\nimport pulumi\n", 1))
    inputs = HERE / current()
    return record(with_inputs(inputs / "config", code), inputs / "answers.json", ["orders-dev"])["orders-dev"]


@pytest.mark.slow
def test_a_component_of_another_name_is_found_out(tmp_path: Path) -> None:
    found = breaks(golden(current(), "orders-dev"), changed(tmp_path, CACHE, 'f"{stack.app}-store"'), {})
    lost = [line for line in found if "its data is lost" in line]

    assert any("ReplicationGroup::orders-cache-valkey: vanishes" in line for line in lost)
    assert any("slipway:aws:Cache::orders-cache: vanishes" in line for line in found)


@pytest.mark.slow
def test_a_component_of_another_name_with_an_alias_is_the_same_to_all_that_refer_to_it(tmp_path: Path) -> None:
    was = f"{CACHE},\n        {{"
    text = (ROOT / "stacks" / "aws_data.py").read_text()
    start = text.index(was)
    call = text[start : text.index("placed,\n", start) + len("placed,\n")]
    aliased = call.replace(CACHE, 'f"{stack.app}-store"').replace(
        "placed,", f"pulumi.ResourceOptions.merge(placed, pulumi.ResourceOptions(aliases=[{ALIAS}])),"
    )
    assert breaks(golden(current(), "orders-dev"), changed(tmp_path, call, aliased), {}) == []
