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


RDS, CLUSTER, REPLICA = (
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
)
PORTS: list[tuple[str, dict[str, Value], int | None]] = [
    (RDS, {}, 5432),
    (RDS, {"engine": "postgres"}, 5432),
    (RDS, {"engine": "MySQL"}, 3306),
    (RDS, {"engine": "mariadb"}, 3306),
    (CLUSTER, {"engine": "aurora-mysql"}, 3306),
    (CLUSTER, {"engine": "aurora-postgresql"}, 5432),
    (RDS, {"engine": "oracle-ee"}, 1521),
    (RDS, {"engine": "sqlserver-web"}, 1433),
    (RDS, {"engine": Unknown()}, None),
    (RDS, {"engine": "mysql", "port": 5433}, 5433),
    (RDS, {"engine": Unknown(), "port": "5433"}, 5433),
    (RDS, {"port": Unknown()}, None),
    (REPLICA, {}, 5432),
    ("aws:docdb/cluster:Cluster", {}, 27017),
    ("aws:neptune/cluster:Cluster", {}, 8182),
    ("aws:redshift/cluster:Cluster", {}, 5439),
    ("aws:elasticache/cluster:Cluster", {"engine": "memcached"}, 11211),
    ("aws:elasticache/cluster:Cluster", {"engine": "redis"}, 6379),
    ("aws:elasticache/replicationGroup:ReplicationGroup", {}, 6379),
    ("aws:elasticache/serverlessCache:ServerlessCache", {"engine": "Memcached"}, 11211),
    ("aws:memorydb/cluster:Cluster", {"port": 6380}, 6380),
    ("aws:dax/cluster:Cluster", {}, 8111),
    ("aws:opensearch/domain:Domain", {"port": 443}, None),
]


@pytest.mark.parametrize(("kind", "given", "port"), PORTS, ids=repr)
def test_a_store_listens_where_it_says_or_where_its_engine_does(
    kind: str, given: dict[str, Value], port: int | None
) -> None:
    assert zone(estate().add(kind, "x", **given)).port == port


@pytest.mark.parametrize(
    ("given", "public"),
    [({}, True), ({"connectivityType": "public"}, True), ({"connectivityType": "private"}, False),
     ({"connectivityType": Unknown()}, "unknown")],
    ids=repr,
)  # fmt: skip
def test_a_nat_gateway_is_public_unless_it_is_private(given: dict[str, Value], public: object) -> None:
    found = zone(estate().add("aws:ec2/natGateway:NatGateway", "x", subnetId="→ public-a", **given))
    assert (found.public_v4, found.public_v6, found.groups, found.lost) == (public, False, None, ())


def test_a_nat_gateway_of_a_region_needs_no_subnet_and_every_other_one_does() -> None:
    default = "it names no subnet, so AWS puts it into the default network"
    made = estate().add("aws:ec2/natGateway:NatGateway", "x", availabilityMode="regional")
    assert zone(made).lost == ()
    assert zone(made.set("x", availabilityMode="zonal")).lost == (default,)
    assert zone(made.set("x", availabilityMode=None)).lost == (default,)
    assert zone(estate().add("aws:eks/nodeGroup:NodeGroup", "x", availabilityMode="regional")).lost == (default,)
    assert zone(estate().add("aws:rds/instance:Instance", "x")).lost == (default,)
    assert zone(estate().add("aws:rds/proxy:Proxy", "x")).lost == ()


@pytest.mark.parametrize("kind", ["network", "gateway", "application", None])
@pytest.mark.parametrize("named", [True, False])
def test_only_a_load_balancer_of_packets_may_have_no_groups(kind: str | None, named: bool) -> None:  # noqa: FBT001 - a case
    balancer = {"loadBalancerType": kind} if kind else {}
    groups: dict[str, Value] = {"securityGroups": ["→ lb-sg"]} if named else {}
    made = estate().add("aws:lb/loadBalancer:LoadBalancer", "x", subnets=["→ public-a"], **balancer, **groups)
    found = zone(made).groups
    names = None if found is None else {each.rpartition("::")[2] for each in found}
    assert names == ({"lb-sg"} if named else None if kind in ("network", "gateway") else {"default"})


def test_a_replica_stands_where_what_it_copies_does_and_in_its_groups() -> None:
    made = estate().add(RDS, "x", replicateSourceDb="→ db")
    assert {each.resource.name for each in zone(made).subnets} == {"data-a", "data-b"}
    assert {key.rpartition("::")[2] for key in zone(made).groups or ()} == {"db-sg"}
    made.set("x", vpcSecurityGroupIds=["→ app-sg"])
    assert {key.rpartition("::")[2] for key in zone(made).groups or ()} == {"app-sg"}
    made.add("aws:rds/subnetGroup:SubnetGroup", "others", subnetIds=["→ compute-a"])
    made.set("x", dbSubnetGroupName="→ others.name")
    assert {each.resource.name for each in zone(made).subnets} == {"compute-a"}
    for elsewhere in ("other", Unknown()):
        made = estate().add(RDS, "x", replicateSourceDb=elsewhere)
        assert zone(made).lost == ("it names no subnet, so AWS puts it into the default network",)


def test_a_replica_may_name_what_it_copies_by_an_identifier_that_is_put_together() -> None:
    made = estate().add("random:index/randomId:RandomId", "suffix")
    suffix = made.ref("suffix", "hex")

    def ends(text: str) -> Unknown:
        return Unknown(suffix.references, f"{text}-{suffix.text}", suffix.dependencies)

    for given in (ends("shop"), suffix):
        made.set("db", identifier=given)
        for named in ("→ db.identifier", given):
            made.add(RDS, "x", replicateSourceDb=named, vpcSecurityGroupIds=["→ db-sg"])
            assert {each.resource.name for each in zone(made).subnets} == {"data-a", "data-b"}
            assert made.findings() == {}
    made.set("x", replicateSourceDb=ends("other"))
    assert zone(made).lost == ("it names no subnet, so AWS puts it into the default network",)


def test_the_instance_of_a_cluster_is_part_of_it() -> None:
    made = estate().add(CLUSTER, "whole", dbSubnetGroupName="→ db-subnets.name", vpcSecurityGroupIds=["→ db-sg"])
    made.add(REPLICA, "x", clusterIdentifier="→ whole")
    assert {each.resource.name for each in zone(made).subnets} == {"data-a", "data-b"}
    assert {key.rpartition("::")[2] for key in zone(made).groups or ()} == {"db-sg"}
    assert made.findings() == {}
    assert made.set("x", publiclyAccessible=True).found(ADDRESS) == {"x": "violation"}


def test_what_is_only_read_was_there_before() -> None:
    made = estate().read("db")
    assert zone(made, "db").lost[-1] == zone(made, "db").lost_groups[-1] == "db was there before"
    assert (zone(made, "db").public_v4, zone(made, "db").public_v6) == ("unknown", "unknown")
    made = estate().read("db-subnets")
    assert zone(made, "db").lost == ("the subnet group db-subnets was there before",)
    assert zone(made, "db").lost_groups == ()


def test_a_subnet_group_that_is_not_known_is_told() -> None:
    made = estate().set("db", dbSubnetGroupName=Unknown())
    assert zone(made, "db").lost == ("the subnet group is only known after deployment",)
    assert zone(made.set("db", dbSubnetGroupName="theirs"), "db").lost == (
        "the subnet group theirs is not in the plan",
    )


def test_groups_that_are_not_named_are_the_default_ones_of_one_network() -> None:
    made = estate().add("aws:eks/nodeGroup:NodeGroup", "x", subnetIds=["→ compute-a", "→ compute-b"])
    assert ({key.rpartition("::")[2] for key in zone(made).groups or ()}, zone(made).lost_groups) == ({"default"}, ())
    default = ("it names no security group, and its network's default one is not in the plan",)
    assert zone(made.set("x", subnetIds=["subnet-1"])).lost_groups == default
    made.add("aws:ec2/vpc:Vpc", "second", cidrBlock="10.1.0.0/16")
    made.add("aws:ec2/subnet:Subnet", "far", vpcId="→ second", cidrBlock="10.1.0.0/24")
    assert zone(made.set("x", subnetIds=["→ compute-a", "→ far"])).lost_groups == default


NEW = "aws:newest/thing:Thing"


@pytest.mark.parametrize(
    "given",
    [
        {"subnetId": "→ compute-a"},
        {"subnetIds": ["→ compute-a"]},
        {"config": {"mySubnets": ["→ compute-a"]}},
        {"parts": [{"subnet": {"id": "→ compute-a"}}]},
    ],
    ids=repr,
)
def test_a_type_that_is_not_known_stands_in_every_subnet_that_it_names(given: dict[str, Value]) -> None:
    found = zone(estate().add(NEW, "x", **given))
    assert [each.resource.name for each in found.subnets] == ["compute-a"]
    assert (found.kind, found.public_v4, found.public_v6, found.lost) == ("other", "unknown", "unknown", ())
    assert found.lost_groups == (f"the model does not know what {NEW} lets in",)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (NEW, {"tags": {"subnet": "→ compute-a"}}),
        (NEW, {"environmentVariables": {"SUBNET_ID": "→ compute-a"}}),
        (NEW, {"vpcId": "→ vpc"}),
        (NEW, {"subnetName": ""}),
        (NEW, {"config": {"subnet": "subnet-1"}}),
        ("aws:ec2/flowLog:FlowLog", {"subnetId": "→ compute-a"}),
        ("aws:route53/resolverEndpoint:ResolverEndpoint", {"subnetIds": ["→ compute-a"]}),
        ("awsx:newest/thing:Thing", {"subnetId": "→ compute-a"}),
    ],
    ids=repr,
)
def test_what_names_no_subnet_of_the_plan_or_is_no_thing_in_one_is_no_zone(kind: str, given: dict[str, Value]) -> None:
    made = estate().add(kind, "x", **given)
    assert not [each for each in network_of(made.graph()).zones if each.name == "x"]


@pytest.mark.parametrize("sign", ["subnetId", "subnetIds", "subnets", "subnetMappings"])
def test_a_type_that_is_not_known_and_names_a_subnet_elsewhere_is_told(sign: str) -> None:
    assert zone(estate().add(NEW, "x", **{sign: "subnet-1"})).lost == ("the subnet subnet-1 is not in the plan",)


@pytest.mark.parametrize("empty", [None, "", [], {"vpcConfig": None}])
def test_what_names_no_network_stands_in_none(empty: Value) -> None:
    given = empty if isinstance(empty, dict) else {"vpcConfig": empty}
    made = estate().add("aws:lambda/function:Function", "x", **given)
    assert not [each for each in network_of(made.graph()).zones if each.name == "x"]
    made.set("x", vpcConfig={"subnetIds": ["→ compute-a"], "securityGroupIds": ["→ app-sg"]})
    assert [each.resource.name for each in zone(made).subnets] == ["compute-a"]


def test_of_an_endpoint_is_said_which_subnet_and_which_group_are_not_in_the_plan() -> None:
    made = estate().add("aws:ec2/vpcEndpoint:VpcEndpoint", "x", vpcId="→ vpc", vpcEndpointType="Interface",
                        subnetIds=["→ compute-a", "subnet-1"], securityGroupIds=["sg-1"])  # fmt: skip
    found = zone(made)
    assert ([each.resource.name for each in found.subnets], found.kind) == (["compute-a"], "endpoint")
    assert found.lost == ("the subnet subnet-1 is not in the plan",)
    assert found.lost_groups == ("the security group sg-1 is not in the plan",)
    assert (found.public_v4, found.public_v6) == (False, False)
