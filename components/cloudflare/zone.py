"""The names of an application in a zone at Cloudflare."""

from typing import NotRequired, TypedDict

import pulumi

from components.cloudflare.edge import answer
from components.cloudflare.edge_args import CloudflareEdgeArgs
from components.cloudflare.records import NOWHERE, Record, quoted, record


class CloudflareMailRecordArgs(TypedDict):
    """One record that mail needs, at Cloudflare."""

    type: str
    """TXT, MX or CNAME."""
    name: str
    """The full name."""
    content: str
    """What it says, without quotes or escapes."""
    priority: NotRequired[int]
    """Of an MX record: lower is tried first."""


class CloudflareZoneArgs(TypedDict):
    """Which names there are at Cloudflare."""

    zone_id: pulumi.Input[str]
    """The id of the zone, which is there already."""
    aliases: dict[str, pulumi.Input[str]]
    """The own name of a load balancer, or of a project of Pages, to which each host name leads."""
    sites: NotRequired[dict[str, pulumi.Input[str]]]
    """The CloudFront distribution's own name to which each host name leads, past Cloudflare's network: with one network
    before the other, what is invalidated in the one stays in the other."""
    addresses: NotRequired[dict[str, pulumi.Input[str]]]
    """The IPv4 address to which each host name leads."""
    proxied: bool
    """Whether requests for the hosts of `aliases` and `addresses` go through Cloudflare's network, which hides where
    they lead."""
    mail: dict[str, CloudflareMailRecordArgs]
    """The records that mail needs, by role, such as dkim."""
    edge: NotRequired[CloudflareEdgeArgs]
    """How Cloudflare answers for the whole zone; without it the zone stays as it is."""


class CloudflareZone(pulumi.ComponentResource):
    """Guarantees that hosts lead where they should, and that mail never goes through Cloudflare's network.

    With `edge`, that Cloudflare answers by HTTPS alone, trusts only an origin with a checked certificate, and hands on
    no request before managed rules and the rate limit have passed it.
    """

    hosts: dict[str, pulumi.Output[str]]
    """The host names, each known once its record is there."""

    def __init__(self, name: str, args: CloudflareZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:cloudflare:CloudflareZone", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.hosts = {
            host: record(
                f"{name}-{host}", args["zone_id"], Record(host, "CNAME", target, proxied=args["proxied"]), child
            ).name
            for host, target in args["aliases"].items()
        }
        self.hosts |= {
            host: record(f"{name}-{host}", args["zone_id"], Record(host, "CNAME", target), child).name
            for host, target in args.get("sites", {}).items()
        }
        self.hosts |= {
            host: record(
                f"{name}-{host}", args["zone_id"], Record(host, "A", address, proxied=args["proxied"]), child
            ).name
            for host, address in args.get("addresses", {}).items()
        }
        for role, mail in args["mail"].items():
            record(f"{name}-mail-{role}", args["zone_id"], mail_record(mail), child)
        if "edge" in args:
            for host in args["edge"].get("redirects", {}):
                record(f"{name}-{host}", args["zone_id"], Record(host, "AAAA", NOWHERE, proxied=True), child)
            answer(name, args["zone_id"], args["edge"], child)
        self.register_outputs({"hosts": self.hosts})


def mail_record(mail: CloudflareMailRecordArgs) -> Record:
    """The record as Cloudflare takes it.

    Raises `ValueError` for one that it would not take.
    """
    if mail["type"] == "MX" and "priority" not in mail:
        raise ValueError(f"{mail['name']}: MX: a mail server has a priority; give `priority`, as in 10")
    content = quoted(mail["content"]) if mail["type"] == "TXT" else mail["content"]
    return Record(mail["name"], mail["type"], content, mail.get("priority"))
