"""What stands in subnets, by type: under which inputs it says where, in which groups, and whether it is public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["load balancer", "compute", "cache", "database", "store", "nat", "endpoint", "other"]
"""What something is to a network. `compute` runs the application; of a `store` only its place is known, and of
`other` not even what it is."""

RDS_GROUP: Final = "aws:rds/subnetGroup:SubnetGroup"
CACHE_GROUP: Final = "aws:elasticache/subnetGroup:SubnetGroup"
BALANCERS: Final = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
CLASSIC: Final = "aws:elb/loadBalancer:LoadBalancer"


@dataclass(frozen=True, slots=True)
class Placement:
    """How a type is read. Paths go through lists and maps; several mean all of them.

    `subnet_group` is the input that names a group of subnets, and that group's type. `part_of` is the input that names
    a larger one whose place it shares where it says none of its own. `public` is a switch that is off where absent.
    `private` is one that turns a public address off. `only_with` must be there, else it stands in no network.
    With `own_groups`, AWS makes a security group where none is named, and a place that is not named is one of AWS.
    """

    kind: Kind
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    subnet_group: tuple[str, str] | None = None
    part_of: tuple[str, tuple[str, ...]] | None = None
    public: str = ""
    private: str = ""
    only_with: str = ""
    port: int | None = None
    own_groups: bool = False


# Where tasks of ECS say how they stand in a network.
_ECS: Final = {
    "aws:ecs/service:Service": "networkConfiguration",
    "aws:ecs/taskSet:TaskSet": "networkConfiguration",
    "aws:cloudwatch/eventTarget:EventTarget": "ecsTarget.networkConfiguration",
    "aws:scheduler/schedule:Schedule": "target.ecsParameters.networkConfiguration",
}
# Where others do, and what they call subnets.
_IN_A_NETWORK: Final = {
    "aws:lambda/function:Function": ("vpcConfig", "subnetIds"),
    "aws:codebuild/project:Project": ("vpcConfig", "subnets"),
    "aws:batch/computeEnvironment:ComputeEnvironment": ("computeResources", "subnets"),
}
_RDS_CLUSTER: Final = "aws:rds/cluster:Cluster"
_RDS_INSTANCE: Final = "aws:rds/instance:Instance"
_DOCDB: Final = "aws:docdb/cluster:Cluster"
_NEPTUNE: Final = "aws:neptune/cluster:Cluster"
_REPLICATION_GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
_DB_GROUPS: Final = ("vpcSecurityGroupIds",)

PLACEMENTS: Final[dict[str, Placement]] = {
    **dict.fromkeys(
        BALANCERS,
        Placement("load balancer", ("subnets", "subnetMappings.subnetId"), ("securityGroups",), private="internal"),
    ),
    CLASSIC: Placement("load balancer", ("subnets",), ("securityGroups",), private="internal"),
    **{
        kind: Placement(
            "compute", (f"{at}.subnets",), (f"{at}.securityGroups",), public=f"{at}.assignPublicIp", only_with=at
        )
        for kind, at in _ECS.items()
    },
    **{
        kind: Placement("compute", (f"{at}.{subnets}",), (f"{at}.securityGroupIds",), only_with=at)
        for kind, (at, subnets) in _IN_A_NETWORK.items()
    },
    "aws:eks/nodeGroup:NodeGroup": Placement("compute", ("subnetIds",)),
    "aws:eks/fargateProfile:FargateProfile": Placement("compute", ("subnetIds",)),
    "aws:apprunner/vpcConnector:VpcConnector": Placement("compute", ("subnets",), ("securityGroups",)),
    "aws:sagemaker/notebookInstance:NotebookInstance": Placement(
        "compute", ("subnetId",), ("securityGroups",), only_with="subnetId"
    ),
    _RDS_INSTANCE: Placement(
        "database",
        groups=_DB_GROUPS,
        subnet_group=("dbSubnetGroupName", RDS_GROUP),
        part_of=("replicateSourceDb", (_RDS_INSTANCE,)),
        public="publiclyAccessible",
        port=5432,
    ),
    _RDS_CLUSTER: Placement(
        "database",
        groups=_DB_GROUPS,
        subnet_group=("dbSubnetGroupName", RDS_GROUP),
        part_of=("replicationSourceIdentifier", (_RDS_CLUSTER,)),
        public="publiclyAccessible",
        port=5432,
    ),
    "aws:rds/clusterInstance:ClusterInstance": Placement(
        "database",
        subnet_group=("dbSubnetGroupName", RDS_GROUP),
        part_of=("clusterIdentifier", (_RDS_CLUSTER,)),
        public="publiclyAccessible",
        port=5432,
    ),
    _DOCDB: Placement(
        "database",
        groups=_DB_GROUPS,
        subnet_group=("dbSubnetGroupName", "aws:docdb/subnetGroup:SubnetGroup"),
        port=27017,
    ),
    _NEPTUNE: Placement(
        "database",
        groups=_DB_GROUPS,
        subnet_group=("neptuneSubnetGroupName", "aws:neptune/subnetGroup:SubnetGroup"),
        port=8182,
    ),
    "aws:redshift/cluster:Cluster": Placement(
        "database",
        groups=_DB_GROUPS,
        subnet_group=("clusterSubnetGroupName", "aws:redshift/subnetGroup:SubnetGroup"),
        public="publiclyAccessible",
        port=5439,
    ),
    _REPLICATION_GROUP: Placement(
        "cache",
        groups=("securityGroupIds",),
        subnet_group=("subnetGroupName", CACHE_GROUP),
        part_of=("globalReplicationGroupId", ()),
        port=6379,
    ),
    "aws:elasticache/cluster:Cluster": Placement(
        "cache",
        groups=("securityGroupIds",),
        subnet_group=("subnetGroupName", CACHE_GROUP),
        part_of=("replicationGroupId", (_REPLICATION_GROUP,)),
        port=6379,
    ),
    "aws:elasticache/serverlessCache:ServerlessCache": Placement(
        "cache", ("subnetIds",), ("securityGroupIds",), port=6379
    ),
    "aws:memorydb/cluster:Cluster": Placement(
        "cache",
        groups=("securityGroupIds",),
        subnet_group=("subnetGroupName", "aws:memorydb/subnetGroup:SubnetGroup"),
        port=6379,
    ),
    "aws:dax/cluster:Cluster": Placement(
        "cache",
        groups=("securityGroupIds",),
        subnet_group=("subnetGroupName", "aws:dax/subnetGroup:SubnetGroup"),
        port=8111,
    ),
    "aws:ec2/natGateway:NatGateway": Placement("nat", ("subnetId",)),
}

# Inputs by which a type that is not known here would say that it stands in subnets.
SIGNS: Final = frozenset({"subnetId", "subnetIds", "subnets", "subnetMappings"})
# Types that name subnets and do not stand in them, or that are read elsewhere.
ELSEWHERE: Final = frozenset({
    RDS_GROUP,
    CACHE_GROUP,
    "aws:docdb/subnetGroup:SubnetGroup",
    "aws:neptune/subnetGroup:SubnetGroup",
    "aws:redshift/subnetGroup:SubnetGroup",
    "aws:memorydb/subnetGroup:SubnetGroup",
    "aws:dax/subnetGroup:SubnetGroup",
    "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/networkAcl:NetworkAcl",
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
    "aws:ec2/networkAclAssociation:NetworkAclAssociation",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
    "aws:ec2/subnetCidrReservation:SubnetCidrReservation",
    "aws:ec2/instance:Instance",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    "aws:ec2/networkInterface:NetworkInterface",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
})  # fmt: skip
