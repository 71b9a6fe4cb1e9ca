"""The estate with roads that part on their way: narrow rules, lists with holes, NAT of every kind, networks beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plan.model import Unknown
from tests.policies.network.estate import ASSOCIATION, GROUP, INSTANCE, SUBNET, TABLE, estate
from tests.policies.network.wide import ACL, ENDPOINT

if TYPE_CHECKING:
    from plan.model import Value
    from tests.policies.network.estate import Estate

NAT: Final = "aws:ec2/natGateway:NatGateway"
ALL: Final[dict[str, Value]] = {"action": "allow", "protocol": "-1", "fromPort": 0, "toPort": 0}


def roads() -> Estate:
    """One guest whose traffic takes another way for each destination, and a second network that it is joined with."""
    made = estate()
    _second_network(made)
    _forwarders(made)
    made.add("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", "eigw", vpcId="→ vpc")
    made.add("aws:ec2transitgateway/transitGateway:TransitGateway", "transit")
    made.add(SUBNET, "guest-a", vpcId="→ vpc", cidrBlock="10.0.30.0/24", ipv6CidrBlock="2001:db8:0:30::/64",
             assignIpv6AddressOnCreation=True)  # fmt: skip
    made.add(TABLE, "guest-table", vpcId="→ vpc", routes=[
        {"cidrBlock": "0.0.0.0/0", "natGatewayId": "→ nat"},
        {"cidrBlock": "5.0.0.0/8", "natGatewayId": "→ blind"},
        {"cidrBlock": "6.0.0.0/8", "networkInterfaceId": "→ forwarder.primaryNetworkInterfaceId"},
        {"cidrBlock": "7.0.0.0/8", "natGatewayId": "→ private"},
        {"cidrBlock": "10.0.3.0/24", "networkInterfaceId": "→ forwarder.primaryNetworkInterfaceId"},
        {"cidrBlock": "10.1.0.0/16", "vpcPeeringConnectionId": "→ peering"},
        {"cidrBlock": "10.9.0.0/16", "vpcPeeringConnectionId": "pcx-0123456789abcdef0"},
        {"cidrBlock": "172.16.0.0/12", "transitGatewayId": "→ transit"},
        {"ipv6CidrBlock": "64:ff9b::/96", "natGatewayId": "→ nat"},
        {"ipv6CidrBlock": "::/0", "egressOnlyGatewayId": "→ eigw"},
    ])  # fmt: skip
    made.add(ASSOCIATION, "guest-of", subnetId="→ guest-a", routeTableId="→ guest-table")
    made.add(ENDPOINT, "files", vpcId="→ vpc", serviceName="com.amazonaws.us-east-1.s3", vpcEndpointType="Gateway",
             routeTableIds=["→ guest-table"])  # fmt: skip
    holes: Value = [
        {"ruleNo": 10, "action": "deny", "protocol": "6", "fromPort": 443, "toPort": 443, "cidrBlock": "8.0.0.0/8"},
        {"ruleNo": 20, "action": "deny", "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlock": "10.9.0.128/25"},
        {"ruleNo": 100, **ALL, "cidrBlock": "0.0.0.0/0"},
        {"ruleNo": 101, **ALL, "ipv6CidrBlock": "::/0"},
    ]
    made.add(ACL, "guest-acl", vpcId="→ vpc", subnetIds=["→ guest-a"], egress=holes, ingress=holes)
    made.add(GROUP, "guest-sg", vpcId="→ vpc", description="guest")
    made.out("guest-web", "guest-sg", cidrIpv4="0.0.0.0/0", port=443)
    made.out("guest-v6", "guest-sg", cidrIpv6="::/0", port=443)
    made.out("guest-beyond", "guest-sg", cidrIpv4="10.9.0.0/24", port=9000)
    made.out("guest-office", "guest-sg", cidrIpv4="172.16.1.0/24", ipProtocol="udp", port=53)
    made.out("guest-far", "guest-sg", cidrIpv4="10.1.0.0/25", port=7000)
    made.out("guest-own", "guest-sg", cidrIpv4="10.0.0.0/16", port=3000)
    made.rule("guest-in", "guest-sg", cidrIpv4="10.9.0.0/16", port=8000)
    made.rule("guest-mine", "guest-sg", referencedSecurityGroupId="→ guest-sg", port=4000)
    made.out("guest-mate", "guest-sg", referencedSecurityGroupId="→ guest-sg", ipProtocol="-1")
    made.rule("app-guests", "app-sg", cidrIpv4="10.0.30.0/24", port=3000)
    for name in ("guest", "mate"):
        made.add(INSTANCE, name, subnetId="→ guest-a", vpcSecurityGroupIds=["→ guest-sg"], ipv6AddressCount=1)
    return made


def _second_network(made: Estate) -> None:
    made.add("aws:ec2/vpc:Vpc", "second", cidrBlock="10.1.0.0/16")
    made.add("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "peering", vpcId="→ vpc", peerVpcId="→ second")
    made.add(SUBNET, "second-a", vpcId="→ second", cidrBlock="10.1.0.0/24")
    back: Value = [{"cidrBlock": "10.0.30.0/25", "vpcPeeringConnectionId": "→ peering"}]
    made.add(TABLE, "second-table", vpcId="→ second", routes=back)
    made.add(ASSOCIATION, "second-of", subnetId="→ second-a", routeTableId="→ second-table")
    made.add(GROUP, "second-sg", vpcId="→ second", description="second")
    made.rule("second-in", "second-sg", cidrIpv4="10.0.30.0/24", fromPort=6999, toPort=7001)
    made.add(INSTANCE, "second-machine", subnetId="→ second-a", vpcSecurityGroupIds=["→ second-sg"])


def _forwarders(made: Estate) -> None:
    """A gateway in a subnet that is not known, one without a public address, and a machine that forwards some."""
    made.add(NAT, "blind", subnetId=Unknown(), allocationId="→ nat-address")
    made.add(NAT, "private", subnetId="→ compute-a", connectivityType="private")
    made.add(GROUP, "forwarder-sg", vpcId="→ vpc", description="forwarder")
    made.rule("forwarder-in", "forwarder-sg", cidrIpv4="10.0.30.0/25", ipProtocol="tcp", fromPort=443, toPort=444)
    made.out("forwarder-out", "forwarder-sg", cidrIpv4="6.0.0.0/9", ipProtocol="-1")
    made.add(INSTANCE, "forwarder", subnetId="→ public-a", vpcSecurityGroupIds=["→ forwarder-sg"],
             sourceDestCheck=False, associatePublicIpAddress=True)  # fmt: skip
