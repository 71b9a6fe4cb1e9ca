"""What is private has no way in from the internet, in every spelling of routes, subnets and addresses.

Longer than 300 lines because every spelling has to stand somewhere.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown
from policies.network.private_subnets import judge_subnets
from tests.policies.network.estate import (
    ASSOCIATION,
    EIP,
    INSTANCE,
    ROUTE,
    SUBNET,
    TABLE,
    as_it_is_deployed,
    as_the_engine_tells,
    estate,
    named,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from plan.model import Value
    from tests.policies.network.estate import Estate

    Change = Callable[[Estate], Estate]

TIERS = {"compute": "app", "data": "cache"}
RULE = {"compute": "compute-subnets-private", "data": "cache-subnets-private"}
MAIN = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
TRANSIT = "aws:ec2transitgateway/transitGateway:TransitGateway"
PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
EGRESS_ONLY = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"


def test_an_estate_in_plain_types_breaks_no_rule() -> None:
    assert estate().findings() == {}


def test_nor_does_it_as_the_engine_tells_of_it() -> None:
    assert as_the_engine_tells(estate()).findings() == {}


def test_nor_does_it_once_it_is_deployed() -> None:
    made = named(estate())
    assert as_it_is_deployed(made).findings() == {}


def test_what_is_deployed_is_judged_as_what_is_planned() -> None:
    for tier, ways in ((tier, to_the_internet(tier)) for tier in TIERS):
        for way in ways.values():
            assert as_it_is_deployed(named(way(estate()))).found(RULE[tier]).keys() == {TIERS[tier]}
    own = as_it_is_deployed(named(estate()))
    known = own.resources["cache-subnets"].inputs["subnetIds"]
    assert isinstance(known, list)
    own.set("cache-subnets", subnetIds=[*known, "subnet-0123456789abcdef0"])
    assert own.found("cache-subnets-private") == {"cache": "unproven"}


def to_the_internet(tier: str) -> dict[str, Change]:
    table = f"{tier}-table"
    return {
        "a route": lambda made: made.add(
            ROUTE, "x", routeTableId=f"→ {table}", destinationCidrBlock="10.9.0.0/16", gatewayId="→ igw"
        ),
        "a route over IPv6": lambda made: made.add(
            ROUTE, "x", routeTableId=f"→ {table}", destinationIpv6CidrBlock="::/0", gatewayId="→ igw"
        ),
        "half of the internet": lambda made: made.add(
            ROUTE, "x", routeTableId=f"→ {table}", destinationCidrBlock="128.0.0.0/1", gatewayId="→ igw"
        ),
        "an inline route": lambda made: made.set(table, routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": "→ igw"}]),
        "an inline route over IPv6": lambda made: made.set(
            table, routes=[{"ipv6CidrBlock": "::/0", "gatewayId": "→ igw"}]
        ),
        "a gateway by its id": lambda made: made.add(
            ROUTE, "x", routeTableId=f"→ {table}", destinationCidrBlock="0.0.0.0/1", gatewayId="igw-0123456789abcdef0"
        ),
        "an egress-only gateway": lambda made: made.add(EGRESS_ONLY, "eigw", vpcId="→ vpc").add(
            ROUTE, "x", routeTableId=f"→ {table}", destinationIpv6CidrBlock="::/0", egressOnlyGatewayId="→ eigw"
        ),
        "the public table": lambda made: made.set(f"{tier}-b-of", routeTableId="→ public-table"),
        "the table of an association": lambda made: made.set(f"{tier}-b-of", routeTableId="→ public-a-of.routeTableId"),
        "the main table, which is the public one": lambda made: made.drop(f"{tier}-b-of").add(
            MAIN, "main", vpcId="→ vpc", routeTableId="→ public-table"
        ),
        "the default table": lambda made: made.drop(f"{tier}-b-of").add(
            DEFAULT_TABLE,
            "main",
            defaultRouteTableId="→ vpc.defaultRouteTableId",
            routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": "→ igw"}],
        ),
        "a route of the main table": lambda made: made.drop(f"{tier}-a-of").add(
            ROUTE, "x", routeTableId="→ vpc.mainRouteTableId", destinationCidrBlock="0.0.0.0/0", gatewayId="→ igw"
        ),
        "a prefix list of the plan": lambda made: made.add(
            "aws:ec2/managedPrefixList:ManagedPrefixList", "list", entries=[{"cidr": "0.0.0.0/0"}]
        ).add(ROUTE, "x", routeTableId=f"→ {table}", destinationPrefixListId="→ list", gatewayId="→ igw"),
    }


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("way", to_the_internet("compute"))
def test_no_way_to_the_internet_is_missed(way: str, tier: str) -> None:
    made = to_the_internet(tier)[way](estate())
    assert made.found(RULE[tier]) == {TIERS[tier]: "violation"}
    told = as_the_engine_tells(to_the_internet(tier)[way](estate())).found(RULE[tier])
    assert told.keys() == {TIERS[tier]}


@pytest.mark.parametrize("tier", TIERS)
def test_it_stands_in_a_public_subnet(tier: str) -> None:
    made = estate().set("app", vpcZoneIdentifiers=["→ compute-a", "→ public-b"])
    made.set("cache-subnets", subnetIds=["→ public-a", "→ data-b"]).set("db-subnets", subnetIds=["→ public-a"])
    assert made.found(RULE[tier]) == {TIERS[tier]: "violation"}
    assert made.found("database-subnets-private") == {"db": "violation"}


def test_the_path_stands_in_the_message() -> None:
    made = estate().set("db-subnets", subnetIds=["→ public-a"])
    graph = made.graph()
    (verdict,) = judge_subnets(graph, "database")
    assert verdict.message.endswith("Path: db → public-a → public-table → 0.0.0.0/0 to igw.")


BEYOND: dict[str, Change] = {
    "a transit gateway": lambda made: made.add(TRANSIT, "tgw").add(
        ROUTE, "x", routeTableId="→ data-table", destinationCidrBlock="0.0.0.0/0", transitGatewayId="→ tgw"
    ),
    "a peered network": lambda made: made.add(PEERING, "pcx", vpcId="→ vpc", peerVpcId="vpc-1").add(
        ROUTE, "x", routeTableId="→ data-table", destinationCidrBlock="0.0.0.0/0", vpcPeeringConnectionId="→ pcx"
    ),
    "a virtual private gateway": lambda made: made.add("aws:ec2/vpnGateway:VpnGateway", "vgw", vpcId="→ vpc").add(
        ROUTE, "x", routeTableId="→ data-table", destinationCidrBlock="0.0.0.0/0", gatewayId="→ vgw"
    ),
    "what is not known": lambda made: made.add(
        ROUTE, "x", routeTableId="→ data-table", destinationCidrBlock="0.0.0.0/0", gatewayId=Unknown()
    ),
    "inline routes that are not known": lambda made: made.set("data-table", routes=Unknown()),
    "an inline route that is secret": lambda made: made.set("data-table", routes=[Secret()]),
    "routes that a gateway tells of": lambda made: made.set("data-table", propagatingVgws=["vgw-1"]),
    "a route of a table that is not known": lambda made: made.add(
        ROUTE, "x", routeTableId=Unknown(), destinationCidrBlock="0.0.0.0/0", gatewayId="→ igw"
    ),
    "an association that is not known": lambda made: made.add(
        ASSOCIATION, "x", subnetId=Unknown(), routeTableId="→ public-table"
    ),
    "a table by its id": lambda made: made.set("data-a-of", routeTableId="rtb-0123456789abcdef0"),
    "a subnet by its id": lambda made: made.set("cache-subnets", subnetIds=["→ data-a", "subnet-0123456789abcdef0"]),
    "subnets that are not known": lambda made: made.set("cache-subnets", subnetIds=Unknown()),
    "a subnet that is secret": lambda made: made.set("cache-subnets", subnetIds=[Secret()]),
    "a subnet group by its name": lambda made: made.set("cache", subnetGroupName="theirs"),
    "a subnet that was there": lambda made: made.drop("data-a-of").read("data-a"),
    "the main table of a network that was there": lambda made: made.drop("data-a-of").read("vpc"),
    "no subnet group": lambda made: made.set("cache", subnetGroupName=None),
}


@pytest.mark.parametrize("change", BEYOND.values(), ids=BEYOND.keys())
def test_what_the_plan_does_not_tell_of_a_way_out_is_unproven(change: Change) -> None:
    assert set(change(estate()).found("cache-subnets-private").values()) == {"unproven"}


FINE: dict[str, Change] = {
    "the main table of a network of the plan": lambda made: made.drop("data-a-of", "data-b-of"),
    "a route to other private networks": lambda made: made.add(TRANSIT, "tgw").add(
        ROUTE, "x", routeTableId="→ data-table", destinationCidrBlock="172.16.0.0/12", transitGatewayId="→ tgw"
    ),
    "the network itself": lambda made: made.set(
        "data-table", routes=[{"cidrBlock": "10.0.0.0/16", "gatewayId": "local"}]
    ),
    "an endpoint of S3": lambda made: made.add(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "s3",
        vpcId="→ vpc",
        vpcEndpointType="Gateway",
        routeTableIds=["→ data-table"],
    ),
    "the name of a subnet group of the plan": lambda made: made.set("cache-subnets", name="ours").set(
        "cache", subnetGroupName="ours"
    ),
    "other subnets that nobody uses": lambda made: made.add(SUBNET, "x", vpcId="→ vpc", cidrBlock="10.0.9.0/24").add(
        ASSOCIATION, "x-of", subnetId="→ x", routeTableId="→ public-table"
    ),
    "another table": lambda made: made.add(
        TABLE, "x", vpcId="→ vpc", routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": "→ igw"}]
    ),
}


@pytest.mark.parametrize("change", FINE.values(), ids=FINE.keys())
def test_what_is_private_passes_however_it_is_written(change: Change) -> None:
    assert change(estate()).found("cache-subnets-private") == {}


@pytest.mark.parametrize("tier", ["cache", "database"])
def test_data_may_not_leave_by_nat_and_compute_may(tier: str) -> None:
    made = estate().set("data-a-of", routeTableId="→ compute-table")
    name = {"cache": "cache", "database": "db"}[tier]
    assert made.found(f"{tier}-subnets-private") == {name: "violation"}
    assert made.found("compute-subnets-private") == {}


ADDRESSED: dict[str, Change] = {
    "by its template": lambda made: made.set(
        "template", networkInterfaces=[{"associatePublicIpAddress": "true", "securityGroups": ["→ app-sg"]}]
    ),
    "by its template, as a boolean": lambda made: made.set(
        "template", networkInterfaces=[{"associatePublicIpAddress": True}]
    ),
    "by its subnets": lambda made: made.set("template", networkInterfaces=[{"securityGroups": ["→ app-sg"]}]).set(
        "compute-b", mapPublicIpOnLaunch=True
    ),
    "by one of several templates": lambda made: made.add(
        "aws:ec2/launchTemplate:LaunchTemplate", "other", networkInterfaces=[{"associatePublicIpAddress": "true"}]
    ).set(
        "app",
        launchTemplate=None,
        mixedInstancesPolicy={"launchTemplate": {"launchTemplateSpecification": {"launchTemplateId": "→ other"}}},
    ),
    "by a launch configuration": lambda made: made.add(
        "aws:ec2/launchConfiguration:LaunchConfiguration",
        "old",
        associatePublicIpAddress=True,
        securityGroups=["→ app-sg"],
    ).set("app", launchTemplate=None, launchConfiguration="→ old.name"),
}


@pytest.mark.parametrize("change", ADDRESSED.values(), ids=ADDRESSED.keys())
def test_a_fleet_has_a_public_address(change: Change) -> None:
    assert change(estate()).found("private-without-public-address") == {"app": "violation"}


@pytest.mark.parametrize(
    "inputs",
    [
        {"launchTemplate": {"id": "lt-0123456789abcdef0"}},
        {"launchTemplate": {"id": Unknown()}},
        {"launchTemplate": Unknown()},
        {"launchTemplate": Secret()},
        {"launchTemplate": None},
    ],
)
def test_a_fleet_from_a_template_that_is_not_in_the_plan_is_unproven(inputs: dict[str, object]) -> None:
    made = estate().set("app", **inputs)  # type: ignore[arg-type]  # values of a plan
    assert made.found("private-without-public-address") == {"app": "unproven"}


def with_machine(**inputs: object) -> Estate:
    made = estate()
    told = {"subnetId": "→ compute-a", "vpcSecurityGroupIds": ["→ app-sg"], **inputs}
    return made.add(INSTANCE, "machine", **told)  # type: ignore[arg-type]  # values of a plan


def test_a_machine_with_an_elastic_address_is_public() -> None:
    assert with_machine().found("private-without-public-address") == {}
    for address in ({"instance": "→ machine"}, {"networkInterface": "→ machine.primaryNetworkInterfaceId"}):
        made = with_machine().add(EIP, "ip", **address)
        assert made.found("private-without-public-address") == {"machine": "violation"}
    joined = (
        with_machine()
        .add(EIP, "ip")
        .add("aws:ec2/eipAssociation:EipAssociation", "x", allocationId="→ ip", instanceId="→ machine")
    )
    assert joined.found("private-without-public-address") == {"machine": "violation"}
    own = with_machine(subnetId=None).add("aws:ec2/networkInterface:NetworkInterface", "eni", subnetId="→ compute-a")
    own.set("machine", networkInterfaces=[{"deviceIndex": 0, "networkInterfaceId": "→ eni"}])
    assert own.found("private-without-public-address") == {}
    assert own.add(EIP, "ip", networkInterface="→ eni").found("private-without-public-address") == {
        "machine": "violation"
    }


def test_an_address_of_something_else_is_unproven() -> None:
    made = estate().add(EIP, "ip", instance=Unknown())
    assert made.found("private-without-public-address") == {"ip": "unproven"}


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("aws:ecs/service:Service", {"networkConfiguration": {"subnets": ["→ compute-a"], "assignPublicIp": True}}),
        ("aws:ecs/service:Service", {"networkConfiguration": {"subnets": ["→ compute-a"], "assignPublicIp": "true"}}),
        ("aws:rds/instance:Instance", {"dbSubnetGroupName": "→ db-subnets", "publiclyAccessible": True}),
        ("aws:redshift/cluster:Cluster", {"publiclyAccessible": True}),
        (INSTANCE, {"subnetId": "→ compute-a", "associatePublicIpAddress": True}),
    ],
)
def test_services_and_databases_with_a_public_address_are_found(kind: str, inputs: dict[str, object]) -> None:
    made = estate().add(kind, "x", **inputs)  # type: ignore[arg-type]  # values of a plan
    assert made.found("private-without-public-address") == {"x": "violation"}


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        (
            "aws:ecs/service:Service",
            {"networkConfiguration": {"subnets": ["→ public-a"], "securityGroups": ["→ app-sg"]}},
        ),
        (
            "aws:lambda/function:Function",
            {"vpcConfig": {"subnetIds": ["→ public-a"], "securityGroupIds": ["→ app-sg"]}},
        ),
        (INSTANCE, {"subnetId": "→ public-a", "vpcSecurityGroupIds": ["→ app-sg"]}),
        ("aws:eks/nodeGroup:NodeGroup", {"subnetIds": ["→ public-a"]}),
        ("aws:batch/computeEnvironment:ComputeEnvironment", {"computeResources": {"subnets": ["→ public-b"]}}),
    ],
)
def test_every_kind_of_compute_is_judged_by_its_subnets(kind: str, inputs: dict[str, object]) -> None:
    made = estate().add(kind, "x", **inputs)  # type: ignore[arg-type]  # values of a plan
    assert made.found("compute-subnets-private") == {"x": "violation"}


PUBLIC = ["→ public-a"]
IN_A_NETWORK: list[tuple[str, Callable[[str], dict[str, object]], str]] = [
    (
        "aws:pipes/pipe:Pipe",
        lambda subnet: {
            "targetParameters": {
                "ecsTaskParameters": {"networkConfiguration": {"awsVpcConfiguration": {"subnets": [subnet]}}}
            }
        },
        "compute",
    ),
    (
        "aws:ecs/expressGatewayService:ExpressGatewayService",
        lambda subnet: {"networkConfigurations": [{"subnets": [subnet]}]},
        "compute",
    ),
    (
        "aws:elasticbeanstalk/environment:Environment",
        lambda subnet: {"settings": [{"namespace": "aws:ec2:vpc", "name": "Subnets", "value": subnet}]},
        "compute",
    ),
    ("aws:rds/proxy:Proxy", lambda subnet: {"vpcSubnetIds": [subnet]}, "compute"),
    ("aws:emr/cluster:Cluster", lambda subnet: {"ec2Attributes": {"subnetId": subnet}}, "compute"),
    ("aws:mwaa/environment:Environment", lambda subnet: {"networkConfiguration": {"subnetIds": [subnet]}}, "compute"),
    ("aws:cloud9/environmentEC2:EnvironmentEC2", lambda subnet: {"subnetId": subnet}, "compute"),
    (
        "aws:ec2/spotFleetRequest:SpotFleetRequest",
        lambda subnet: {"launchSpecifications": [{"subnetId": subnet, "vpcSecurityGroupIds": ["→ app-sg"]}]},
        "compute",
    ),
    ("aws:opensearch/domain:Domain", lambda subnet: {"vpcOptions": {"subnetIds": [subnet]}}, "database"),
    ("aws:msk/cluster:Cluster", lambda subnet: {"brokerNodeGroupInfo": {"clientSubnets": [subnet]}}, "database"),
    (
        "aws:msk/serverlessCluster:ServerlessCluster",
        lambda subnet: {"vpcConfigs": [{"subnetIds": [subnet]}]},
        "database",
    ),
    ("aws:mq/broker:Broker", lambda subnet: {"subnetIds": [subnet]}, "database"),
    ("aws:efs/mountTarget:MountTarget", lambda subnet: {"subnetId": subnet}, "database"),
    ("aws:fsx/openZfsFileSystem:OpenZfsFileSystem", lambda subnet: {"subnetIds": subnet}, "database"),
]


@pytest.mark.parametrize(("kind", "inputs", "rule"), IN_A_NETWORK)
def test_every_service_is_judged_by_its_subnets(
    kind: str, inputs: Callable[[str], dict[str, object]], rule: str
) -> None:
    made = estate().add(kind, "x", **inputs("→ public-a"))  # type: ignore[arg-type]  # values of a plan
    assert made.found(f"{rule}-subnets-private") == {"x": "violation"}
    made = estate().add(kind, "x", **inputs("→ compute-a"))  # type: ignore[arg-type]  # values of a plan
    assert made.findings() == {}


STACK, CONTROL = "aws:cloudformation/stack:Stack", "aws:cloudcontrol/resource:Resource"


@pytest.mark.parametrize(
    ("kind", "inputs", "rule"),
    [
        (STACK, {"templateBody": '{"Resources":{"R":{"Type":"AWS::EC2::Route"}}}'}, "compute-subnets-private"),
        (CONTROL, {"typeName": "AWS::EC2::Route", "desiredState": "{}"}, "cache-subnets-private"),
        (STACK, {"templateBody": Unknown()}, "database-subnets-private"),
        (STACK, {"templateUrl": "https://b.s3.amazonaws.com/t.yaml"}, "compute-subnets-private"),
        (STACK, {"templateBody": "", "templateUrl": Unknown()}, "internet-reaches-load-balancers-only"),
        (
            STACK,
            {"templateBody": "Resources:\n  R:\n    Type: AWS::EC2::SecurityGroupIngress"},
            "internet-reaches-load-balancers-only",
        ),
        (
            CONTROL,
            {"typeName": "AWS::EC2::SecurityGroup", "desiredState": '{"SecurityGroupIngress":[]}'},
            "internet-reaches-load-balancers-only",
        ),
    ],
)
def test_routes_and_groups_of_a_template_are_not_proven(kind: str, inputs: dict[str, object], rule: str) -> None:
    made = estate().add(kind, "x", **inputs)  # type: ignore[arg-type]  # values of a plan
    assert made.found(rule) == {"x": "unproven"}


def test_a_template_of_something_else_is_no_finding() -> None:
    made = estate().add(STACK, "x", templateBody='{"Resources":{"R":{"Type":"AWS::EC2::RouteTable"}}}')
    made.add(CONTROL, "y", typeName="AWS::Logs::LogGroup", desiredState=Unknown())
    assert made.findings() == {}


def with_chain(subnet: str, assign: str) -> Estate:
    made = estate()
    chosen = made.ref(subnet)
    network = {"Subnets": [str(chosen.target)], "AssignPublicIp": assign}
    step = {"Parameters": {"NetworkConfiguration": {"AwsvpcConfiguration": network}}}
    definition = Unknown(chosen.references, json.dumps({"States": {"run": step}}))
    return made.add("aws:sfn/stateMachine:StateMachine", "x", definition=definition)


def test_a_chain_of_steps_runs_tasks_where_its_definition_says() -> None:
    assert with_chain("public-a", "DISABLED").found("compute-subnets-private") == {"x": "violation"}
    assert with_chain("compute-a", "ENABLED").found("private-without-public-address") == {"x": "violation"}
    assert with_chain("compute-a", "DISABLED").findings() == {}


def test_an_environment_says_in_its_settings_that_machines_are_public() -> None:
    def setting(value: str) -> list[Value]:
        subnets: Value = {"namespace": "aws:ec2:vpc", "name": "Subnets", "value": "→ compute-a"}
        return [subnets, {"namespace": "aws:ec2:vpc", "name": "AssociatePublicIpAddress", "value": value}]

    environment = "aws:elasticbeanstalk/environment:Environment"
    made = estate().add(environment, "x", settings=setting("true"))
    assert made.found("private-without-public-address") == {"x": "violation"}
    assert estate().add(environment, "x", settings=setting("false")).findings() == {}


@pytest.mark.parametrize(
    "kind",
    [
        "aws:mq/broker:Broker",
        "aws:redshiftserverless/workgroup:Workgroup",
        "aws:timestreaminfluxdb/dbInstance:DbInstance",
        "aws:dms/replicationInstance:ReplicationInstance",
    ],
)
def test_a_store_with_a_public_address_is_found(kind: str) -> None:
    assert estate().add(kind, "x", publiclyAccessible=True).found("private-without-public-address") == {
        "x": "violation"
    }
    assert estate().add(kind, "x").findings() == {}


def with_fleet(subnet: str) -> Estate:
    made = estate().add("aws:ec2/launchTemplate:LaunchTemplate", "lt", vpcSecurityGroupIds=["→ app-sg"])
    config: dict[str, Value] = {
        "launchTemplateSpecification": {"launchTemplateId": "→ lt"},
        "overrides": [{"subnetId": f"→ {subnet}"}],
    }
    return made.add("aws:ec2/fleet:Fleet", "x", launchTemplateConfigs=[config])


def test_a_fleet_of_one_order_stands_where_its_overrides_say() -> None:
    assert with_fleet("public-a").found("compute-subnets-private") == {"x": "violation"}
    assert "compute-subnets-private" not in with_fleet("compute-a").findings()


def test_what_is_in_no_table_and_names_a_public_subnet_is_not_proven() -> None:
    for inputs in ({"subnetIds": PUBLIC}, {"deep": [{"inTheSubnet": "→ public-a"}]}):
        made = estate().add("aws:new/thing:Thing", "x", **inputs)
        assert made.found("compute-subnets-private") == {"x": "unproven"}
    made = estate().add("aws:new/thing:Thing", "x", subnetIds=["→ compute-a"], tags={"subnet": "→ public-a"})
    assert made.findings() == {}
    assert estate().add("aws:eks/cluster:Cluster", "x", vpcConfig={"subnetIds": PUBLIC}).findings() == {}


@pytest.mark.parametrize(
    ("kind", "inputs", "rule"),
    [
        ("aws:elasticache/serverlessCache:ServerlessCache", {"subnetIds": ["→ public-a"]}, "cache"),
        ("aws:elasticache/cluster:Cluster", {"subnetGroupName": "→ public-group"}, "cache"),
        ("aws:rds/cluster:Cluster", {"dbSubnetGroupName": "→ public-rds"}, "database"),
    ],
)
def test_every_kind_of_data_store_is_judged_by_its_subnets(kind: str, inputs: dict[str, object], rule: str) -> None:
    made = estate().add("aws:elasticache/subnetGroup:SubnetGroup", "public-group", subnetIds=["→ public-a"])
    made.add("aws:rds/subnetGroup:SubnetGroup", "public-rds", subnetIds=["→ public-a"])
    made.add(kind, "x", **inputs)  # type: ignore[arg-type]  # values of a plan
    assert made.found(f"{rule}-subnets-private") == {"x": "violation"}


def test_parts_of_a_larger_store_stand_where_it_stands() -> None:
    made = estate().add("aws:elasticache/cluster:Cluster", "node", replicationGroupId="→ cache")
    made.add("aws:rds/cluster:Cluster", "aurora", dbSubnetGroupName="→ db-subnets", vpcSecurityGroupIds=["→ db-sg"])
    made.add("aws:rds/clusterInstance:ClusterInstance", "member", clusterIdentifier="→ aurora")
    made.add(
        "aws:rds/instance:Instance", "replica", replicateSourceDb="→ db.identifier", vpcSecurityGroupIds=["→ db-sg"]
    )
    assert made.findings() == {}


def test_what_the_program_only_reads_is_its_owner_s_to_judge() -> None:
    made = estate().add("aws:elasticache/cluster:Cluster", "theirs", engine="memcached").read("theirs")
    assert made.findings() == {}


def test_a_second_interface_in_a_private_subnet_hides_nothing() -> None:
    made = estate().add(INSTANCE, "x", subnetId="→ public-a", vpcSecurityGroupIds=["→ app-sg"])
    made.add("aws:ec2/networkInterface:NetworkInterface", "eni", subnetId="→ data-a", securityGroups=["→ app-sg"])
    made.add(
        "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
        "of",
        instanceId="→ x",
        networkInterfaceId="→ eni",
        deviceIndex=1,
    )
    assert made.found("compute-subnets-private") == {"x": "violation"}
    assert made.found("private-without-public-address") == {}
    made.set("public-a", mapPublicIpOnLaunch=True)
    assert made.found("private-without-public-address") == {"x": "violation"}
    made.set("public-a", mapPublicIpOnLaunch=False).set("data-a", mapPublicIpOnLaunch=True)
    assert made.found("private-without-public-address") == {}, "an interface by itself gets none from its subnet"
