"""The way out of private subnets by one small machine."""

import base64
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.iam import SHELL, policy_document, trust
from components.aws.nat_text import nat_user_data
from components.aws.subnets import ANYWHERE

_DISK = 8  # GiB: what Ubuntu's images need


@dataclass(frozen=True, slots=True)
class NatMachine:
    """The machine and those that it forwards for."""

    image_id: pulumi.Input[str]
    """The id of an AMI of Ubuntu."""
    instance_type: str
    """The EC2 instance type."""
    tags: dict[str, str]
    """Tags for the machine, its disk and its network interface."""
    cidr: str
    """The block of the whole network."""
    clients: dict[str, str]
    """The blocks of the subnets that it forwards for, by zone."""


def make_nat_instance(
    name: str,
    machine: NatMachine,
    vpc_id: pulumi.Input[str],
    subnet_id: pulumi.Input[str],
    child: pulumi.ResourceOptions,
) -> aws.ec2.Instance:
    """The machine, which takes TCP from its clients' subnets alone. It replaces itself when its template changes."""
    tags = {**machine.tags, "Name": f"{name}-nat-instance"}
    own = _security_group(name, machine, vpc_id, child)
    template = _launch_template(name, machine, tags, child)
    # Group and subnet are said here and not in the template: AWS takes them from one place only. It gets no public
    # address at its start for the same reason, and since that would be another one each time.
    return aws.ec2.Instance(
        f"{name}-nat-instance",
        # A number, never $Latest: only so a change of the template shows and replaces the machine.
        launch_template=aws.ec2.InstanceLaunchTemplateArgs(id=template.id, version=template.latest_version.apply(str)),
        subnet_id=subnet_id,
        vpc_security_group_ids=[own.id],
        source_dest_check=False,  # else AWS drops what is neither from the machine nor to it: all that it forwards
        tags=tags,
        volume_tags=tags,
        opts=child,
    )


def lead_out_by_instance(
    name: str, instance: aws.ec2.Instance, tables: dict[str, aws.ec2.RouteTable], child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """The route of each zone's table to the machine, and the machine's public address, which outlives it.

    It is another address than a gateway's in the same zone: where one follows the other, both need one for a while.
    """
    address = aws.ec2.Eip(
        f"{name}-nat-instance",
        domain="vpc",
        instance=instance.id,
        tags={"Name": f"{name}-nat-instance"},
        opts=child,
    )
    for zone, table in tables.items():
        aws.ec2.Route(
            f"{name}-compute-{zone}-nat",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            network_interface_id=instance.primary_network_interface_id,
            opts=child,
        )
    return address.public_ip


def _security_group(
    name: str, machine: NatMachine, vpc_id: pulumi.Input[str], child: pulumi.ResourceOptions
) -> aws.ec2.SecurityGroup:
    """TCP in from the clients' subnets, TCP out, nothing else.

    The ports are open because the network does not know its services': what may leave on which port, each machine's
    own group says, as it does before a NAT gateway, which has no group at all. Names and time are answered inside the
    network, so nothing needs UDP. Subnets and not a group are let in, since no machine should have to know by which
    way it leaves.
    """
    own = aws.ec2.SecurityGroup(
        f"{name}-nat-sg",
        vpc_id=vpc_id,
        description=f"{name}: the NAT instance",
        tags={"Name": f"{name}-nat-instance"},
        opts=child,
    )
    for zone, block in machine.clients.items():
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-nat-from-compute-{zone}",
            security_group_id=own.id,
            cidr_ipv4=block,
            description=f"What the compute subnet of {zone} sends outside",
            ip_protocol="tcp",
            from_port=0,
            to_port=65535,
            tags={"Name": f"{name}-nat-from-compute-{zone}"},
            opts=child,
        )
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-nat-to-anywhere",
        security_group_id=own.id,
        cidr_ipv4=ANYWHERE,
        description="What compute subnets send outside",
        ip_protocol="tcp",
        from_port=0,
        to_port=65535,
        tags={"Name": f"{name}-nat-to-anywhere"},
        opts=child,
    )
    return own


def _launch_template(
    name: str, machine: NatMachine, tags: dict[str, str], child: pulumi.ResourceOptions
) -> aws.ec2.LaunchTemplate:
    """A template of its own, since only templates take an image by a parameter's name.

    Its tags are those of the machine's first day: machine and disk get others where they are, and need not be replaced
    for them, as a new version of the template would have it. Only the network interface keeps the first ones.
    """
    once = pulumi.ResourceOptions(ignore_changes=["tagSpecifications"])
    return aws.ec2.LaunchTemplate(
        f"{name}-nat-instance",
        description=f"The NAT instance of {name}",
        update_default_version=True,
        image_id=machine.image_id,
        instance_type=machine.instance_type,
        iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(arn=_profile(name, child).arn),
        # A hop limit of 1 keeps the credentials away from those that the machine forwards for.
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        block_device_mappings=[
            aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name="/dev/sda1",
                ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    volume_type="gp3", volume_size=_DISK, encrypted="true", delete_on_termination="true"
                ),
            )
        ],
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=tags)
            for kind in ("instance", "volume", "network-interface")
        ],
        user_data=base64.b64encode(nat_user_data(machine.cidr, machine.clients.values()).encode()).decode(),
        tags={"Name": f"{name}-nat-instance"},
        opts=pulumi.ResourceOptions.merge(child, once),
    )


def _profile(name: str, child: pulumi.ResourceOptions) -> aws.iam.InstanceProfile:
    """An instance profile that may open a shell session, and no more: there is no SSH."""
    role = aws.iam.Role(
        f"{name}-nat-instance",
        description=f"What the NAT instance of {name} may do",
        assume_role_policy=trust("ec2.amazonaws.com"),
        tags={"Name": f"{name}-nat-instance"},
        opts=child,
    )
    aws.iam.RolePolicy(f"{name}-nat-instance", role=role.id, policy=policy_document(SHELL), opts=child)
    return aws.iam.InstanceProfile(
        f"{name}-nat-instance", role=role.id, tags={"Name": f"{name}-nat-instance"}, opts=child
    )
