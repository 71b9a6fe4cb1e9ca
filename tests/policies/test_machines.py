from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from plan.graph import Graph
from plan.model import Unknown
from policies.aws.machines import Machine, machines, without_address
from policies.aws.types import INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE, SPOT, SPOT_FLEET, SUBNET
from policies.inputs import Field
from tests.policies.plans import opaque, plan_of, resource, whole

if TYPE_CHECKING:
    from plan.model import Resource, Value
    from policies.inputs import Answer

BASE = replace(resource(LAUNCH_TEMPLATE, "base", {"name": "web", "imageId": "ami-1"}), id="lt-1")
OTHER = replace(resource(LAUNCH_TEMPLATE, "other", {"name": "jobs", "imageId": "ami-2"}), id="lt-2")
UNNAMED = resource(LAUNCH_TEMPLATE, "unnamed", {"imageId": "ami-3"})
PUBLIC = resource(SUBNET, "public", {"mapPublicIpOnLaunch": True})
PRIVATE = resource(SUBNET, "private", {"mapPublicIpOnLaunch": "false"})
SILENT = resource(SUBNET, "silent", {})


def found(*resources: Resource) -> list[Machine]:
    """The machines of a plan."""
    return list(machines(Graph(plan_of(resources))))


def started(given: dict[str, Value], waits: dict[str, tuple[str, ...]] | None = None) -> Machine:
    """The first machine of a plan with three templates."""
    machine = found(BASE, OTHER, UNNAMED, resource(INSTANCE, "machine", given, waits=waits))[0]
    assert machine.at.resource.name == "machine"
    return machine


def image(machine: Machine) -> Value:
    """What it says of its image, a text of ours where the plan does not hold that."""
    setting = machine.setting("imageId")
    return "not in the plan" if setting is None else setting.value


@pytest.mark.parametrize("kind", [INSTANCE, SPOT])
@pytest.mark.parametrize(
    ("template", "waits", "expected"),
    [
        ({"name": "web"}, (), "ami-1"),
        ({"name": "jobs"}, (), "ami-2"),
        ({"id": "lt-1"}, (), "ami-1"),
        ({"id": "lt-2"}, (), "ami-2"),
        ({"id": opaque(UNNAMED)}, (UNNAMED.urn,), "ami-3"),
        ({"id": opaque(UNNAMED)}, (SILENT.urn, UNNAMED.urn), "ami-3"),
        ({"id": opaque(BASE)}, (BASE.urn, OTHER.urn), "not in the plan"),
        ({"name": "jobs", "id": opaque(BASE)}, (BASE.urn, OTHER.urn), "ami-2"),
        ({"id": "lt-9"}, (), "not in the plan"),
        ({"id": "lt-9"}, (PUBLIC.urn, "urn:of:another"), "not in the plan"),
        (Unknown(), (), "not in the plan"),
    ],
)
def test_what_an_instance_leaves_out_its_template_says(
    kind: str, template: Value, waits: tuple[str, ...], expected: Value
) -> None:
    own: dict[str, Value] = {"launchTemplate": template, "ebsOptimized": True}
    given = [BASE, OTHER, UNNAMED, PUBLIC, SILENT, resource(kind, "machine", own, waits={"launchTemplate": waits})]
    machine = found(*given)[0]
    assert image(machine) == expected
    assert machine.setting("ebsOptimized") == Field(machine.at.resource, "ebsOptimized", True)  # noqa: FBT003 - a value


def test_what_a_template_says_is_told_of_the_template() -> None:
    expected = Field(BASE, "imageId", "ami-1")
    assert started({"launchTemplate": {"name": "web"}}).setting("imageId") == expected
    assert (
        started({"launchTemplate": {"id": opaque(BASE)}}, {"launchTemplate": (BASE.urn,)}).setting("imageId")
        == expected
    )


def test_an_instance_without_a_template_says_all_itself() -> None:
    machine = started({"ami": "ami-9"})
    assert machine.setting("ami") == Field(machine.at.resource, "ami", "ami-9")
    assert image(machine) is None
    assert not machine.templated
    assert machine.template is None


def test_templates_configurations_and_the_parts_of_fleets_are_machines() -> None:
    configuration = resource(LAUNCH_CONFIGURATION, "old", {"imageId": "ami-4"})
    fleet = resource(SPOT_FLEET, "fleet", {"launchSpecifications": [{"imageId": "ami-5"}, {"imageId": "ami-6"}]})
    told = [(each.at.resource.name, image(each)) for each in found(fleet, configuration, BASE)]
    assert told == [("base", "ami-1"), ("old", "ami-4"), ("fleet", "ami-5"), ("fleet", "ami-6")]


@pytest.mark.parametrize(
    ("kind", "given", "paths"),
    [
        (
            LAUNCH_TEMPLATE,
            {"blockDeviceMappings": [{"ebs": {}}, {"ebs": {}}]},
            ["blockDeviceMappings[0]", "blockDeviceMappings[1]"],
        ),
        (LAUNCH_TEMPLATE, {"rootBlockDevice": {"volumeSize": 8}}, []),
        (INSTANCE, {"blockDeviceMappings": [{"ebs": {}}]}, []),
        (
            INSTANCE,
            {"ephemeralBlockDevices": [{"a": 1}], "ebsBlockDevices": [{"b": 1}], "rootBlockDevice": {"volumeSize": 8}},
            ["rootBlockDevice", "ebsBlockDevices[0]", "ephemeralBlockDevices[0]"],
        ),
        (LAUNCH_CONFIGURATION, {"ebsBlockDevices": [{"b": 1}]}, ["ebsBlockDevices[0]"]),
    ],
)
def test_the_disks_of_a_machine_are_found(kind: str, given: dict[str, Value], paths: list[str]) -> None:
    (machine,) = found(resource(kind, "machine", given))
    assert [each.path for each in machine.devices()] == paths


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"associatePublicIpAddress": True}, False),
        ({"associatePublicIpAddress": "false"}, True),
        ({"associatePublicIpAddress": Unknown()}, None),
        ({"associatePublicIpAddress": False, "subnetId": whole(PUBLIC)}, True),
        ({"subnetId": whole(PUBLIC)}, False),
        ({"subnetId": whole(PRIVATE)}, True),
        ({"subnetId": whole(SILENT)}, True),
        ({"subnetId": "subnet-1"}, None),
        ({"networkInterfaces": [{"networkInterfaceId": "eni-1"}]}, None),
        ({}, False),
    ],
)
def test_whether_an_instance_gets_a_public_address_its_subnet_says_where_it_does_not(
    given: dict[str, Value], expected: Answer
) -> None:
    machine = resource(INSTANCE, "machine", given)
    graph = Graph(plan_of([PUBLIC, PRIVATE, SILENT, machine]))
    assert without_address(graph, Field(machine, "", machine.inputs)) is expected
