"""Services of AWS that stand in subnets and are read by the same table: what runs programs, and what keeps data.

Who names no security group here gets one from AWS, of which nothing is said.
"""

from __future__ import annotations

from typing import Final

from policies.network.placements import Placement

PIPE: Final = "aws:pipes/pipe:Pipe"
STATE_MACHINE: Final = "aws:sfn/stateMachine:StateMachine"
BEANSTALK: Final = "aws:elasticbeanstalk/environment:Environment"

_PIPE_AT: Final = "targetParameters.ecsTaskParameters.networkConfiguration.awsVpcConfiguration"
# Where each says in which subnets and groups it stands, and which switch makes it public.
_COMPUTE: Final = {
    PIPE: (f"{_PIPE_AT}.subnets", f"{_PIPE_AT}.securityGroups", f"{_PIPE_AT}.assignPublicIp"),
    "aws:ecs/expressGatewayService:ExpressGatewayService": (
        *("networkConfigurations.subnets", "networkConfigurations.securityGroups", ""),
    ),
    "aws:rds/proxy:Proxy": ("vpcSubnetIds", "vpcSecurityGroupIds", ""),
    "aws:emr/cluster:Cluster": ("ec2Attributes.subnetId ec2Attributes.subnetIds", "", ""),
    "aws:emrserverless/application:Application": (
        *("networkConfiguration.subnetIds", "networkConfiguration.securityGroupIds", ""),
    ),
    "aws:mwaa/environment:Environment": (
        *("networkConfiguration.subnetIds", "networkConfiguration.securityGroupIds", ""),
    ),
    "aws:sagemaker/domain:Domain": ("subnetIds", "domainSettings.securityGroupIds", ""),
    "aws:sagemaker/model:Model": ("vpcConfig.subnets", "vpcConfig.securityGroupIds", ""),
    "aws:cloud9/environmentEC2:EnvironmentEC2": ("subnetId", "", ""),
    "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": (
        *("subnetId", "securityGroupIds", ""),
    ),
    "aws:glue/connection:Connection": (
        *("physicalConnectionRequirements.subnetId", "physicalConnectionRequirements.securityGroupIdLists", ""),
    ),
    "aws:glue/devEndpoint:DevEndpoint": ("subnetId", "securityGroupIds", ""),
    "aws:synthetics/canary:Canary": ("vpcConfig.subnetIds", "vpcConfig.securityGroupIds", ""),
}
_FSX: Final = ("lustre", "ontap", "openZfs", "windows")
_STORES: Final = {
    **{f"aws:{room}/domain:Domain": ("vpcOptions.subnetIds", "") for room in ("opensearch", "elasticsearch")},
    "aws:msk/cluster:Cluster": ("brokerNodeGroupInfo.clientSubnets", ""),
    "aws:msk/serverlessCluster:ServerlessCluster": ("vpcConfigs.subnetIds", ""),
    "aws:mskconnect/connector:Connector": ("kafkaCluster.apacheKafkaCluster.vpc.subnets", ""),
    "aws:mq/broker:Broker": ("subnetIds", "publiclyAccessible"),
    "aws:redshiftserverless/workgroup:Workgroup": ("subnetIds", "publiclyAccessible"),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": ("vpcSubnetIds", "publiclyAccessible"),
    "aws:timestreaminfluxdb/dbCluster:DbCluster": ("vpcSubnetIds", "publiclyAccessible"),
    "aws:efs/mountTarget:MountTarget": ("subnetId", ""),
    **{f"aws:fsx/{kind}FileSystem:{kind[0].upper()}{kind[1:]}FileSystem": ("subnetIds", "") for kind in _FSX},
}
_REPLICATION: Final = "aws:dms/replicationInstance:ReplicationInstance"

SERVICES: Final[dict[str, Placement]] = {
    **{
        kind: Placement("compute", tuple(subnets.split()), tuple(groups.split()), public=public, own_groups=True)
        for kind, (subnets, groups, public) in _COMPUTE.items()
    },
    # What these say stands in a text: `written` reads it.
    BEANSTALK: Placement("compute", ("subnets",), ("groups",), public="public", own_groups=True),
    STATE_MACHINE: Placement(
        "compute", ("subnets",), ("groups",), public="public", only_with="subnets", own_groups=True
    ),
    _REPLICATION: Placement(
        "compute",
        groups=("vpcSecurityGroupIds",),
        subnet_group=("replicationSubnetGroupId", "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup"),
        public="publiclyAccessible",
        own_groups=True,
    ),
    **{
        kind: Placement("store", (subnets,), public=public, own_groups=True)
        for kind, (subnets, public) in _STORES.items()
    },
}

# Types that are part of a network, as ways through it, whose subnets may be public.
WAYS: Final = frozenset({
    "aws:apigatewayv2/vpcLink:VpcLink",
    "aws:ec2clientvpn/networkAssociation:NetworkAssociation",
    "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint",
    "aws:ec2transitgateway/vpcAttachmentAccepter:VpcAttachmentAccepter",
    "aws:eks/cluster:Cluster",  # the interfaces of its control plane; nodes are told apart
    "aws:networkfirewall/firewall:Firewall",
    "aws:networkmanager/vpcAttachment:VpcAttachment",
    "aws:route53/resolverEndpoint:ResolverEndpoint",
    "aws:verifiedaccess/endpoint:Endpoint",
    "aws:vpclattice/resourceGateway:ResourceGateway",
})  # fmt: skip
