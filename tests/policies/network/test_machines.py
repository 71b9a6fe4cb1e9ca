"""What a machine is: itself, its interfaces and its template, however they name each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown
from policies.network.model import network_of
from tests.policies.network.estate import EIP, INSTANCE, TEMPLATE, Estate, estate

if TYPE_CHECKING:
    from plan.model import Value
    from policies.network.zones import Zone

ADDRESS = "private-without-public-address"
FLEET = "aws:autoscaling/group:Group"
INTERFACE = "aws:ec2/networkInterface:NetworkInterface"
SPEC = "launchTemplateSpecification"


def zone(made: Estate, name: str = "x") -> Zone:
    (found,) = [each for each in network_of(made.graph()).zones if each.name == name]
    return found


def with_public_template() -> Estate:
    inside: Value = [{"associatePublicIpAddress": True, "securityGroups": ["→ app-sg"], "subnetId": "→ compute-b"}]
    return estate().add(TEMPLATE, "open", name="open-1", networkInterfaces=inside)


BY_ID: dict[str, Value] = {"launchTemplateId": "→ open"}
BY_NAME: dict[str, Value] = {"launchTemplateName": "→ open.name"}
TEMPLATED: dict[str, dict[str, Value]] = {
    "its id": {"launchTemplate": {"id": "→ open"}},
    "its name": {"launchTemplate": {"name": "→ open.name"}},
    "its name in plain text": {"launchTemplate": [{"name": "open-1"}]},
    "a mixed policy": {"mixedInstancesPolicy": {"launchTemplate": {SPEC: BY_ID}}},
    "a mixed policy by name": {"mixedInstancesPolicy": {"launchTemplate": {SPEC: BY_NAME}}},
    "an override": {"mixedInstancesPolicy": {"launchTemplate": {"overrides": [{SPEC: BY_ID}]}}},
    "an override by name": {"mixedInstancesPolicy": {"launchTemplate": {"overrides": [{SPEC: BY_NAME}]}}},
}


@pytest.mark.parametrize("given", TEMPLATED.values(), ids=TEMPLATED.keys())
def test_a_fleet_is_what_its_template_says(given: dict[str, Value]) -> None:
    made = with_public_template().add(FLEET, "x", vpcZoneIdentifiers=["→ compute-a"], **given)
    assert made.found(ADDRESS) == {"x": "violation"}
    assert [each.resource.name for each in zone(made).subnets] == ["compute-a"]


def test_a_fleet_without_a_template_of_the_plan_is_not_proven() -> None:
    made = estate().add(FLEET, "x", vpcZoneIdentifiers=["→ compute-a"])
    assert made.found(ADDRESS) == {"x": "unproven"}
    assert zone(made).lost_groups[-1] == "what its machines are launched from is not in the plan"


@pytest.mark.parametrize("given", [{"id": "→ open"}, {"name": "→ open.name"}, [{"id": "→ open"}]], ids=repr)
def test_a_machine_is_what_its_template_says_where_it_says_nothing(given: Value) -> None:
    made = with_public_template().add(INSTANCE, "x", launchTemplate=given)
    assert made.found(ADDRESS) == {"x": "violation"}
    assert [each.resource.name for each in zone(made).subnets] == ["compute-b"]
    made.set("x", subnetId="→ compute-a", associatePublicIpAddress=False)
    assert made.found(ADDRESS) == {}
    assert [each.resource.name for each in zone(made).subnets] == ["compute-a"]


@pytest.mark.parametrize("given", [Unknown(), Secret(), [Unknown()], {"id": Unknown()}, {"id": "lt-1"}], ids=repr)
def test_a_machine_of_a_template_that_is_not_known_is_not_proven(given: Value) -> None:
    made = estate().add(INSTANCE, "x", launchTemplate=given, subnetId="→ compute-a", vpcSecurityGroupIds=["→ app-sg"])
    assert made.found(ADDRESS) == {"x": "unproven"}


ATTACHED: dict[str, dict[str, Value]] = {
    "a list": {"networkInterfaces": [{"networkInterfaceId": "→ eni", "deviceIndex": 0}]},
    "one": {"primaryNetworkInterface": {"networkInterfaceId": "→ eni"}},
    "a list of one": {"primaryNetworkInterfaces": [{"networkInterfaceId": "→ eni"}]},
}


@pytest.mark.parametrize("given", ATTACHED.values(), ids=ATTACHED.keys())
@pytest.mark.parametrize("address", ["networkInterface", "networkInterfaceId"])
def test_a_machine_has_what_its_interface_has(given: dict[str, Value], address: str) -> None:
    made = estate().add(INTERFACE, "eni", subnetId="→ compute-a", securityGroups=["→ app-sg"])
    made.add(INSTANCE, "x", **given)
    found = zone(made)
    assert ([each.resource.name for each in found.subnets], found.public_v4) == (["compute-a"], False)
    kind = EIP if address == "networkInterface" else "aws:ec2/eipAssociation:EipAssociation"
    made.add(kind, "ip", **{address: "→ eni"})
    assert made.found(ADDRESS) == {"x": "violation"}


def test_an_interface_that_names_its_machine_is_the_machine_s() -> None:
    made = estate().add(INSTANCE, "x", subnetId="→ compute-a", vpcSecurityGroupIds=["→ app-sg"])
    made.add(INTERFACE, "eni", subnetId="→ data-a", attachments=[{"instance": "→ x"}], securityGroups=["→ db-sg"])
    assert {each.resource.name for each in zone(made).subnets} == {"compute-a", "data-a"}
    assert not [each for each in network_of(made.graph()).zones if each.name == "eni"]
    assert len(zone(made).groups or ()) == 2


@pytest.mark.parametrize("target", ["→ x", "→ eni"])
def test_a_group_may_be_attached_to_a_machine_or_its_interface(target: str) -> None:
    made = estate().add(INTERFACE, "eni", subnetId="→ compute-a", securityGroups=["→ app-sg"])
    made.add(INSTANCE, "x", networkInterfaces=[{"networkInterfaceId": "→ eni"}])
    made.add("aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment", "also",
             networkInterfaceId=target, securityGroupId="→ cache-sg")  # fmt: skip
    assert {key.rpartition("::")[2] for key in zone(made).groups or ()} == {"app-sg", "cache-sg"}


SIXTH: dict[str, tuple[dict[str, Value], object]] = {
    "nothing": ({}, False),
    "a count": ({"ipv6AddressCount": 1}, True),
    "a count as text": ({"ipv6AddressCount": "2"}, True),
    "none by a count": ({"ipv6AddressCount": 0}, False),
    "addresses": ({"ipv6Addresses": ["2001:db8::1"]}, True),
    "a first one": ({"enablePrimaryIpv6": True}, True),
    "no first one": ({"enablePrimaryIpv6": False}, False),
    "a count that is not known": ({"ipv6AddressCount": Unknown()}, "unknown"),
}


@pytest.mark.parametrize(("given", "has"), SIXTH.values(), ids=SIXTH.keys())
def test_a_machine_has_addresses_of_the_sixth_version_as_it_says(given: dict[str, Value], has: object) -> None:
    made = estate().add(INSTANCE, "x", subnetId="→ compute-a", **given)
    assert zone(made).public_v6 == has
    subnet = made.set("x", ipv6AddressCount=None, ipv6Addresses=None, enablePrimaryIpv6=None)
    assert zone(subnet.set("compute-a", assignIpv6AddressOnCreation=True)).public_v6 is True
    assert zone(subnet.set("compute-a", assignIpv6AddressOnCreation=Unknown())).public_v6 == "unknown"


@pytest.mark.parametrize(
    "key", ["ipv6AddressCount", "ipv6Addresses", "ipv6AddressLists", "ipv6PrefixCount", "primaryIpv6"]
)
def test_and_as_its_interface_and_its_template_say(key: str) -> None:
    values: dict[str, Value] = {"ipv6AddressCount": 1, "ipv6PrefixCount": "1", "primaryIpv6": True}
    value = values.get(key, ["2001:db8::1"])
    if key not in ("ipv6PrefixCount", "primaryIpv6"):
        made = estate().add(INTERFACE, "x", subnetId="→ compute-a", **{key: value})
        assert zone(made).public_v6 is True
    if key != "ipv6AddressLists":
        made = estate().add(TEMPLATE, "six", networkInterfaces=[{key: value}])
        made.add(INSTANCE, "x", subnetId="→ compute-a", launchTemplate={"id": "→ six"})
        assert zone(made).public_v6 is True


def test_a_subnet_that_may_give_an_address_leaves_open_whether_a_machine_has_one() -> None:
    made = estate().add(INSTANCE, "x", subnetId="→ compute-a", vpcSecurityGroupIds=["→ app-sg"])
    assert zone(made).public_v4 is False
    assert zone(made.set("compute-a", mapPublicIpOnLaunch=Unknown())).public_v4 == "unknown"
    assert zone(made.set("compute-a", mapPublicIpOnLaunch=True)).public_v4 is True
    assert zone(made.set("x", associatePublicIpAddress=False)).public_v4 is False
    assert zone(made.set("x", associatePublicIpAddress=Unknown())).public_v4 == "unknown"
    assert zone(made.set("x", associatePublicIpAddress=None, subnetId=None)).public_v4 == "unknown"


def test_groups_of_a_template_by_name_are_not_those_of_the_plan() -> None:
    made = estate().add(TEMPLATE, "named", securityGroupNames=["theirs"])
    made.add(INSTANCE, "x", subnetId="→ compute-a", launchTemplate={"id": "→ named"})
    assert zone(made).lost_groups == ("the security group theirs is not in the plan",)
