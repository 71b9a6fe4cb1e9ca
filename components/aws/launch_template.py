"""What each machine of a group is made from."""

import base64
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine, before it is told where to stand."""

    image_id: pulumi.Input[str]
    """An AMI's id."""
    instance_type: str
    """The EC2 instance type."""
    disk: int
    """The size of its disk in GiB."""
    user_data: str
    """The script that it runs when it first starts."""
    containers: bool
    """Whether its services run in containers."""
    tags: dict[str, str]
    """Tags for it, its disk and its network interface."""


def launch_template(
    name: str,
    machine: Machine,
    profile_arn: pulumi.Input[str],
    security_groups: list[pulumi.Input[str]],
    child: pulumi.ResourceOptions,
) -> aws.ec2.LaunchTemplate:
    """A template for private machines with encrypted disks, no key for SSH, and metadata that needs a token."""
    tags = {**machine.tags, "Name": name}
    return aws.ec2.LaunchTemplate(
        f"{name}-machines",
        description=f"The machines of {name}",
        update_default_version=True,
        image_id=machine.image_id,
        instance_type=machine.instance_type,
        iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(arn=profile_arn),
        # A hop limit of 1 keeps the credentials away from anything that the machine forwards for. A container stands
        # one hop behind its machine, and its service asks for credentials itself. Tags are there because the machine
        # reads the name of its group from them.
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled",
            http_tokens="required",
            http_put_response_hop_limit=2 if machine.containers else 1,
            instance_metadata_tags="enabled",
        ),
        monitoring=aws.ec2.LaunchTemplateMonitoringArgs(enabled=True),
        network_interfaces=[
            aws.ec2.LaunchTemplateNetworkInterfaceArgs(
                device_index=0,
                associate_public_ip_address="false",
                delete_on_termination="true",
                security_groups=security_groups,
            )
        ],
        block_device_mappings=[
            aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name="/dev/sda1",
                ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    volume_type="gp3", volume_size=machine.disk, encrypted="true", delete_on_termination="true"
                ),
            )
        ],
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=tags)
            for kind in ("instance", "volume", "network-interface")
        ],
        user_data=base64.b64encode(machine.user_data.encode()).decode(),
        tags={"Name": name},
        opts=child,
    )
