"""What stands in a network by the table of types: stores and their ports, gateways, copies, and unknown types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Unknown
from policies.network.model import network_of
from tests.policies.network.estate import Estate, estate

if TYPE_CHECKING:
    from plan.model import Value
    from policies.network.zones import Zone

ADDRESS = "private-without-public-address"


def zone(made: Estate, name: str = "x") -> Zone:
    (found,) = [each for each in network_of(made.graph()).zones if each.name == name]
    return found


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
