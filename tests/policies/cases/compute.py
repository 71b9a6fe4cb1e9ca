"""Plans for the rules about machines."""

from __future__ import annotations

from typing import Any

from plan.model import Secret, Unknown
from policies.aws.types import GROUP, INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE, SPOT, SPOT_FLEET, SUBNET
from tests.policies.cases.building import Cases, a, facts
from tests.policies.plans import opaque, resource, whole

TOKENS = {"httpTokens": "required"}
ROOT = {"deviceName": "/dev/sda1", "ebs": {"encrypted": "true", "volumeSize": 8}}
TEMPLATE = a(LAUNCH_TEMPLATE, "template", metadataOptions=TOKENS, blockDeviceMappings=[ROOT])
BARE = a(LAUNCH_TEMPLATE, "template")
FROM_TEMPLATE = a(INSTANCE, launchTemplate={"id": whole(TEMPLATE), "version": "1"})
PRIVATE = a(SUBNET, "private", availabilityZone="eu-west-1a", mapPublicIpOnLaunch=False)
OTHER = a(SUBNET, "other", availabilityZone="eu-west-1b")
SAME = a(SUBNET, "same", availabilityZone="eu-west-1a")
ANY = a(SUBNET, "any")
PUBLIC = a(SUBNET, "public", mapPublicIpOnLaunch=True)
LB = a("aws:lb/loadBalancer:LoadBalancer", "lb")
NAT_GROUP = a("aws:ec2/securityGroup:SecurityGroup", "nat", description="NAT")
NAT = a(INSTANCE, "nat", sourceDestCheck=False, subnetId=whole(PUBLIC), vpcSecurityGroupIds=[whole(NAT_GROUP)])
TABLE = a("aws:ec2/routeTable:RouteTable", "table")
ROUTE = a(
    "aws:ec2/route:Route",
    "out",
    routeTableId=whole(TABLE),
    destinationCidrBlock="0.0.0.0/0",
    networkInterfaceId=whole(NAT, "primaryNetworkInterfaceId"),
)
CLIENT = a(
    "aws:ec2/routeTableAssociation:RouteTableAssociation", "own", subnetId=whole(PRIVATE), routeTableId=whole(TABLE)
)
OWN_CLIENT = a(
    "aws:ec2/routeTableAssociation:RouteTableAssociation", "own", subnetId=whole(PUBLIC), routeTableId=whole(TABLE)
)
NAT_STANDS = [LB, PUBLIC, PRIVATE, NAT_GROUP, NAT, TABLE, ROUTE, CLIENT]
NAT_LETS_IN = a(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "more",
    securityGroupId=whole(NAT_GROUP),
    ipProtocol="tcp",
    fromPort=443,
    toPort=443,
    cidrIpv4="0.0.0.0/0",
)
EIP, ASSOCIATION = "aws:ec2/eip:Eip", "aws:ec2/eipAssociation:EipAssociation"
VOLUME = "aws:ebs/volume:Volume"


def group(*subnets: Any, **more: Any) -> Any:
    return a(GROUP, minSize=2, maxSize=4, vpcZoneIdentifiers=list(subnets), **more)


def deployed(*subnets: Any) -> Any:
    """A group as the engine tells it once its subnets are there: plain ids, and beside them what they come from."""
    ids = [f"subnet-0123456789abcdef{number}" for number, _ in enumerate(subnets)]
    waits = {"vpcZoneIdentifiers": tuple(each.urn for each in subnets)}
    return resource(GROUP, "it", {"minSize": 2, "maxSize": 4, "vpcZoneIdentifiers": ids}, waits=waits)


CASES = {
    "machine-metadata-v2": Cases(
        good={
            "an instance": [a(INSTANCE, metadataOptions=TOKENS)],
            "a list": [a(INSTANCE, metadataOptions=[TOKENS])],
            "a template": [TEMPLATE],
            "switched off": [a(INSTANCE, metadataOptions={"httpEndpoint": "disabled"})],
            "by its template": [TEMPLATE, FROM_TEMPLATE],
            "by the name of its template": [
                a(LAUNCH_TEMPLATE, "template", name="web", metadataOptions=TOKENS),
                a(INSTANCE, launchTemplate={"name": "web"}),
            ],
            "the region's default": [
                a(INSTANCE),
                a("aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults", "d", httpTokens="required"),
            ],
        },
        bad={
            **{
                f"nothing said by {kind}": [a(kind)] for kind in (INSTANCE, SPOT, LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION)
            },
            "optional": [a(INSTANCE, metadataOptions={"httpTokens": "optional"})],
            "a template": [a(LAUNCH_TEMPLATE, metadataOptions={"httpEndpoint": "enabled"})],
            "a fleet": [a(SPOT_FLEET, launchSpecifications=[{"ami": "ami-1"}])],
            "its template": [BARE, a(INSTANCE, launchTemplate={"id": whole(BARE)})],
            "other than its template": [
                TEMPLATE,
                a(INSTANCE, launchTemplate={"id": whole(TEMPLATE)}, metadataOptions={"httpTokens": "optional"}),
            ],
        },
        unproven={
            "unknown": [a(INSTANCE, metadataOptions=Unknown())],
            "secret": [a(INSTANCE, metadataOptions={"httpTokens": Secret()})],
            "a template of somebody": [a(INSTANCE, launchTemplate={"id": "lt-1"})],
            "a template of somebody, and one that is known": [
                a(INSTANCE, launchTemplate={"id": "lt-1"}),
                a(INSTANCE, "second", launchTemplate={"id": "lt-2"}),
            ],
        },
    ),
    "machine-metadata-one-hop": Cases(
        good={
            "the default": [a(INSTANCE)],
            "one": [a(LAUNCH_TEMPLATE, metadataOptions={"httpPutResponseHopLimit": 1})],
            "switched off": [a(INSTANCE, metadataOptions={"httpEndpoint": "disabled", "httpPutResponseHopLimit": 2})],
        },
        bad={
            "two": [a(LAUNCH_TEMPLATE, metadataOptions={"httpPutResponseHopLimit": 2})],
            "an instance": [a(INSTANCE, metadataOptions={"httpPutResponseHopLimit": "64"})],
        },
        unproven={"unknown": [a(INSTANCE, metadataOptions={"httpPutResponseHopLimit": Unknown()})]},
    ),
    "machine-without-public-address": Cases(
        good={
            "said": [LB, a(INSTANCE, associatePublicIpAddress=False)],
            "said by a text": [LB, a(INSTANCE, associatePublicIpAddress="false")],
            "by its subnet": [LB, PRIVATE, a(INSTANCE, subnetId=whole(PRIVATE))],
            "a template": [a(LAUNCH_TEMPLATE, networkInterfaces=[{"associatePublicIpAddress": "false"}])],
            "a NAT instance": NAT_STANDS,
            "a NAT instance with an address": [*NAT_STANDS, a(EIP, "ip", instance=whole(NAT))],
            "a single server": [a(INSTANCE, associatePublicIpAddress=True)],
            "a single server by its subnet": [PUBLIC, a(INSTANCE, subnetId=whole(PUBLIC))],
        },
        bad={
            "asked": [LB, a(INSTANCE, associatePublicIpAddress=True)],
            "asked for by a spot request": [LB, a(SPOT, associatePublicIpAddress=True)],
            "by its subnet": [LB, PUBLIC, a(INSTANCE, subnetId=whole(PUBLIC))],
            "the default subnet": [LB, a(INSTANCE)],
            "a template": [a(LAUNCH_TEMPLATE, networkInterfaces=[{"associatePublicIpAddress": "true"}])],
            "a second interface": [
                a(LAUNCH_TEMPLATE, networkInterfaces=[{"deviceIndex": 0}, {"associatePublicIpAddress": True}])
            ],
            "a configuration": [a(LAUNCH_CONFIGURATION, associatePublicIpAddress=True)],
            "a fleet": [a(SPOT_FLEET, launchSpecifications=[{"associatePublicIpAddress": True}])],
            "an address": [LB, one := a(INSTANCE, associatePublicIpAddress=False), a(EIP, "ip", instance=whole(one))],
            "an address by association": [LB, one, a(ASSOCIATION, "as", instanceId=whole(one))],
            "dressed up as a NAT instance": [LB, PUBLIC, NAT_GROUP, NAT],
            "a NAT instance that the internet gets in to": [*NAT_STANDS, NAT_LETS_IN],
            "a NAT instance of its own subnet only": [LB, PUBLIC, NAT_GROUP, NAT, TABLE, ROUTE, OWN_CLIENT],
            "routed to, and yet no NAT instance": [
                LB,
                two := a(INSTANCE, associatePublicIpAddress=True),
                a("aws:ec2/route:Route", "out", networkInterfaceId=whole(two, "primaryNetworkInterfaceId")),
            ],
            "one in a private subnet with an address, beside a balancer": [
                *(LB, PRIVATE),
                inner := a(INSTANCE, subnetId=whole(PRIVATE)),
                a(EIP, "ip", instance=whole(inner)),
            ],
            "a subnet that says nothing": [LB, ANY, a(INSTANCE, subnetId=whole(ANY), associatePublicIpAddress=True)],
            "two servers": [
                a(INSTANCE, "one", associatePublicIpAddress=True),
                a(INSTANCE, "two", associatePublicIpAddress=True),
            ],
        },
        unproven={
            "a subnet of somebody": [LB, a(INSTANCE, subnetId="subnet-1")],
            "an interface of somebody": [LB, a(INSTANCE, networkInterfaces=[{"networkInterfaceId": "eni-1"}])],
            "unknown": [LB, a(INSTANCE, associatePublicIpAddress=Unknown())],
        },
    ),
    "disk-encrypted": Cases(
        good={
            "an instance": [a(INSTANCE, rootBlockDevice={"encrypted": True})],
            "more disks": [
                a(
                    INSTANCE,
                    rootBlockDevice={"encrypted": True},
                    ebsBlockDevices=[{"deviceName": "/dev/b", "encrypted": True}],
                )
            ],
            "a template": [TEMPLATE],
            "by its template": [TEMPLATE, FROM_TEMPLATE],
            "the account's default, which is on": [
                a(INSTANCE),
                a("aws:ebs/encryptionByDefault:EncryptionByDefault", "d"),
            ],
            "the account's default": [
                a(INSTANCE),
                a("aws:ebs/encryptionByDefault:EncryptionByDefault", "d", enabled=True),
            ],
            "a volume": [a(VOLUME, encrypted=True)],
            "a disk of the host": [
                a(LAUNCH_TEMPLATE, blockDeviceMappings=[ROOT, {"deviceName": "/dev/sdb", "virtualName": "ephemeral0"}])
            ],
        },
        bad={
            **{
                f"nothing said by {kind}": [a(kind)] for kind in (INSTANCE, SPOT, LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION)
            },
            "a volume": [a(VOLUME, size=8)],
            "off": [a(INSTANCE, rootBlockDevice={"encrypted": False})],
            "the second": [
                a(INSTANCE, rootBlockDevice={"encrypted": True}, ebsBlockDevices=[{"deviceName": "/dev/b"}])
            ],
            "only the second": [
                a(LAUNCH_TEMPLATE, blockDeviceMappings=[{"deviceName": "/dev/sdf", "ebs": {"encrypted": True}}])
            ],
            "a template": [a(LAUNCH_TEMPLATE, blockDeviceMappings=[{"deviceName": "/dev/sda1", "ebs": {}}])],
        },
        unproven={
            "unknown": [a(VOLUME, encrypted=Unknown())],
            "a template of somebody": [a(INSTANCE, launchTemplate={"id": "lt-1"})],
            "templates of somebody": [
                a(INSTANCE, launchTemplate={"id": "lt-1"}),
                a(INSTANCE, "second", launchTemplate={"name": "theirs"}),
            ],
        },
    ),
    "machines-in-two-zones": Cases(
        good={
            "two zones": [facts(), PRIVATE, OTHER, group(whole(PRIVATE), whole(OTHER))],
            "two zones, as a preview tells": [PRIVATE, OTHER, group(opaque(PRIVATE, OTHER), opaque(PRIVATE, OTHER))],
            "two zones, as an up tells": [PRIVATE, OTHER, deployed(PRIVATE, OTHER)],
            "zones by name": [facts(), a(GROUP, availabilityZones=["eu-west-1a", "eu-west-1b"])],
            "staging": [facts("staging"), PRIVATE, group(whole(PRIVATE))],
            "one machine of a disk": [
                facts(),
                PRIVATE,
                a(VOLUME, "data", encrypted=True),
                a(GROUP, maxSize=1, vpcZoneIdentifiers=[whole(PRIVATE)]),
            ],
        },
        bad={
            "one subnet": [facts(), PRIVATE, group(whole(PRIVATE))],
            "nobody says what it is": [PRIVATE, group(whole(PRIVATE))],
            "two subnets in one zone": [facts(), PRIVATE, SAME, group(whole(PRIVATE), whole(SAME))],
            "two subnets in one zone, as an up tells": [PRIVATE, SAME, deployed(PRIVATE, SAME)],
            "the same twice": [facts(), PRIVATE, group(whole(PRIVATE), whole(PRIVATE))],
            "none": [facts(), group()],
            "one zone by name": [facts(), a(GROUP, availabilityZones=["eu-west-1a"])],
            "many machines beside a disk": [facts(), PRIVATE, a(VOLUME, "data"), group(whole(PRIVATE))],
        },
        unproven={
            "subnets of somebody": [facts(), group("subnet-1", "subnet-2")],
            "no zones": [facts(), ANY, PRIVATE, group(whole(ANY), whole(PRIVATE))],
            "unknown": [facts(), a(GROUP, vpcZoneIdentifiers=Unknown())],
        },
    ),
    "group-asks-load-balancer": Cases(
        good={
            "ELB": [group(targetGroupArns=["arn:t"], healthCheckType="ELB")],
            "nothing in front": [group()],
        },
        bad={
            "the default": [group(targetGroupArns=["arn:t"])],
            "EC2": [group(targetGroupArns=["arn:t"], healthCheckType="EC2")],
            "classic": [group(loadBalancers=["old"])],
            "a source of traffic": [group(trafficSources=[{"identifier": "arn:t"}])],
            "attached to a source of traffic": [
                other := group(),
                a(
                    "aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment",
                    "at",
                    autoscalingGroupName=whole(other, "name"),
                ),
            ],
            "attached": [
                one := group(),
                a("aws:autoscaling/attachment:Attachment", "at", autoscalingGroupName=whole(one, "name")),
            ],
        },
        unproven={"unknown": [group(targetGroupArns=["arn:t"], healthCheckType=Unknown())]},
    ),
    "group-uses-launch-template": Cases(
        good={"a template": [group(launchTemplate={"id": "lt-1"})]},
        bad={"a configuration": [group(launchConfiguration="old")], "one by itself": [a(LAUNCH_CONFIGURATION)]},
    ),
}
