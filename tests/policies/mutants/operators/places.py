"""Where things stand: types of a network by their tokens, and conditions on security groups and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.policies.mutants.changes import having, named

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource
    from tests.policies.mutants.changes import Where

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
GROUP, DEFAULT_GROUP = "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
LEGACY = "aws:ec2/securityGroupRule:SecurityGroupRule"
TABLE, ROUTE = "aws:ec2/routeTable:RouteTable", "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
GATEWAY, NAT = "aws:ec2/internetGateway:InternetGateway", "aws:ec2/natGateway:NatGateway"
EGRESS_ONLY = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
ACL, ACL_RULE = "aws:ec2/networkAcl:NetworkAcl", "aws:ec2/networkAclRule:NetworkAclRule"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
INSTANCE, TEMPLATE = "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"
MACHINES = "aws:autoscaling/group:Group"
CACHE, DATABASE = "aws:elasticache/replicationGroup:ReplicationGroup", "aws:rds/instance:Instance"
CACHE_SUBNETS, DATABASE_SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup", "aws:rds/subnetGroup:SubnetGroup"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
WORLD, WORLD_V6 = "0.0.0.0/0", "::/0"
PLACES = {"cache": (CACHE_SUBNETS, "subnetIds"), "database": (DATABASE_SUBNETS, "subnetIds")}
PLACES |= {"compute": (MACHINES, "vpcZoneIdentifiers")}
STORES = {"cache": (CACHE, "securityGroupIds"), "database": (DATABASE, "vpcSecurityGroupIds")}


def group_of(kind: str, path: str) -> Where:
    """Security groups that resources of a type are in."""
    return lambda graph, group: any(group in named(graph, each, path) for each in graph.of_type(kind))


def rule_of(where: Where) -> Where:
    """Rules that stand alone, of such groups."""
    return lambda graph, rule: any(where(graph, each) for each in named(graph, rule, "securityGroupId"))


OF_BALANCER = group_of(BALANCER, "securityGroups")
OF_MACHINES = group_of(TEMPLATE, "networkInterfaces")


IS_NAT = having("sourceDestCheck", value=False)


def not_of_balancer(graph: Graph, group: Resource) -> bool:
    """Groups in which something stands that neither the internet may reach nor may reach all of it."""
    inside = (OF_MACHINES, *(group_of(*place) for place in STORES.values()))
    return any(where(graph, group) for where in inside)


def of_nat(graph: Graph, group: Resource) -> bool:
    """Groups of NAT instances."""
    return any(
        IS_NAT(graph, each) and group in named(graph, each, "vpcSecurityGroupIds") for each in graph.of_type(INSTANCE)
    )


def alone(graph: Graph, _machine: Resource) -> bool:
    """Whether a plan has no load balancer."""
    return not graph.of_type(BALANCER)


def of_the_lone_machine(graph: Graph, group: Resource) -> bool:
    """The groups of the only machine of a plan without a load balancer."""
    return alone(graph, group) and group_of(INSTANCE, "vpcSecurityGroupIds")(graph, group)
