"""The estate with one of each thing that the model of networks reads: much of it forbidden, all of it known.

Longer than 300 lines because it is one list, which grows with what the model reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plan.model import Unknown
from tests.policies.network.estate import (
    ASSOCIATION,
    EGRESS,
    EIP,
    GROUP,
    INSTANCE,
    LEGACY,
    ROUTE,
    SUBNET,
    TABLE,
    TEMPLATE,
    Estate,
    estate,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from plan.model import Value

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
INTERFACE = "aws:ec2/networkInterface:NetworkInterface"
ACL = "aws:ec2/networkAcl:NetworkAcl"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"


def wide() -> Estate:
    """Both versions of IP, three networks, every way out and in, every kind of store, lists and groups in all forms."""
    return with_parts(*PARTS)


def doubtful() -> Estate:
    """The estate in which much is not known: of what the model then says nothing is certain."""
    made = estate()
    made.add(SUBNET, "dim", vpcId="→ vpc", cidrBlock="10.0.20.0/24", mapPublicIpOnLaunch=Unknown(),
             ipv6CidrBlock=Unknown())  # fmt: skip
    made.add(TABLE, "dim-table", vpcId="→ vpc", routes=[
        {"cidrBlock": "1.0.0.0/8", "gatewayId": Unknown()},
        {"cidrBlock": "2.0.0.0/8", "natGatewayId": "nat-0123456789abcdef0"},
        {"cidrBlock": "3.0.0.0/8", "networkInterfaceId": "eni-0123456789abcdef0"},
        {"cidrBlock": "4.0.0.0/8"},
        {"cidrBlock": Unknown(), "transitGatewayId": "tgw-1"},
        {"ipv6CidrBlock": "2000::/3", "gatewayId": "vgw-0123456789abcdef0"},
        {"ipv6CidrBlock": "::/0", "gatewayId": "eigw-0123456789abcdef0"},
    ])  # fmt: skip
    made.add("aws:ec2/natGateway:NatGateway", "regional", vpcId="→ vpc", availabilityMode="regional")
    made.add(ROUTE, "by-the-region", routeTableId="→ dim-table", destinationCidrBlock="5.0.0.0/8",
             natGatewayId="→ regional")  # fmt: skip
    made.add(ASSOCIATION, "dim-of", subnetId="→ dim", routeTableId="→ dim-table")
    made.add("aws:ec2/networkAclAssociation:NetworkAclAssociation", "dim-acl-of", networkAclId="acl-0123456789abcdef0",
             subnetId="→ dim")  # fmt: skip
    made.add(GROUP, "dim-sg", vpcId="→ vpc", description="dim")
    made.rule("dim-in", "dim-sg", cidrIpv4="0.0.0.0/0", fromPort=Unknown(), toPort=9000)
    made.rule("dim-office", "dim-sg", cidrIpv4="192.168.0.0/16", port=22)
    made.out("dim-out", "dim-sg", cidrIpv4="0.0.0.0/0", ipProtocol=Unknown())
    made.out("dim-out-v6", "dim-sg", cidrIpv6="::/0", ipProtocol="-1")
    made.add(INSTANCE, "dim-machine", subnetId="→ dim", vpcSecurityGroupIds=["→ dim-sg"])
    made.add(INSTANCE, "dim-v6", subnetId="→ dim", vpcSecurityGroupIds=["→ dim-sg"], enablePrimaryIpv6=True,
             associatePublicIpAddress=False)  # fmt: skip
    made.add(INSTANCE, "dim-template", launchTemplate=Unknown())
    made.add(TEMPLATE, "by-names", securityGroupNames=["theirs"], networkInterfaces=[{"subnetId": "→ dim"}])
    made.add(INSTANCE, "from-names", launchTemplate={"id": "→ by-names"})
    made.add(INTERFACE, "held", subnetId="→ dim", attachments=[{"instance": "→ dim-v6", "deviceIndex": 1}],
             securityGroups=["→ app-sg"], ipv6Addresses=["2001:db8::1"])  # fmt: skip
    made.add(EIP, "nobodys", instance=Unknown())
    made.add(BALANCER, "dim-lb", subnets=["→ public-a", "→ public-b"], securityGroups=["→ lb-sg"], internal=Unknown(),
             ipAddressType=Unknown())  # fmt: skip
    made.add("aws:memorydb/cluster:Cluster", "dim-cache", subnetGroupName="theirs", networkType=Unknown())
    made.add("aws:rds/instance:Instance", "dim-db", engine=Unknown(), dbSubnetGroupName="→ db-subnets.name",
             vpcSecurityGroupIds=["→ db-sg"], publiclyAccessible=Unknown())  # fmt: skip
    made.add("aws:vpc/routeServerPropagation:RouteServerPropagation", "told", routeTableId="→ compute-table")
    made.add(GROUP, "listed-sg", vpcId="→ vpc", description="listed")
    made.rule("no-block", "listed-sg", cidrIpv4="10.0.0.0/99", port=80)
    made.rule("no-list", "listed-sg", prefixListId="pl-0123456789abcdef0", port=80)
    made.add("aws:ec2/managedPrefixList:ManagedPrefixList", "dark", entries=Unknown())
    made.rule("dark-list", "listed-sg", prefixListId="→ dark", port=80)
    made.add(INSTANCE, "listed", subnetId="→ compute-a", vpcSecurityGroupIds=["→ listed-sg"])
    return made


def single() -> Estate:
    """One server on the internet, without a load balancer."""
    made = Estate()
    made.add("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16", assignGeneratedIpv6CidrBlock=True)
    made.add("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", vpcId="→ vpc")
    made.add("aws:ec2/internetGateway:InternetGateway", "igw", vpcId="→ vpc")
    made.add(SUBNET, "public", vpcId="→ vpc", cidrBlock="10.0.0.0/24", ipv6CidrBlock="2001:db8::/64")
    made.add(TABLE, "table", vpcId="→ vpc", routes=[
        {"cidrBlock": "0.0.0.0/0", "gatewayId": "→ igw"}, {"ipv6CidrBlock": "::/0", "gatewayId": "→ igw"},
    ])  # fmt: skip
    made.add(ASSOCIATION, "of", subnetId="→ public", routeTableId="→ table")
    made.add(GROUP, "sg", vpcId="→ vpc", description="web")
    for port in (80, 443):
        made.rule(f"web-{port}", "sg", cidrIpv4="0.0.0.0/0", port=port)
    made.rule("web-v6", "sg", cidrIpv6="::/0", port=8443)
    made.out("out", "sg", cidrIpv4="0.0.0.0/0", port=443)
    return made.add(INSTANCE, "server", subnetId="→ public", vpcSecurityGroupIds=["→ sg"], ipv6AddressCount=1,
                    associatePublicIpAddress=True)  # fmt: skip


def with_parts(*names: str) -> Estate:
    """The estate with some of these."""
    made = estate()
    for name in names:
        PARTS[name](made)
    return made


def _addresses(made: Estate) -> None:
    made.add(
        "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        "more-v4",
        vpcId="→ vpc",
        cidrBlock="100.64.0.0/24",
    )
    made.add(
        "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
        "more-v6",
        vpcId="→ vpc",
        ipv6CidrBlock="2001:db8::/56",
    )
    dual: dict[str, Value] = {"assignIpv6AddressOnCreation": True, "mapPublicIpOnLaunch": True}
    made.add(SUBNET, "dual", vpcId="→ vpc", cidrBlock="10.0.8.0/24", ipv6CidrBlock="2001:db8::/64", **dual)
    made.add(ASSOCIATION, "dual-of", subnetId="→ dual", routeTableId="→ public-table")
    made.add("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", "eigw", vpcId="→ vpc")
    made.add(
        ROUTE,
        "v6-out",
        routeTableId="→ compute-table",
        destinationIpv6CidrBlock="::/0",
        egressOnlyGatewayId="→ eigw",
    )
    made.add(ROUTE, "v6-in", routeTableId="→ public-table", destinationIpv6CidrBlock="2000::/3", gatewayId="→ igw")


def _second_network(made: Estate) -> None:
    made.add("aws:ec2/vpc:Vpc", "other", cidrBlock="10.1.0.0/16")
    made.add("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "peering", vpcId="→ vpc", peerVpcId="→ other")
    made.add(SUBNET, "far", vpcId="→ other", cidrBlock="10.1.0.0/24")
    there: Value = [{"cidrBlock": "10.0.0.0/16", "vpcPeeringConnectionId": "→ peering"}]
    made.add(TABLE, "far-table", vpcId="→ other", routes=there)
    made.add(
        "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
        "far-main",
        vpcId="→ other",
        routeTableId="→ far-table",
    )
    for tier in ("compute", "data"):
        made.add(
            ROUTE,
            f"{tier}-there",
            routeTableId=f"→ {tier}-table",
            destinationCidrBlock="10.1.0.0/16",
            vpcPeeringConnectionId="→ peering",
        )
    made.add(GROUP, "far-sg", vpcId="→ other", description="far")
    made.out("far-out", "far-sg", cidrIpv4="10.0.0.0/16", ipProtocol="-1")
    made.rule("far-in", "far-sg", cidrIpv4="10.0.2.0/23", port=9000)
    made.add(INSTANCE, "worker", subnetId="→ far", vpcSecurityGroupIds=["→ far-sg"], associatePublicIpAddress=False)
    made.add("aws:ec2/defaultVpc:DefaultVpc", "old")
    made.add("aws:ec2/defaultSubnet:DefaultSubnet", "old-a", vpcId="→ old", cidrBlock="172.31.0.0/20")


def _ways(made: Estate) -> None:
    made.add("aws:ec2/vpnGateway:VpnGateway", "vgw", vpcId="→ vpc")
    made.add("aws:ec2transitgateway/transitGateway:TransitGateway", "transit", description="to the others")
    office: dict[str, Value] = {"routeTableId": "→ data-table", "destinationCidrBlock": "192.168.0.0/16"}
    made.add(ROUTE, "to-office", **office, transitGatewayId="→ transit")
    made.add(
        "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
        "told",
        vpnGatewayId="→ vgw",
        routeTableId="→ compute-table",
    )
    made.add("aws:ec2/managedPrefixList:ManagedPrefixList", "partners", entries=[{"cidr": "203.0.113.0/24"}])
    made.add(
        "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
        "partner",
        prefixListId="→ partners",
        cidr="198.51.100.0/24",
    )
    made.add(
        ROUTE, "to-partners", routeTableId="→ data-table", destinationPrefixListId="→ partners", natGatewayId="→ nat"
    )
    inline: Value = [
        {"cidrBlock": "0.0.0.0/0", "instanceId": "→ forwarder"},
        {"cidrBlock": "198.18.0.0/15", "networkInterfaceId": "→ eni"},
        {"cidrBlock": "192.0.2.0/24", "gatewayId": "local"},
    ]
    made.add(GROUP, "forwarder-sg", vpcId="→ vpc", description="forwards")
    made.rule("forward-in", "forwarder-sg", cidrIpv4="10.0.0.0/16", ipProtocol="-1")
    made.out("forward-out", "forwarder-sg", cidrIpv4="0.0.0.0/0", fromPort=443, toPort=443)
    made.add(
        INSTANCE,
        "forwarder",
        subnetId="→ public-b",
        vpcSecurityGroupIds=["→ forwarder-sg"],
        sourceDestCheck=False,
        associatePublicIpAddress=True,
    )
    made.add(INTERFACE, "eni", subnetId="→ public-a", securityGroups=["→ forwarder-sg"], sourceDestCheck="false")
    made.add(SUBNET, "batch", vpcId="→ vpc", cidrBlock="10.0.9.0/24")
    made.add(TABLE, "batch-table", vpcId="→ vpc", routes=inline)
    made.add(
        ROUTE,
        "by-an-id",
        routeTableId="→ batch-table",
        destinationCidrBlock="192.0.3.0/24",
        gatewayId="igw-0123456789abcdef0",
    )
    made.add(ASSOCIATION, "batch-of", subnetId="→ batch", routeTableId="→ batch-table")
    made.add("aws:ec2/defaultRouteTable:DefaultRouteTable", "main", defaultRouteTableId="→ vpc.defaultRouteTableId",
             routes=[{"cidrBlock": "0.0.0.0/0", "natGatewayId": "→ nat"}])  # fmt: skip
    made.add(SUBNET, "spare", vpcId="→ vpc", cidrBlock="10.0.10.0/24")


def _lists(made: Estate) -> None:
    let_in: Value = [
        {"ruleNo": 90, "action": "deny", "protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlock": "0.0.0.0/0"},
        {"ruleNo": 100, "action": "allow", "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlock": "10.0.0.0/8"},
        {
            "ruleNo": 110,
            "action": "allow",
            "protocol": "6",
            "fromPort": 1024,
            "toPort": 65535,
            "cidrBlock": "0.0.0.0/0",
        },
        {"ruleNo": 120, "action": "allow", "protocol": "1", "icmpType": 8, "icmpCode": -1, "cidrBlock": "0.0.0.0/0"},
    ]
    let_out: Value = [
        {"ruleNo": 100, "action": "Allow", "protocol": "all", "fromPort": 0, "toPort": 0, "cidrBlock": "0.0.0.0/0"}
    ]
    made.add(ACL, "batch-acl", vpcId="→ vpc", ingress=let_in, egress=let_out, subnetIds=["→ batch"])
    made.add(ACL, "dual-acl", vpcId="→ vpc")
    made.add("aws:ec2/networkAclAssociation:NetworkAclAssociation", "dual-acl-of", networkAclId="→ dual-acl",
             subnetId="→ dual")  # fmt: skip
    told: dict[str, Value] = {"networkAclId": "→ dual-acl", "ruleAction": "allow", "protocol": "tcp"}
    made.add("aws:ec2/networkAclRule:NetworkAclRule", "dual-in", ruleNumber=100, fromPort=1, toPort=65535,
             ipv6CidrBlock="::/0", **told)  # fmt: skip
    made.add("aws:ec2/networkAclRule:NetworkAclRule", "dual-out", ruleNumber=100, fromPort=1024, toPort=65535,
             ipv6CidrBlock="::/0", egress=True, **told)  # fmt: skip
    made.add("aws:ec2/networkAclRule:NetworkAclRule", "dual-v4", ruleNumber=200, fromPort=443, toPort=443,
             cidrBlock="0.0.0.0/0", **told)  # fmt: skip
    made.add("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "far-acl",
             defaultNetworkAclId="→ other.defaultNetworkAclId", ingress=let_in, egress=let_out)  # fmt: skip


def _machines(made: Estate) -> None:
    made.add(GROUP, "batch-sg", vpcId="→ vpc", description="batch", ingress=[
        {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["10.0.0.0/8"], "description": "people"},
        {"protocol": "icmp", "fromPort": -1, "toPort": -1, "cidrBlocks": ["0.0.0.0/0"], "description": "ping"},
        {"protocol": "tcp", "fromPort": 7000, "toPort": 7010, "self": True, "description": "each other"},
        {"protocol": "tcp", "fromPort": 8443, "toPort": 8443, "ipv6CidrBlocks": ["::/0"], "description": "web"},
        {"protocol": "udp", "fromPort": 53, "toPort": 53, "securityGroups": ["→ app-sg"], "description": "names"},
    ], egress=[
        {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"], "ipv6CidrBlocks": ["::/0"]},
    ])  # fmt: skip
    made.add(INTERFACE, "batch-eni", subnetId="→ batch", securityGroups=["→ batch-sg"])
    made.add(INSTANCE, "batch-machine", networkInterfaces=[{"deviceIndex": 0, "networkInterfaceId": "→ batch-eni"}])
    made.add(EIP, "batch-address", networkInterface="→ batch-eni")
    made.add(INSTANCE, "dual-machine", subnetId="→ dual", securityGroups=["→ batch-sg"], ipv6AddressCount=1)
    made.add(INTERFACE, "second", subnetId="→ data-a", securityGroups=["→ db-sg"], ipv6AddressCount=0)
    made.add("aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment", "attached", instanceId="→ dual-machine",
             networkInterfaceId="→ second", deviceIndex=1)  # fmt: skip
    made.add("aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment", "also",
             networkInterfaceId="→ second", securityGroupId="→ cache-sg")  # fmt: skip
    made.add("aws:ec2/eipAssociation:EipAssociation", "held", instanceId="→ worker", allocationId="→ nat-address.id")
    made.add(TEMPLATE, "spot-template", vpcSecurityGroupIds=["→ batch-sg"])
    made.add("aws:autoscaling/group:Group", "spots", vpcZoneIdentifiers=["→ compute-a", "→ spare"],
             mixedInstancesPolicy={"launchTemplate": {"launchTemplateSpecification": {
                 "launchTemplateId": "→ spot-template"}}})  # fmt: skip
    made.add("aws:ec2/launchConfiguration:LaunchConfiguration", "config", securityGroups=["→ app-sg"],
             associatePublicIpAddress=True)  # fmt: skip
    made.add(
        "aws:autoscaling/group:Group", "older", vpcZoneIdentifiers=["→ batch"], launchConfiguration="→ config.name"
    )
    made.add("aws:ecs/service:Service", "tasks", networkConfiguration={
        "subnets": ["→ compute-a"], "securityGroups": ["→ app-sg"], "assignPublicIp": "true",
    }, loadBalancers=[{"targetGroupArn": "→ targets.arn", "containerPort": 3000}])  # fmt: skip
    made.add("aws:lambda/function:Function", "hook", vpcConfig={"subnetIds": ["→ compute-b"],
             "securityGroupIds": ["→ app-sg"]})  # fmt: skip
    made.add("aws:codebuild/project:Project", "build", vpcConfig={"subnets": ["→ compute-a"],
             "securityGroupIds": ["→ app-sg"]})  # fmt: skip


def _balancers(made: Estate) -> None:
    made.add(BALANCER, "nlb", loadBalancerType="network", subnetMappings=[{"subnetId": "→ public-a"}], internal=False)
    made.add(LISTENER, "nlb-tls", loadBalancerArn="→ nlb.arn", port=443, protocol="TLS")
    made.add(LISTENER, "nlb-dns", loadBalancerArn="→ nlb.arn", port=53, protocol="UDP")
    made.add(BALANCER, "inner", subnets=["→ compute-a", "→ compute-b"], securityGroups=["→ lb-sg"], internal=True,
             ipAddressType="dualstack")  # fmt: skip
    made.add("aws:elb/loadBalancer:LoadBalancer", "classic", subnets=["→ public-a"], securityGroups=["→ lb-sg"],
             instances=["→ batch-machine"], healthCheck={"target": "HTTP:8081/health"},
             listeners=[{"instancePort": 8080, "lbPort": 80}])  # fmt: skip
    made.add("aws:lb/targetGroupAttachment:TargetGroupAttachment", "one-target", targetGroupArn="→ targets.arn",
             targetId="→ batch-machine", port=3001)  # fmt: skip
    made.set("targets", healthCheck={"port": "3002"})


def _stores(made: Estate) -> None:
    made.add("aws:rds/cluster:Cluster", "aurora", engine="aurora-mysql", dbSubnetGroupName="→ db-subnets.name",
             vpcSecurityGroupIds=["→ db-sg"])  # fmt: skip
    made.add("aws:rds/clusterInstance:ClusterInstance", "aurora-1", clusterIdentifier="→ aurora.id",
             publiclyAccessible=True)  # fmt: skip
    made.add("aws:rds/instance:Instance", "copy", replicateSourceDb="→ db.identifier", port="5433")
    made.add("aws:elasticache/cluster:Cluster", "pages", engine="memcached", subnetGroupName="→ cache-subnets.name",
             securityGroupIds=["→ cache-sg"])  # fmt: skip
    made.add("aws:elasticache/serverlessCache:ServerlessCache", "light", engine="valkey", subnetIds=["→ public-a"],
             securityGroupIds=["→ cache-sg"])  # fmt: skip
    made.add("aws:memorydb/subnetGroup:SubnetGroup", "memory-subnets", subnetIds=["→ data-a"])
    made.add("aws:memorydb/cluster:Cluster", "memory", subnetGroupName="→ memory-subnets.name",
             securityGroupIds=["→ cache-sg"], networkType="dual_stack")  # fmt: skip
    made.add("aws:docdb/subnetGroup:SubnetGroup", "documents-subnets", subnetIds=["→ compute-a"])
    made.add("aws:docdb/cluster:Cluster", "documents", dbSubnetGroupName="→ documents-subnets.name",
             vpcSecurityGroupIds=["→ db-sg"])  # fmt: skip
    made.add("aws:workspaces/directory:Directory", "queue", subnetIds=["→ data-a"])


def _endpoints(made: Estate) -> None:
    made.add(ENDPOINT, "s3", vpcId="→ vpc", serviceName="com.amazonaws.us-east-1.s3", routeTableIds=["→ data-table"])
    made.add("aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation", "s3-too",
             vpcEndpointId="→ s3", routeTableId="→ compute-table")  # fmt: skip
    made.out("to-s3", "app-sg", prefixListId="→ s3.prefixListId", port=443)
    made.add(GROUP, "endpoint-sg", vpcId="→ vpc", description="endpoints")
    made.rule("endpoint-in", "endpoint-sg", cidrIpv4="10.0.0.0/16", port=443)
    made.add(ENDPOINT, "logs", vpcId="→ vpc", vpcEndpointType="Interface", serviceName="com.amazonaws.us-east-1.logs",
             subnetIds=["→ compute-a"], securityGroupIds=["→ endpoint-sg"])  # fmt: skip
    made.add("aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation", "logs-b", vpcEndpointId="→ logs",
             subnetId="→ compute-b")  # fmt: skip
    made.add("aws:ec2/securityGroupAssociation:SecurityGroupAssociation", "logs-sg", vpcEndpointId="→ logs",
             securityGroupId="→ app-sg")  # fmt: skip


def _groups(made: Estate) -> None:
    told: dict[str, Value] = {"type": "ingress", "protocol": "tcp", "fromPort": 6000, "toPort": 7000}
    made.add(LEGACY, "old-in", securityGroupId="→ cache-sg", cidrBlocks=["10.0.0.0/16"], **told)
    made.add(LEGACY, "old-peer", securityGroupId="→ db-sg", sourceSecurityGroupId="→ batch-sg", **told)
    made.add(LEGACY, "old-self", securityGroupId="→ db-sg", self=True, **told)
    made.add(LEGACY, "old-list", securityGroupId="→ db-sg", prefixListIds=["→ partners"], **told)
    made.rule("partners-in", "db-sg", prefixListId="→ partners", port=5432)
    made.rule("office-in", "app-sg", cidrIpv4="192.168.0.0/16", port=22)
    made.rule("v6-world", "app-sg", cidrIpv6="::/0", fromPort=8000, toPort=9000)
    made.rule("pings", "app-sg", cidrIpv4="10.0.0.0/16", ipProtocol="icmp", fromPort=-1, toPort=-1)
    made.add(EGRESS, "v6-everywhere", securityGroupId="→ app-sg", ipProtocol="-1", cidrIpv6="::/0", description="all")


PARTS: Final[dict[str, Callable[[Estate], None]]] = {
    "addresses": _addresses,
    "second network": _second_network,
    "ways": _ways,
    "lists": _lists,
    "machines": _machines,
    "balancers": _balancers,
    "stores": _stores,
    "endpoints": _endpoints,
    "groups": _groups,
}
# Each part with those that it refers to.
NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "lists": ("addresses", "second network", "ways"),
    "machines": ("addresses", "second network", "ways"),
    "balancers": ("addresses", "second network", "ways", "machines"),
    "groups": ("addresses", "second network", "ways", "machines"),
}
