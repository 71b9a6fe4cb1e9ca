"""The names of an application in a hosted zone of Route 53."""

from collections.abc import Iterable, Iterator
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

_TTL = 300  # seconds
_LONGEST = 255  # characters in one string of a TXT record (RFC 1035)


class AliasArgs(TypedDict):
    """A load balancer or a distribution, as an alias names it."""

    dns_name: pulumi.Input[str]
    """Its own name."""
    zone_id: pulumi.Input[str]
    """The hosted zone of that name, which is AWS's."""


class MailRecordArgs(TypedDict):
    """One record that mail needs."""

    type: str
    """TXT, MX or CNAME."""
    name: str
    """The full name."""
    content: str
    """What it says, without quotes or escapes."""
    priority: NotRequired[int]
    """Of an MX record: lower is tried first."""


class ZoneArgs(TypedDict):
    """Which names there are."""

    zone_id: pulumi.Input[str]
    """The id of the hosted zone, which is there already."""
    aliases: dict[str, AliasArgs]
    """The load balancer to which each host name leads."""
    sites: NotRequired[dict[str, AliasArgs]]
    """The CloudFront distribution to which each host name leads."""
    names: NotRequired[dict[str, pulumi.Input[str]]]
    """The name of somebody else's to which each host name leads. None of them may be the zone itself."""
    addresses: NotRequired[dict[str, pulumi.Input[str]]]
    """The IPv4 address to which each host name leads."""
    mail: dict[str, MailRecordArgs]
    """The records that mail needs, by role, such as dkim."""


class Zone(pulumi.ComponentResource):
    """Guarantees that hosts lead where they should, and that no record of somebody else is overwritten."""

    hosts: dict[str, pulumi.Output[str]]
    """The host names, each known once its record is there."""

    def __init__(self, name: str, args: ZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Zone", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.hosts = {host: _alias(name, host, args, child).fqdn for host in args["aliases"]}
        self.hosts |= {host: _site(name, host, args, child).fqdn for host in args.get("sites", {})}
        self.hosts |= {host: record.fqdn for host, record in _others(name, args, child)}
        for (kind, of), values in record_sets(args["mail"].values()).items():
            aws.route53.Record(
                f"{name}-{kind.lower()}-{of}",
                zone_id=args["zone_id"],
                name=of,
                type=kind,
                ttl=_TTL,
                records=values,
                opts=child,
            )
        self.register_outputs({"hosts": self.hosts})


def _alias(name: str, host: str, args: ZoneArgs, child: pulumi.ResourceOptions) -> "aws.route53.Record":
    """An address record that follows the load balancer's addresses. No AAAA: it listens on IPv4 only."""
    target = args["aliases"][host]
    return aws.route53.Record(
        f"{name}-{host}",
        zone_id=args["zone_id"],
        name=host,
        type="A",
        aliases=[
            aws.route53.RecordAliasArgs(name=target["dns_name"], zone_id=target["zone_id"], evaluate_target_health=True)
        ],
        opts=child,
    )


def _site(name: str, host: str, args: ZoneArgs, child: pulumi.ResourceOptions) -> "aws.route53.Record":
    """The two address records of a distribution, which listens on IPv6 too; the first is returned.

    Route 53 knows nothing of a distribution's health and refuses to be asked for it.
    """
    target = args.get("sites", {})[host]
    leads = [
        aws.route53.RecordAliasArgs(name=target["dns_name"], zone_id=target["zone_id"], evaluate_target_health=False)
    ]
    first, _ = (
        aws.route53.Record(
            f"{name}-{host}{ending}", zone_id=args["zone_id"], name=host, type=kind, aliases=leads, opts=child
        )
        for kind, ending in (("A", ""), ("AAAA", "-ipv6"))
    )
    return first


def _others(name: str, args: ZoneArgs, child: pulumi.ResourceOptions) -> Iterator[tuple[str, "aws.route53.Record"]]:
    """Names that lead to others' names or to servers: an alias can only stand for what is in AWS."""
    for kind, leads in (("CNAME", args.get("names", {})), ("A", args.get("addresses", {}))):
        for host, to in leads.items():
            yield (
                host,
                aws.route53.Record(
                    f"{name}-{host}",
                    zone_id=args["zone_id"],
                    name=host,
                    type=kind,
                    ttl=_TTL,
                    records=[to],
                    opts=child,
                ),
            )


def record_sets(records: Iterable[MailRecordArgs]) -> dict[tuple[str, str], list[str]]:
    """The values by type and name: Route 53 keeps all of them as one.

    Raises `ValueError` for a value that it would not take.
    """
    sets: dict[tuple[str, str], list[str]] = {}
    for record in records:
        values = sets.setdefault((record["type"], record["name"]), [])
        value = _value(record)
        if value not in values:
            values.append(value)
    return sets


def _value(record: MailRecordArgs) -> str:
    if record["type"] == "TXT":
        return quoted(record["content"])
    if record["type"] == "MX":
        if "priority" not in record:
            raise ValueError(f"{record['name']}: MX: a mail server has a priority; give `priority`, as in 10")
        return f"{record['priority']} {record['content']}"
    return record["content"]


def quoted(text: str) -> str:
    """A text as the provider takes it for a TXT record.

    That is between the first quote and the last, which the provider writes itself: special characters escaped, and a
    new string begun where one would be too long. Who reads the record joins the strings again.
    """
    if not (text.isascii() and text.isprintable()):
        raise ValueError(f"{text!r}: a TXT record takes printable ASCII; write other characters in an encoding of it")
    strings = [text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST)]
    return '""'.join(string.replace("\\", "\\\\").replace('"', '\\"') for string in strings)
