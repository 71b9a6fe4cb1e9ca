"""Everything that can carry tags carries the required ones, also what the provider's default tags do not reach."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.components.planning import inside
from tests.stacks.forms import FORMS
from tests.stacks.paths import MACHINES, TEMPLATE, values
from tests.stacks.project import ON_MACHINES, answered, graph, settings, write

if TYPE_CHECKING:
    from plan.model import Value

STACKS = (*FORMS, *ON_MACHINES)
# What AWS makes by a launch template; the provider's default tags reach the template itself only.
MADE_BY_TEMPLATE = {"instance", "volume", "network-interface"}


@pytest.mark.parametrize("stack", STACKS)
def test_the_one_provider_puts_them_on_what_it_makes(stack: str) -> None:
    (provider,) = graph(stack).of_type("pulumi:providers:aws")
    assert json.loads(str(provider.inputs["defaultTags"]))["tags"] == settings(stack).required_tags()
    assert {"application", "environment", "managed-by"} <= settings(stack).required_tags().keys()


@pytest.mark.parametrize("stack", STACKS)
def test_machines_their_disks_and_their_network_interfaces_carry_them(stack: str) -> None:
    required = settings(stack).required_tags().items()
    for template in graph(stack).of_type(TEMPLATE):
        by_kind = {
            inside(each, "resourceType"): inside(each, "tags") for each in values(template.inputs["tagSpecifications"])
        }
        assert set(by_kind) == MADE_BY_TEMPLATE, template.name
        assert [kind for kind, tags in by_kind.items() if not required <= _pairs(tags)] == []


@pytest.mark.parametrize("stack", STACKS)
def test_groups_of_machines_carry_them(stack: str) -> None:
    required = settings(stack).required_tags().items()
    for group in graph(stack).of_type(MACHINES):
        tags = {(inside(each, "key"), inside(each, "value")) for each in values(group.inputs["tags"])}
        assert set(required) <= tags


@pytest.mark.parametrize("stack", [stack for stack in STACKS if stack.startswith("helpdesk")])
def test_the_volume_with_data_carries_them_for_its_snapshots(stack: str) -> None:
    (volume,) = graph(stack).of_type("aws:ebs/volume:Volume")
    assert settings(stack).required_tags().items() <= _pairs(volume.inputs["tags"])


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_takes_a_required_tag_s_key_for_another_value(stack: str) -> None:
    required = settings(stack).required_tags()
    wrong = [
        each.urn
        for each in graph(stack).plan.resources
        if isinstance(tags := each.inputs.get("tags"), dict)
        for key, value in tags.items()
        if key in required and value != required[key]
    ]
    assert wrong == []


def test_a_tag_of_the_stack_reaches_all_of_these() -> None:
    content = {**FORMS["helpdesk-staging"], "slipway:tags": {"owner": "platform"}}
    found = answered(write("helpdesk-owned", content)).document["resources"]
    tagged = {each["name"] for each in found if '"platform"' in json.dumps(each["inputs"]).replace("\\", "")}
    assert tagged >= {"us-east-1", "helpdesk-web-machines", "helpdesk-data-volume", "helpdesk-network-nat-instance"}


def _pairs(tags: Value) -> set[tuple[object, object]]:
    assert isinstance(tags, dict)
    return {(key, value) for key, value in tags.items() if isinstance(value, str)}
