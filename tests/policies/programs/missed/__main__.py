"""What a well-known scanner passes as clean, each under a name of its own; an application and a cache in between."""

import json

import pulumi_aws as aws

WORLD = "0.0.0.0/0"
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
subnets = [
    aws.ec2.Subnet(f"data-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{n}.0/24", availability_zone=f"eu-west-1{zone}").id
    for n, zone in enumerate("ab")
]


def group(name, ingress=None):
    """A group with something in it: whatever lets itself be reached."""
    made = aws.ec2.SecurityGroup(name, vpc_id=vpc.id, description="Cache", ingress=ingress)
    aws.elasticache.ReplicationGroup(
        f"{name}-cache",
        description="Cache",
        subnet_group_name=aws.elasticache.SubnetGroup(f"{name}-cache", subnet_ids=subnets).name,
        security_group_ids=[made.id],
    )
    return made


def rule(**given):
    return {"protocol": "tcp", "description": "x", **given}


def alone(name, **given):
    """A rule that stands alone, for a group of the same name."""
    aws.vpc.SecurityGroupIngressRule(name, security_group_id=group(f"{name}-group").id, description="x", **given)


# The cache's port, open to the world, in each way to write it.
group("port-inline", [rule(from_port=6379, to_port=6379, cidr_blocks=[WORLD])])
alone("port-alone", ip_protocol="tcp", from_port=6379, to_port=6379, cidr_ipv4=WORLD)
# Ranges that hold more than they seem to.
group("range-inline", [rule(from_port=5000, to_port=6000, cidr_blocks=[WORLD])])
alone("range-alone", ip_protocol="tcp", from_port=5000, to_port=6000, cidr_ipv4=WORLD)
# Every protocol, which takes no ports.
alone("everything-alone", ip_protocol="-1", cidr_ipv4=WORLD)
aws.ec2.SecurityGroupRule(
    "everything-legacy",
    type="ingress",
    security_group_id=group("everything-legacy-group").id,
    protocol="all",
    from_port=0,
    to_port=0,
    cidr_blocks=[WORLD],
)
# Half of the world, which two rules make whole.
group("half-inline", [rule(from_port=22, to_port=22, cidr_blocks=["0.0.0.0/1"])])
alone("half-alone", ip_protocol="tcp", from_port=3389, to_port=3389, cidr_ipv4="0.0.0.0/1")
# The world over IPv6.
alone("six-alone", ip_protocol="tcp", from_port=22, to_port=22, cidr_ipv6="::/0")
# An open rule before, behind and within one for the group itself.
itself = rule(from_port=0, to_port=65535, self=True)
group("behind-itself", [itself, rule(from_port=22, to_port=22, cidr_blocks=[WORLD])])
group("before-itself", [rule(from_port=22, to_port=22, cidr_blocks=[WORLD]), itself])
group("with-itself", [rule(from_port=22, to_port=22, cidr_blocks=[WORLD], self=True)])

aws.ecs.TaskDefinition(
    "privileged", family="x", container_definitions=json.dumps([{"name": "x", "image": "x:1", "privileged": True}])
)
aws.ecs.TaskDefinition(
    "password-in-environment",
    family="x",
    container_definitions=json.dumps(
        [{"name": "x", "image": "x:1", "environment": [{"name": "DB_PASSWORD", "value": "hunter2"}]}]
    ),
)
aws.rds.Instance(
    "password-in-program", engine="postgres", instance_class="db.t4g.small", username="app", password="hunter2"
)
