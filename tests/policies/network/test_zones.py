"""What stands in a network: machines, their interfaces and templates, load balancers, stores, endpoints, subnets."""

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


def test_blocks_that_are_added_to_a_network_are_its_own() -> None:
    association = "aws:ec2/vpcIpv{0}CidrBlockAssociation:VpcIpv{0}CidrBlockAssociation"
    made = estate().rule("x", "app-sg", cidrIpv4="203.0.113.0/24", port=8080)
    made.rule("y", "app-sg", cidrIpv6="2001:db8::/56", port=8080)
    rule = "internet-reaches-load-balancers-only"
    assert made.found(rule) == {"x": "violation", "y": "violation"}
    made.add(association.format(4), "v4", vpcId="→ vpc", cidrBlock="203.0.113.0/24")
    assert made.found(rule) == {"y": "violation"}
    made.add(association.format(6), "v6", vpcId="→ vpc", ipv6CidrBlock="2001:db8::/56")
    assert made.found(rule) == {}


def test_of_a_subnet_is_said_why_its_network_or_its_block_is_not_known() -> None:
    def lost(**given: Value) -> tuple[str, ...]:
        made = estate().add("aws:ec2/subnet:Subnet", "x", **{"vpcId": "→ vpc", "cidrBlock": "10.0.30.0/24", **given})
        subnets = network_of(made.graph()).subnets
        (found,) = [each for urn, each in subnets.items() if urn.endswith("::x")]
        return found.lost

    assert lost() == ()
    assert lost(vpcId=Unknown()) == ("the network of the subnet x is only known after deployment",)
    assert lost(vpcId="vpc-1") == ("the network of the subnet x is not in the plan",)
    assert lost(cidrBlock=Unknown()) == ("the block of the subnet x is not known",)
    assert lost(ipv6CidrBlock=Secret()) == ("the block of the subnet x is not known",)
    assert lost(cidrBlock="10.0.30.0/99") == ("the block of the subnet x is not known",)


def test_a_default_subnet_needs_no_network_and_gives_addresses() -> None:
    made = estate().add("aws:ec2/defaultSubnet:DefaultSubnet", "x", cidrBlock="172.31.0.0/20")
    subnets = network_of(made.graph()).subnets
    (found,) = [each for urn, each in subnets.items() if urn.endswith("::x")]
    assert (found.lost, found.gives_public_v4) == ((), True)


@pytest.mark.parametrize(
    ("given", "public"),
    [
        ({}, (True, False)),
        ({"internal": True}, (False, False)),
        ({"ipAddressType": "dualstack"}, (True, True)),
        ({"ipAddressType": "dualstack-without-public-ipv4"}, (True, True)),
        ({"ipAddressType": "dualstack", "internal": "true"}, (False, False)),
        ({"ipAddressType": Unknown()}, (True, "unknown")),
        ({"internal": Unknown(), "ipAddressType": "dualstack"}, ("unknown", "unknown")),
    ],
    ids=repr,
)
def test_a_load_balancer_is_public_unless_it_is_internal(given: dict[str, Value], public: tuple[object, ...]) -> None:
    made = estate().add("aws:lb/loadBalancer:LoadBalancer", "x", subnets=["→ public-a"], **given)
    assert (zone(made).public_v4, zone(made).public_v6) == public


@pytest.mark.parametrize(
    ("given", "sixth"),
    [({}, False), ({"networkType": "dual_stack"}, True), ({"networkType": "IPV6"}, True),
     ({"networkType": "ipv4"}, False), ({"ipAddressType": "dualstack"}, True), ({"networkType": "DUAL"}, True),
     ({"networkType": Unknown()}, "unknown")],
    ids=repr,
)  # fmt: skip
def test_a_store_has_addresses_of_the_sixth_version_as_it_says(given: dict[str, Value], sixth: object) -> None:
    made = estate().add("aws:memorydb/cluster:Cluster", "x", **given)
    assert zone(made).public_v6 == sixth


def test_subnets_and_groups_may_be_added_to_an_endpoint() -> None:
    made = estate().add("aws:ec2/vpcEndpoint:VpcEndpoint", "x", vpcId="→ vpc", vpcEndpointType="Interface",
                        subnetConfigurations=[{"subnetId": "→ compute-a"}])  # fmt: skip
    made.add("aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation", "more", vpcEndpointId="→ x",
             subnetId="→ compute-b")  # fmt: skip
    assert {each.resource.name for each in zone(made).subnets} == {"compute-a", "compute-b"}
    assert {key.rpartition("::")[2] for key in zone(made).groups or ()} == {"default"}
    made.add("aws:ec2/securityGroupAssociation:SecurityGroupAssociation", "group", vpcEndpointId="→ x",
             securityGroupId="→ app-sg")  # fmt: skip
    assert {key.rpartition("::")[2] for key in zone(made).groups or ()} == {"app-sg"}
    for kind in (None, "", "Gateway"):
        made.set("x", vpcEndpointType=kind)
        assert not [each for each in network_of(made.graph()).zones if each.name == "x"]
