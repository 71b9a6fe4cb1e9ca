"""A single server at DigitalOcean."""

import pulumi
import pulumi_digitalocean as digitalocean

from components.deletion import kept
from components.server.args import ServerArgs
from components.server.keys import named_keys
from components.server.openings import EVERYBODY, exits, openings
from components.server.tags import words

# What is told of: the average of five minutes, per cent.
_LIMITS = {"cpu": 90.0, "memory": 90.0, "disk": 85.0}
_METRICS = {
    "cpu": "v1/insights/droplet/cpu",
    "memory": "v1/insights/droplet/memory_utilization_percent",
    "disk": "v1/insights/droplet/disk_utilization_percent",
}
_BACKUP_HOUR = 4  # UTC; DigitalOcean has every fourth hour


class DigitalOceanServer(pulumi.ComponentResource):
    """Guarantees one droplet that stands behind its firewall from its first second and keeps its volume and address.

    The order of a replacement: the old droplet is shut down and deleted, by which DigitalOcean takes volume and address
    off it; the new one is made, and gets both. A new one could not come first: a volume is at one droplet at a time,
    and one that is in use loses what was being written when it is taken away. Meanwhile nothing answers. The machine
    has to wait for its volume when it first starts, since that comes a little later.

    The firewall is for whoever carries a tag of its own, and the droplet is made with that tag: a firewall that names
    its droplets could only follow them. DigitalOcean copies droplets each day, but no volumes.
    """

    address: pulumi.Output[str]
    """The IPv4 address, which outlives the server."""
    address6: pulumi.Output[str]
    """The IPv6 address, which goes with the server."""
    server_id: pulumi.Output[str]
    """The droplet's id."""

    def __init__(self, name: str, args: ServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:digitalocean:DigitalOceanServer", name, {}, opts)
        self._prefix, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._tags = words(args["tags"])
        behind = digitalocean.Tag(f"{name}-wall", opts=self._child)
        wall = self._make_firewall(behind)
        droplet = self._make_droplet(behind, wall)
        droplet_id = droplet.id.apply(int)
        with_droplet = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(deleted_with=droplet))
        address = digitalocean.ReservedIp(f"{name}-address", region=args["location"], opts=self._child)
        digitalocean.ReservedIpAssignment(
            f"{name}-address", ip_address=address.ip_address, droplet_id=droplet_id, opts=with_droplet
        )
        if "volume" in args:
            volume = self._make_volume(args["volume"])
            digitalocean.VolumeAttachment(
                f"{name}-volume", droplet_id=droplet_id, volume_id=volume.id, opts=with_droplet
            )
        if args["emails"]:
            self._make_alerts(droplet)
        self.address = address.ip_address
        self.address6 = droplet.ipv6_address
        self.server_id = droplet.id
        self.machine: pulumi.Resource = droplet  # what is there as long as the server is
        self.register_outputs({"address": self.address, "address6": self.address6, "serverId": self.server_id})

    def _make_firewall(self, behind: digitalocean.Tag) -> digitalocean.Firewall:
        inbound = [
            digitalocean.FirewallInboundRuleArgs(
                protocol="tcp", port_range=str(each.port), source_addresses=list(each.sources)
            )
            for each in openings(self._args)
        ]
        outbound = [
            digitalocean.FirewallOutboundRuleArgs(
                protocol=each.protocol, port_range=each.ports, destination_addresses=list(EVERYBODY)
            )
            for each in exits(self._args)
        ]
        return digitalocean.Firewall(
            f"{self._prefix}-wall",
            tags=[behind.name],
            inbound_rules=[
                *inbound,
                digitalocean.FirewallInboundRuleArgs(protocol="icmp", source_addresses=list(EVERYBODY)),
            ],
            # Where nothing is said, DigitalOcean lets nothing out.
            outbound_rules=[
                *outbound,
                digitalocean.FirewallOutboundRuleArgs(protocol="icmp", destination_addresses=list(EVERYBODY)),
            ],
            opts=self._child,
        )

    def _make_droplet(self, behind: digitalocean.Tag, wall: digitalocean.Firewall) -> digitalocean.Droplet:
        args = self._args
        backups = digitalocean.DropletBackupPolicyArgs(plan="daily", hour=_BACKUP_HOUR)
        return digitalocean.Droplet(
            f"{self._prefix}-machine",
            region=args["location"],
            size=args["plan"],
            image=args["image"],
            user_data=args["user_data"],
            ssh_keys=[*self._make_keys(), *args.get("known_ssh_keys", [])],
            ipv6=True,
            monitoring=True,
            backups=args["snapshots"],
            backup_policy=backups if args["snapshots"] else None,
            graceful_shutdown=True,
            tags=[*self._tags, behind.name],
            opts=pulumi.ResourceOptions.merge(
                self._child, pulumi.ResourceOptions(depends_on=[wall], delete_before_replace=True)
            ),
        )

    def _make_keys(self) -> list[pulumi.Output[str]]:
        return [
            digitalocean.SshKey(f"{self._prefix}-key-{who}", public_key=key, opts=self._child).fingerprint
            for who, key in named_keys(self._args).items()
        ]

    def _make_volume(self, size: int) -> digitalocean.Volume:
        return digitalocean.Volume(
            f"{self._prefix}-volume",
            region=self._args["location"],
            size=size,
            description=f"The data of {self._prefix}",
            tags=self._tags,
            opts=pulumi.ResourceOptions.merge(self._child, kept(self._args["deletion"])),
        )

    def _make_alerts(self, droplet: digitalocean.Droplet) -> None:
        for metric, limit in _LIMITS.items():
            digitalocean.MonitorAlert(
                f"{self._prefix}-{metric}",
                type=_METRICS[metric],
                description=f"{self._prefix}: {metric} above {limit:g} % for five minutes",
                compare="GreaterThan",
                value=limit,
                window="5m",
                enabled=True,
                entities=[droplet.id],
                alerts=digitalocean.MonitorAlertAlertsArgs(emails=self._args["emails"]),
                opts=self._child,
            )
