"""Single servers at two hosts, as they should not be, and an application whose facts do not hold."""

import pulumi
import pulumi_aws as aws

CLOUD_INIT = """#cloud-config
ssh_pwauth: true
packages: [nginx, redis-server]
write_files:
- path: /etc/redis/redis.conf
  content: |
    bind 0.0.0.0
"""


class Application(pulumi.ComponentResource):
    def __init__(self, name, **facts):
        super().__init__("slipway:app:Application", name, facts)


said = {"reason": "It is being moved", "owner": "shop@example.com"}
ended = {"rule": "disk-encrypted", "resource": "aws:ec2/instance:Instance::server", "expires": "2020-01-01", **said}
idle = {"rule": "disk-encrypted", "resource": "aws:ec2/instance:Instance::gone", "expires": "2999-01-01", **said}
Application(
    "shop",
    application="shop",
    environment="production",
    requiredTags={"application": "shop"},
    redis="managed",
    exceptions=[ended, idle],
)
pulumi.CustomResource("digitalocean:index/droplet:Droplet", "alone", {"userData": CLOUD_INIT})
walled = pulumi.CustomResource("digitalocean:index/droplet:Droplet", "walled", {"userData": CLOUD_INIT})
pulumi.CustomResource(
    "digitalocean:index/firewall:Firewall",
    "wall",
    {
        "dropletIds": [walled.id],
        "inboundRules": [
            {"protocol": "tcp", "portRange": "20-25", "sourceAddresses": ["0.0.0.0/1", "128.0.0.0/1"]},
            {"protocol": "tcp", "portRange": "6379", "sourceAddresses": ["0.0.0.0/0"]},
        ],
    },
)

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id)
subnet = aws.ec2.Subnet("front", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
table = aws.ec2.RouteTable("front", vpc_id=vpc.id)
aws.ec2.Route("front", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", gateway_id=gateway.id)
aws.ec2.RouteTableAssociation("front", subnet_id=subnet.id, route_table_id=table.id)
group = aws.ec2.SecurityGroup("web", vpc_id=vpc.id, description="Visitors")
aws.vpc.SecurityGroupIngressRule(
    "redis", security_group_id=group.id, ip_protocol="tcp", from_port=6379, to_port=6379, cidr_ipv4="0.0.0.0/0"
)
server = aws.ec2.Instance(
    "server", subnet_id=subnet.id, vpc_security_group_ids=[group.id], user_data=CLOUD_INIT
)
aws.ec2.Eip("server", domain="vpc", instance=server.id)
pulumi.CustomResource(
    "docker:index/container:Container",
    "shop",
    {
        "image": "registry.example.com/shop:latest",
        "privileged": True,
        "ports": [{"internal": 3000, "external": 3000}],
        "volumes": [{"containerPath": "/var/run/docker.sock", "hostPath": "/var/run/docker.sock"}],
    },
)
