"""A whole estate in plain AWS types that breaks no rule on networks, and ways to change it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plan.graph import Graph
from plan.model import Unknown
from policies.network.rules import RULES
from tests.policies.plans import must_be_told_well, plan_of, resource, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.model import Resource, Value

BY_ID = {rule.id: rule for rule in RULES}
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
LEGACY = "aws:ec2/securityGroupRule:SecurityGroupRule"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:ec2/routeTable:RouteTable"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
EIP = "aws:ec2/eip:Eip"


class Estate:
    """Resources by name, in the order in which they were added."""

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {}

    def add(self, kind: str, name: str, /, **inputs: Value) -> Estate:
        """One more resource."""
        self.resources[name] = resource(kind, name, {key: self._meant(value) for key, value in inputs.items()})
        return self

    def set(self, name: str, /, **inputs: Value) -> Estate:
        """Other inputs for one; None takes one away."""
        old = self.resources[name]
        merged = {**old.inputs, **{key: self._meant(value) for key, value in inputs.items()}}
        self.resources[name] = replace(old, inputs={key: value for key, value in merged.items() if value is not None})
        return self

    def drop(self, *names: str) -> Estate:
        """Without these."""
        for name in names:
            del self.resources[name]
        return self

    def read(self, name: str) -> Estate:
        """One that the program only reads."""
        self.resources[name] = replace(self.resources[name], external=True, inputs={})
        return self

    def ref(self, name: str, output: str = "id") -> Unknown:
        """An output of one."""
        return whole(self.resources[name], output)

    def graph(self) -> Graph:
        """Its plan."""
        return Graph(plan_of(sorted(self.resources.values(), key=lambda each: each.urn)))

    def found(self, rule: str) -> dict[str, str]:
        """What a rule finds, by the names of resources; the worse status where one has both."""
        told: dict[str, str] = {}
        for verdict in BY_ID[rule].judge(self.graph()):
            must_be_told_well(verdict)
            name = verdict.urn.rpartition("::")[2]
            told[name] = "violation" if "violation" in (verdict.status, told.get(name)) else "unproven"
        return told

    def findings(self) -> dict[str, dict[str, str]]:
        """What every rule finds."""
        return {rule: found for rule in BY_ID if (found := self.found(rule))}

    def _meant(self, value: Value) -> Value:
        """A text with an arrow names a resource: `→ vpc` its id, `→ vpc.defaultRouteTableId` another output."""
        if isinstance(value, str) and value.startswith("→ "):
            name, _, output = value[2:].partition(".")
            return self.ref(name, output or "id")
        if isinstance(value, list):
            return [self._meant(each) for each in value]
        if isinstance(value, dict):
            return {key: self._meant(each) for key, each in value.items()}
        return value

    def rule(self, name: str, group: str, /, **given: Value) -> Estate:
        """One standalone rule that lets into a group, TCP unless it says otherwise."""
        return self.add(INGRESS, name, securityGroupId=f"→ {group}", **_told(given))

    def out(self, name: str, group: str, /, **given: Value) -> Estate:
        """One standalone rule that lets out of a group."""
        return self.add(EGRESS, name, securityGroupId=f"→ {group}", **_told(given))


def _told(given: Mapping[str, Value]) -> dict[str, Value]:
    port = given.get("port")
    ports: dict[str, Value] = {"fromPort": port, "toPort": port} if port is not None else {}
    named = {key: value for key, value in given.items() if key != "port"}
    return {"ipProtocol": "tcp", "description": "What for", **ports, **named}


def estate() -> Estate:
    """Load balancer, fleet, cache and database in three tiers of subnets, as a plain program would make them."""
    made = Estate()
    made.add("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
    made.add("aws:ec2/internetGateway:InternetGateway", "igw", vpcId="→ vpc")
    made.add("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", vpcId="→ vpc")
    made.add("aws:ec2/flowLog:FlowLog", "log", vpcId="→ vpc", trafficType="ALL")
    for number, (tier, zone) in enumerate((t, z) for t in ("public", "compute", "data") for z in "ab"):
        name = f"{tier}-{zone}"
        made.add(SUBNET, name, vpcId="→ vpc", cidrBlock=f"10.0.{number}.0/24", mapPublicIpOnLaunch=False)
    for tier in ("public", "compute", "data"):
        made.add(TABLE, f"{tier}-table", vpcId="→ vpc")
        for zone in "ab":
            made.add(ASSOCIATION, f"{tier}-{zone}-of", subnetId=f"→ {tier}-{zone}", routeTableId=f"→ {tier}-table")
    made.add(ROUTE, "to-internet", routeTableId="→ public-table", destinationCidrBlock="0.0.0.0/0", gatewayId="→ igw")
    made.add(EIP, "nat-address", domain="vpc")
    made.add("aws:ec2/natGateway:NatGateway", "nat", subnetId="→ public-a", allocationId="→ nat-address")
    made.add(ROUTE, "to-nat", routeTableId="→ compute-table", destinationCidrBlock="0.0.0.0/0", natGatewayId="→ nat")
    for name in ("lb", "app", "cache", "db"):
        made.add(GROUP, f"{name}-sg", vpcId="→ vpc", description=name)
    for port in (80, 443):
        made.rule(f"web-{port}", "lb-sg", cidrIpv4="0.0.0.0/0", port=port)
    made.out("lb-out", "lb-sg", referencedSecurityGroupId="→ app-sg", port=3000)
    made.rule("app-in", "app-sg", referencedSecurityGroupId="→ lb-sg", port=3000)
    for name, port in (("cache", 6379), ("db", 5432)):
        made.out(f"{name}-out", "app-sg", referencedSecurityGroupId=f"→ {name}-sg", port=port)
        made.rule(f"{name}-in", f"{name}-sg", referencedSecurityGroupId="→ app-sg", port=port)
    made.out("app-https", "app-sg", cidrIpv4="0.0.0.0/0", port=443)
    made.add("aws:lb/loadBalancer:LoadBalancer", "lb", subnets=["→ public-a", "→ public-b"], securityGroups=["→ lb-sg"])
    made.add("aws:lb/targetGroup:TargetGroup", "targets", vpcId="→ vpc", port=3000, protocol="HTTP")
    made.add("aws:lb/listener:Listener", "listener", loadBalancerArn="→ lb.arn", port=443, protocol="HTTPS")
    interface: Value = {"associatePublicIpAddress": "false", "securityGroups": ["→ app-sg"]}
    made.add(TEMPLATE, "template", networkInterfaces=[interface])
    subnets: Value = ["→ compute-a", "→ compute-b"]
    made.add("aws:autoscaling/group:Group", "app", vpcZoneIdentifiers=subnets, launchTemplate={"id": "→ template"})
    made.add("aws:elasticache/subnetGroup:SubnetGroup", "cache-subnets", subnetIds=["→ data-a", "→ data-b"])
    made.add(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "cache",
        subnetGroupName="→ cache-subnets.name",
        securityGroupIds=["→ cache-sg"],
    )
    made.add("aws:rds/subnetGroup:SubnetGroup", "db-subnets", subnetIds=["→ data-a", "→ data-b"])
    made.add(
        "aws:rds/instance:Instance",
        "db",
        engine="postgres",
        dbSubnetGroupName="→ db-subnets.name",
        vpcSecurityGroupIds=["→ db-sg"],
    )
    return made


def as_the_engine_tells(made: Estate) -> Estate:
    """The same as the policy host sees it in a preview: unknown leaves say what they wait for, and no more."""
    seen = Estate()
    for name, each in made.resources.items():
        waits = {key: tuple(dict.fromkeys(_waited(value))) for key, value in each.inputs.items()}
        inputs = {key: _opaque(value, waits[key]) for key, value in each.inputs.items()}
        seen.resources[name] = replace(each, inputs=inputs, property_dependencies=waits)
    return seen


def _waited(value: Value) -> list[str]:
    if isinstance(value, Unknown):
        return list(value.dependencies)
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [urn for each in below for urn in _waited(each)]


def _opaque(value: Value, waits: tuple[str, ...]) -> Value:
    if isinstance(value, Unknown):
        return Unknown(dependencies=waits)
    if isinstance(value, dict):
        return {key: _opaque(each, waits) for key, each in value.items()}
    return [_opaque(each, waits) for each in value] if isinstance(value, list) else value


def named(made: Estate) -> Estate:
    """With the names that the provider makes before anything exists."""
    for name, each in made.resources.items():
        key = _NAMES.get(each.type.rpartition(":")[2], _NAMES.get(each.type))
        if key is not None:
            made.set(name, **{key: f"{name}-1234567"})
    return made


_NAMES = {
    "SubnetGroup": "name",
    "LaunchConfiguration": "name",
    "ReplicationGroup": "replicationGroupId",
    "aws:rds/instance:Instance": "identifier",
    "aws:rds/cluster:Cluster": "clusterIdentifier",
}


def as_it_is_deployed(made: Estate) -> Estate:
    """The same as the policy host sees it once it exists: ids in plain text, and what each input waits for."""
    seen = Estate()
    for name, each in as_the_engine_tells(made).resources.items():
        old = made.resources[name].inputs
        inputs = {key: _plain(value, made) for key, value in old.items()}
        seen.resources[name] = replace(each, inputs=inputs)
    return seen


_FORMS = {"Vpc": "vpc", "Subnet": "subnet", "SecurityGroup": "sg", "RouteTable": "rtb", "DefaultSecurityGroup": "sg"}


def _plain(value: Value, made: Estate) -> Value:
    if isinstance(value, Unknown) and value.target is not None:
        name = value.target.urn.rpartition("::")[2]
        if value.target.property in ("name", "identifier"):
            return f"{name}-1234567"
        number = sorted(made.resources).index(name) + 1000
        form = "sg" if "SecurityGroup" in value.target.property else _FORMS.get(value.target.urn.split(":")[-3], "x")
        return f"{form}-{number:017x}"
    if isinstance(value, dict):
        return {key: _plain(each, made) for key, each in value.items()}
    return [_plain(each, made) for each in value] if isinstance(value, list) else value
