"""A single server at Linode."""

import base64

import pulumi
import pulumi_linode as linode
import pulumi_random as random

from components.deletion import kept
from components.server.args import ServerArgs
from components.server.keys import named_keys
from components.server.openings import EVERYBODY, exits, openings
from components.server.tags import short_words

_LONGEST = 32  # characters of a volume's label and a firewall's
_BYTES = 3  # of what tells the labels of two stacks apart


class LinodeServer(pulumi.ComponentResource):
    """Guarantees one server, encrypted and behind its firewall from its first second, and keeps its volume and address.

    The order of a replacement: the old server is deleted, by which Linode takes volume and address off it; the new one
    is made with the same address, and the volume is attached to it. A new one could not come first: an address and a
    volume are at one server at a time. Linode deletes without a shutdown, so that what was being written is replayed
    from the journals of file system and databases. Meanwhile nothing answers. The machine has to wait for its volume
    when it first starts, since that comes a little later.

    Linode copies servers each day, but no volumes. When a server is busy for two hours it writes to the account's own
    addresses: `emails` does nothing here. It has no check from outside; another provider's watches it as well.
    """

    address: pulumi.Output[str]
    """The IPv4 address, which outlives the server."""
    address6: pulumi.Output[str]
    """The IPv6 address, which goes with the server."""
    server_id: pulumi.Output[str]
    """The server's id."""

    def __init__(self, name: str, args: ServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:linode:LinodeServer", name, {}, opts)
        self._prefix, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._tags = short_words(args["tags"])
        self._label = self._make_label()
        address = linode.ReservedIp(f"{name}-address", region=args["location"], tags=self._tags, opts=self._child)
        server = self._make_server(self._make_firewall(), address)
        if "volume" in args:
            self._make_volume(args["volume"], server)
        self.address = address.address
        self.address6 = server.ipv6.apply(_without_length)
        self.server_id = server.id
        self.machine: pulumi.Resource = server  # what is there as long as the server is
        self.register_outputs({"address": self.address, "address6": self.address6, "serverId": self.server_id})

    def _make_label(self) -> pulumi.Output[str]:
        """A label that no other stack of the account has: Linode refuses a second one, and Pulumi makes none here."""
        longest = _LONGEST - 1 - 2 * _BYTES
        if len(self._prefix) > longest:
            raise ValueError(
                f"{self._prefix!r}: a server at Linode has a name of at most {longest} characters; shorten it"
            )
        end = random.RandomId(f"{self._prefix}-label", byte_length=_BYTES, opts=self._child)
        return end.hex.apply(lambda known: f"{self._prefix}-{known}")

    def _make_firewall(self) -> linode.Firewall:
        inbounds = [
            linode.FirewallInboundArgs(
                label=f"in-{each.role}",
                action="ACCEPT",
                protocol="TCP",
                ports=str(each.port),
                ipv4s=each.ipv4 or None,
                ipv6s=each.ipv6 or None,
            )
            for each in openings(self._args)
        ]
        outbounds = [
            linode.FirewallOutboundArgs(
                label=f"out-{each.role}",
                action="ACCEPT",
                protocol=each.protocol.upper(),
                ports=each.ports,
                ipv4s=[EVERYBODY[0]],
                ipv6s=[EVERYBODY[1]],
            )
            for each in exits(self._args)
        ]
        return linode.Firewall(
            f"{self._prefix}-wall",
            label=self._label,
            inbound_policy="DROP",
            inbounds=[
                *inbounds,
                linode.FirewallInboundArgs(
                    label="in-icmp", action="ACCEPT", protocol="ICMP", ipv4s=[EVERYBODY[0]], ipv6s=[EVERYBODY[1]]
                ),
            ],
            outbound_policy="DROP",
            outbounds=[
                *outbounds,
                linode.FirewallOutboundArgs(
                    label="out-icmp", action="ACCEPT", protocol="ICMP", ipv4s=[EVERYBODY[0]], ipv6s=[EVERYBODY[1]]
                ),
            ],
            tags=self._tags,
            opts=self._child,
        )

    def _make_server(self, wall: linode.Firewall, address: linode.ReservedIp) -> linode.Instance:
        args = self._args
        return linode.Instance(
            f"{self._prefix}-machine",
            label=self._label,
            region=args["location"],
            type=args["plan"],
            image=args["image"],
            metadatas=[
                linode.InstanceMetadataArgs(user_data=pulumi.Output.from_input(args["user_data"]).apply(_as_base64))
            ],
            authorized_keys=list(named_keys(args).values()),
            # Accounts differ in what they make where nothing is said, and the newer kind has its firewall elsewhere.
            interface_generation="legacy_config",
            firewall_id=wall.id.apply(int),
            ipv4s=[address.address],
            disk_encryption="enabled",
            backups_enabled=args["snapshots"],
            watchdog_enabled=True,
            tags=self._tags,
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(delete_before_replace=True)),
        )

    def _make_volume(self, size: int, server: linode.Instance) -> None:
        """The volume says itself where it is attached, and moves to another server without being replaced."""
        linode.Volume(
            f"{self._prefix}-volume",
            label=self._label,
            region=self._args["location"],
            size=size,
            encryption="enabled",
            linode_id=server.id.apply(int),
            tags=self._tags,
            opts=pulumi.ResourceOptions.merge(self._child, kept(self._args["deletion"])),
        )


def _as_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _without_length(address: str) -> str:
    """Linode gives the address with the length of its network: 2001:db8::1/128."""
    return address.partition("/")[0]
