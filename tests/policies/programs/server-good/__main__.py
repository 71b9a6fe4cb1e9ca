"""Single servers at two hosts, as they should be. Of DigitalOcean there is no SDK here, and none is needed."""

import pulumi
import pulumi_aws as aws

CLOUD_INIT = """#cloud-config
ssh_pwauth: false
packages: [nginx, redis-server, unattended-upgrades]
write_files:
- path: /etc/redis/redis.conf
  content: |
    bind 127.0.0.1 ::1
"""
TAGS = {"application": "shop", "environment": "production"}


class Application(pulumi.ComponentResource):
    def __init__(self, name, **facts):
        super().__init__("slipway:app:Application", name, facts)


Application(
    "shop", application="shop", environment="production", requiredTags={"application": "shop"}, redis="none"
)
droplet = pulumi.CustomResource(
    "digitalocean:index/droplet:Droplet", "droplet", {"userData": CLOUD_INIT.replace("redis-server, ", "")}
)
pulumi.CustomResource(
    "digitalocean:index/firewall:Firewall",
    "wall",
    {
        "dropletIds": [droplet.id],
        "inboundRules": [
            {"protocol": "tcp", "portRange": "443", "sourceAddresses": ["0.0.0.0/0", "::/0"]},
            {"protocol": "tcp", "portRange": "22", "sourceAddresses": ["203.0.113.0/24"]},
        ],
    },
)

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags=TAGS)
aws.ec2.DefaultSecurityGroup("default", vpc_id=vpc.id, tags=TAGS)
aws.ec2.FlowLog(
    "refused",
    vpc_id=vpc.id,
    traffic_type="REJECT",
    log_destination_type="s3",
    log_destination="arn:aws:s3:::acme-logs-of-connections",
    tags=TAGS,
)
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id, tags=TAGS)
subnet = aws.ec2.Subnet("front", vpc_id=vpc.id, cidr_block="10.0.0.0/24", tags=TAGS)
table = aws.ec2.RouteTable(
    "front", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}], tags=TAGS
)
aws.ec2.RouteTableAssociation("front", subnet_id=subnet.id, route_table_id=table.id)
web = {"protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": ["::/0"], "description": "Visitors"}
group = aws.ec2.SecurityGroup(
    "web",
    vpc_id=vpc.id,
    description="Visitors",
    ingress=[{**web, "from_port": port, "to_port": port} for port in (80, 443)],
    egress=[{**web, "from_port": 443, "to_port": 443}],
    tags=TAGS,
)
server = aws.ec2.Instance(
    "server",
    ami="ami-0123456789abcdef0",
    instance_type="t4g.small",
    subnet_id=subnet.id,
    vpc_security_group_ids=[group.id],
    metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1},
    root_block_device={"encrypted": True},
    user_data=CLOUD_INIT.replace("redis-server, ", ""),
    tags=TAGS,
)
aws.ec2.Eip("server", domain="vpc", instance=server.id, tags=TAGS)
