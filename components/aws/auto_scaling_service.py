"""One service on machines of its own, as many as the load wants."""

import base64
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.machine_role import machine_profile
from components.aws.scaling import scale

_WARM_UP = 180  # seconds from a machine's start until it may be judged: the runtime is installed in between
_HTTPS = 443


class FrontDoorArgs(TypedDict):
    """The load balancer's side of a public service."""

    security_group_id: pulumi.Input[str]
    """The load balancer's security group: the only one that is let in."""
    target_group_arn: pulumi.Input[str]
    """The ARN of the service's target group."""


class AutoScalingServiceArgs(TypedDict):
    """What the service's machines are made from."""

    region: str
    """The AWS region."""
    vpc_id: pulumi.Input[str]
    """The id of the VPC."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """The ids of private subnets by zone, with a way out."""
    port: int
    """The TCP port that the service listens on."""
    front_door: NotRequired[FrontDoorArgs]
    """The load balancer's side, for a public service. Nobody is let in without it."""
    memberships: dict[str, pulumi.Input[str]]
    """Ids of security groups to join so as to reach what they are clients of, by what that is."""
    egress_ports: dict[str, int]
    """TCP ports outside that the service connects to, by what is there; 443 is always open."""
    image_id: str
    """An AMI's id, or `resolve:ssm:` and the name of a parameter that never changes its value."""
    instance_type: str
    """The EC2 instance type."""
    disk: int
    """The size of each machine's disk in GiB."""
    min: int
    """The least number of machines."""
    max: int
    """The greatest number of machines."""
    user_data: str
    """The script that a machine runs when it first starts. Nothing secret: everyone on the machine can read it."""
    parameter_path: str
    """The path in Parameter Store whose parameters the machines may read."""
    parameters: dict[str, pulumi.Input[str]]
    """What only deployment tells: environment variables by name, written below `parameter_path`. Nothing secret."""
    tags: dict[str, str]
    """Tags for the machines and disks, which the provider's default tags do not reach."""


class AutoScalingService(pulumi.ComponentResource):
    """Guarantees private machines that only the load balancer reaches, on one port, and that changes replace safely."""

    security_group_id: pulumi.Output[str]
    """The machines' security group."""
    group_name: pulumi.Output[str]
    """The auto-scaling group's name."""

    def __init__(self, name: str, args: AutoScalingServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:AutoScalingService", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        own = _security_group(name, args, child)
        parameters = _parameters(name, args, child)
        template = _launch_template(name, args, own, child)
        group = _group(
            name, args, template, pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=parameters))
        )
        scale(name, group.name, child)
        self.security_group_id = own.id
        self.group_name = group.name
        self.register_outputs({"securityGroupId": self.security_group_id, "groupName": self.group_name})


def _security_group(name: str, args: AutoScalingServiceArgs, child: pulumi.ResourceOptions) -> aws.ec2.SecurityGroup:
    """The machines' group: in from the load balancer, out to the named ports, nothing else."""
    own = aws.ec2.SecurityGroup(
        f"{name}-sg",
        vpc_id=args["vpc_id"],
        description=f"{name}: the machines",
        tags={"Name": name},
        opts=child,
    )
    if "front_door" in args:
        _let_in(name, own, args["port"], args["front_door"], child)
    for role, port in ({"https": _HTTPS} | args["egress_ports"]).items():
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-{role}",
            security_group_id=own.id,
            cidr_ipv4="0.0.0.0/0",
            description=f"To {role} outside, by NAT",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            tags={"Name": f"{name}-to-{role}"},
            opts=child,
        )
    return own


def _let_in(
    name: str, own: aws.ec2.SecurityGroup, port: int, front_door: FrontDoorArgs, child: pulumi.ResourceOptions
) -> None:
    """Both halves of the way from the load balancer, since it has no way out of its own."""
    aws.vpc.SecurityGroupIngressRule(
        f"{name}-from-load-balancer",
        security_group_id=own.id,
        referenced_security_group_id=front_door["security_group_id"],
        description="Requests and health checks from the load balancer",
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        tags={"Name": f"{name}-from-load-balancer"},
        opts=child,
    )
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-to-machines",
        security_group_id=front_door["security_group_id"],
        referenced_security_group_id=own.id,
        description=f"Requests and health checks to {name}",
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        tags={"Name": f"{name}-to-machines"},
        opts=child,
    )


def _parameters(
    name: str, args: AutoScalingServiceArgs, child: pulumi.ResourceOptions
) -> list[pulumi.Input[pulumi.Resource]]:
    return [
        aws.ssm.Parameter(
            f"{name}-{variable}",
            name=f"{args['parameter_path']}/{variable}",
            description=f"{variable} of {name}",
            type="String",
            insecure_value=value,  # as `value` it would count as secret, and a plan could not show where it leads
            tags={"Name": f"{name}-{variable}"},
            opts=child,
        )
        for variable, value in args["parameters"].items()
    ]


def _launch_template(
    name: str, args: AutoScalingServiceArgs, own: aws.ec2.SecurityGroup, child: pulumi.ResourceOptions
) -> aws.ec2.LaunchTemplate:
    profile = machine_profile(name, args["region"], args["parameter_path"], child)
    tags = {**args["tags"], "Name": name}
    return aws.ec2.LaunchTemplate(
        f"{name}-machines",
        description=f"The machines of {name}",
        update_default_version=True,
        image_id=args["image_id"],
        instance_type=args["instance_type"],
        iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(arn=profile.arn),
        # A hop limit of 1 keeps the credentials away from anything that the machine forwards for.
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        monitoring=aws.ec2.LaunchTemplateMonitoringArgs(enabled=True),
        network_interfaces=[
            aws.ec2.LaunchTemplateNetworkInterfaceArgs(
                device_index=0,
                associate_public_ip_address="false",
                delete_on_termination="true",
                security_groups=[own.id, *args["memberships"].values()],
            )
        ],
        block_device_mappings=[
            aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name="/dev/sda1",
                ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    volume_type="gp3", volume_size=args["disk"], encrypted="true", delete_on_termination="true"
                ),
            )
        ],
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=tags)
            for kind in ("instance", "volume", "network-interface")
        ],
        user_data=base64.b64encode(args["user_data"].encode()).decode(),
        tags={"Name": name},
        opts=child,
    )


def _group(
    name: str, args: AutoScalingServiceArgs, template: aws.ec2.LaunchTemplate, opts: pulumi.ResourceOptions
) -> aws.autoscaling.Group:
    """The group. It says no desired number: that is the scaling policies' to change, not a deployment's to reset."""
    return aws.autoscaling.Group(
        f"{name}-machines",
        min_size=args["min"],
        max_size=args["max"],
        vpc_zone_identifiers=list(args["subnet_ids"].values()),
        target_group_arns=[args["front_door"]["target_group_arn"]] if "front_door" in args else None,
        health_check_type="ELB" if "front_door" in args else "EC2",
        health_check_grace_period=_WARM_UP,
        default_instance_warmup=_WARM_UP,
        # A number, never $Latest: only so a change of the template shows, is rolled out and can be rolled back.
        launch_template=aws.autoscaling.GroupLaunchTemplateArgs(
            id=template.id, version=template.latest_version.apply(str)
        ),
        # A new machine is well before an old one goes, also where there is only one.
        instance_refresh=aws.autoscaling.GroupInstanceRefreshArgs(
            strategy="Rolling",
            preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
                min_healthy_percentage=100, max_healthy_percentage=150, auto_rollback=True
            ),
        ),
        tags=[
            aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=False)
            for key, value in {**args["tags"], "Name": name}.items()
        ],
        opts=opts,
    )
