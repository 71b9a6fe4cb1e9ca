"""A single server at Hetzner Cloud."""

import pulumi
import pulumi_hcloud as hcloud

from components.deletion import kept
from components.server.args import ServerArgs
from components.server.keys import named_keys
from components.server.openings import EVERYBODY, exits, openings
from components.server.tags import labels
from config.values import Deletion


class HetznerServer(pulumi.ComponentResource):
    """Guarantees one server that stands behind its firewall from its first second and keeps its volume and addresses.

    The order of a replacement: the old server is shut down and deleted, by which Hetzner takes volume and addresses off
    it; the new one is made with the same addresses, and gets the volume. A new one could not come first: a primary
    address and a volume are at one server at a time, and a volume that is in use loses what was being written when it
    is taken away. Meanwhile nothing answers. The machine has to wait for its volume when it first starts, since that
    comes a little later.

    Hetzner copies servers each day, but no volumes, and tells nobody when a server is unwell: `emails` does nothing
    here. It has no check from outside either; another provider's watches it as well.
    """

    address: pulumi.Output[str]
    """The IPv4 address, which outlives the server."""
    address6: pulumi.Output[str]
    """The IPv6 address, which outlives the server too."""
    server_id: pulumi.Output[str]
    """The server's id."""

    def __init__(self, name: str, args: ServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:hetzner:HetznerServer", name, {}, opts)
        self._prefix, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._labels = labels(args["tags"])
        address, address6 = self._make_address("ipv4"), self._make_address("ipv6")
        server = self._make_server(self._make_firewall(), address, address6)
        if "volume" in args:
            hcloud.VolumeAttachment(
                f"{name}-volume",
                server_id=server.id.apply(int),
                volume_id=self._make_volume(args["volume"]).id.apply(int),
                automount=False,  # the machine mounts it where its services look for it
                opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(deleted_with=server)),
            )
        self.address = address.ip_address
        self.address6 = server.ipv6_address  # of the address's network, the one that Hetzner sets up on the server
        self.server_id = server.id
        self.machine: pulumi.Resource = server  # what is there as long as the server is
        self.register_outputs({"address": self.address, "address6": self.address6, "serverId": self.server_id})

    def _make_address(self, kind: str) -> hcloud.PrimaryIp:
        """An address that is there before the server and after it."""
        return hcloud.PrimaryIp(
            f"{self._prefix}-{kind}",
            type=kind,
            assignee_type="server",
            location=self._args["location"],
            auto_delete=False,
            labels=self._labels,
            opts=self._child,
        )

    def _make_firewall(self) -> hcloud.Firewall:
        inward = [
            hcloud.FirewallRuleArgs(
                direction="in",
                protocol="tcp",
                port=str(each.port),
                source_ips=list(each.sources),
                description=each.role,
            )
            for each in openings(self._args)
        ]
        # Where nothing is said of the way out, Hetzner lets everything out.
        outward = [
            hcloud.FirewallRuleArgs(
                direction="out",
                protocol=each.protocol,
                port=each.ports,
                destination_ips=list(EVERYBODY),
                description=each.role,
            )
            for each in exits(self._args)
        ]
        return hcloud.Firewall(
            f"{self._prefix}-wall",
            rules=[
                *inward,
                *outward,
                hcloud.FirewallRuleArgs(direction="in", protocol="icmp", source_ips=list(EVERYBODY)),
                hcloud.FirewallRuleArgs(direction="out", protocol="icmp", destination_ips=list(EVERYBODY)),
            ],
            labels=self._labels,
            opts=self._child,
        )

    def _make_server(
        self, wall: hcloud.Firewall, address: hcloud.PrimaryIp, address6: hcloud.PrimaryIp
    ) -> hcloud.Server:
        args = self._args
        return hcloud.Server(
            f"{self._prefix}-machine",
            location=args["location"],
            server_type=args["plan"],
            image=args["image"],
            user_data=args["user_data"],
            ssh_keys=[*self._make_keys(), *args.get("known_ssh_keys", [])],
            firewall_ids=[wall.id.apply(int)],
            public_nets=[
                hcloud.ServerPublicNetArgs(
                    ipv4_enabled=True,
                    ipv4=address.id.apply(int),
                    ipv6_enabled=True,
                    ipv6=address6.id.apply(int),
                )
            ],
            backups=args["snapshots"],
            shutdown_before_deletion=True,
            labels=self._labels,
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(delete_before_replace=True)),
        )

    def _make_keys(self) -> list[pulumi.Output[str]]:
        return [
            hcloud.SshKey(f"{self._prefix}-key-{who}", public_key=key, labels=self._labels, opts=self._child).id
            for who, key in named_keys(self._args).items()
        ]

    def _make_volume(self, size: int) -> hcloud.Volume:
        return hcloud.Volume(
            f"{self._prefix}-volume",
            location=self._args["location"],
            size=size,
            # Hetzner's own lock, against a slip in its console.
            delete_protection=self._args["deletion"] != Deletion.DESTROY,
            labels=self._labels,
            opts=pulumi.ResourceOptions.merge(self._child, kept(self._args["deletion"])),
        )
