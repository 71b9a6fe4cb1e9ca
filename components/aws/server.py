"""A single server at Amazon: one machine of EC2 in a network of its own."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.aws.daily_snapshots import Kept, daily_snapshots, snapshot_role
from components.aws.data_volume import DataVolume
from components.aws.notifications import topic
from components.aws.server_network import Placed, server_network
from components.aws.snapshots import TAG
from components.server.args import ServerArgs

_DAYS = 7  # that snapshots are kept
_DEVICE = "/dev/sdf"  # for EC2's books; the machine sees an NVMe disk that carries the volume's id
_MINUTES = 3


class AwsServer(pulumi.ComponentResource):
    """Guarantees one machine with encrypted disks in a network of its own, which keeps its volume and address.

    The order of a replacement: the old machine is shut down and ended, by which AWS takes volume and address off it;
    the new one is made, and gets both. A new one could not come first: the volume is at one machine at a time, and one
    that is in use loses what was being written when it is taken away. Meanwhile nothing answers. The machine has to
    wait for its volume when it first starts, since that comes a little later; so does its address, and what it calls
    before that is not answered.

    AWS moves the machine to other hardware where its own fails, and tells of a machine that is not well for three
    minutes. Its metadata service asks for a token. It has no rights in AWS. AWS takes one key for SSH: the first that
    is known to the account, else the first of `ssh_keys`.
    """

    address: pulumi.Output[str]
    """The IPv4 address, which outlives the server."""
    address6: pulumi.Output[str]
    """The IPv6 address, which goes with the server."""
    server_id: pulumi.Output[str]
    """The instance's id."""

    def __init__(self, name: str, args: ServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:AwsServer", name, {}, opts)
        self._prefix, self._args = name, args
        self._region = args["location"][:-1]
        self._child = pulumi.ResourceOptions(parent=self)
        placed = server_network(name, args, self._child)
        machine = self._make_machine(placed)
        address = aws.ec2.Eip(
            f"{name}-address", domain="vpc", instance=machine.id, tags={"Name": name}, opts=self._child
        )
        if "volume" in args:
            self._attach(self._make_volume(args["volume"]), machine)
        if args["emails"]:
            self._make_alarm(machine)
        self.address = address.public_ip
        self.address6 = machine.ipv6_addresses.apply(_first)
        self.server_id = machine.id
        self.machine: pulumi.Resource = machine  # what is there as long as the server is
        self.register_outputs({"address": self.address, "address6": self.address6, "serverId": self.server_id})

    def _make_machine(self, placed: Placed) -> aws.ec2.Instance:
        args, name = self._args, self._prefix
        tags = {**args["tags"], "Name": name}
        role = snapshot_role(name, self._child) if args["snapshots"] else None
        machine = aws.ec2.Instance(
            f"{name}-machine",
            ami=args["image"],
            instance_type=args["plan"],
            subnet_id=placed.subnet_id,
            vpc_security_group_ids=[placed.group_id],
            ipv6_address_count=1,
            key_name=self._key(),
            user_data=args["user_data"],
            user_data_replace_on_change=True,  # else the machine is stopped and started, and reads none of it
            metadata_options=aws.ec2.InstanceMetadataOptionsArgs(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            root_block_device=aws.ec2.InstanceRootBlockDeviceArgs(
                volume_type="gp3",
                volume_size=args["disk"],
                encrypted=True,
                delete_on_termination=True,
                tags={**tags, **({TAG: role.name} if role else {})},
            ),
            maintenance_options=aws.ec2.InstanceMaintenanceOptionsArgs(auto_recovery="default"),
            tags=tags,
            opts=pulumi.ResourceOptions.merge(
                self._child, pulumi.ResourceOptions(depends_on=placed.ways, delete_before_replace=True)
            ),
        )
        if role:
            disk = machine.root_block_device.volume_id.apply(
                lambda known: f"arn:aws:ec2:{self._region}:*:volume/{known}"
            )
            daily_snapshots(name, Kept(self._region, _DAYS, disk), role, self._child)
        return machine

    def _key(self) -> pulumi.Input[str] | None:
        for known in self._args.get("known_ssh_keys", []):
            return known
        for who, key in self._args["ssh_keys"].items():
            role = f"{self._prefix}-key-{who}"
            return aws.ec2.KeyPair(role, public_key=key, tags={"Name": role}, opts=self._child).key_name
        return None

    def _make_volume(self, size: int) -> DataVolume:
        return DataVolume(
            f"{self._prefix}-volume",
            {
                "zone": self._args["location"],
                "size": size,
                "snapshots": _DAYS if self._args["snapshots"] else 0,
                "deletion": self._args["deletion"],
                "tags": self._args["tags"],
            },
            self._child,
        )

    def _attach(self, volume: DataVolume, machine: aws.ec2.Instance) -> None:
        aws.ec2.VolumeAttachment(
            f"{self._prefix}-volume",
            device_name=_DEVICE,
            instance_id=machine.id,
            volume_id=volume.volume_id,
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(deleted_with=machine)),
        )

    def _make_alarm(self, machine: aws.ec2.Instance) -> None:
        """Rings when the machine or what it stands on fails EC2's own checks."""
        told = topic(self._prefix, self._region, self._args["emails"], self._child)
        aws.cloudwatch.MetricAlarm(
            f"{self._prefix}-unwell",
            alarm_description=(
                f"[critical] {self._prefix} fails the checks of EC2 for {_MINUTES} minutes. Where the fault is"
                " Amazon's, the machine is moved by itself; else look at it through the serial console."
            ),
            namespace="AWS/EC2",
            metric_name="StatusCheckFailed",
            dimensions={"InstanceId": machine.id},
            statistic="Maximum",
            period=60,
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            evaluation_periods=_MINUTES,
            datapoints_to_alarm=_MINUTES,
            treat_missing_data="breaching",
            actions_enabled=True,
            alarm_actions=[told.arn],
            ok_actions=[told.arn],
            tags={"Name": f"{self._prefix}-unwell", "Severity": "critical"},
            opts=self._child,
        )


def _first(addresses: Sequence[str]) -> str:
    return addresses[0]
