"""The names that the records of a plan give: what stands under them is the plan's own, whatever its address."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from policies.inputs import Field, configured, made

if TYPE_CHECKING:
    from plan.graph import Graph
    from policies.inputs import Answer


class _Kind(NamedTuple):
    """`zone` is the input of a record that says in which zone it stands, `kind` the zone's type."""

    zone: str
    kind: str


_RECORDS = {
    "aws:route53/record:Record": _Kind("zoneId", "aws:route53/zone:Zone"),
    "cloudflare:index/dnsRecord:DnsRecord": _Kind("zoneId", "cloudflare:index/zone:Zone"),
    "cloudflare:index/record:Record": _Kind("zoneId", "cloudflare:index/zone:Zone"),
    "digitalocean:index/dnsRecord:DnsRecord": _Kind("domain", "digitalocean:index/domain:Domain"),
}
_APEX = "@"


@dataclass(frozen=True, slots=True)
class Names:
    """`whole` are names from end to end; of `begun` ones the zone is not known, so they may go on."""

    whole: frozenset[str]
    begun: frozenset[str]

    def gives(self, host: str) -> Answer:
        """Whether a record gives this name."""
        if host in self.whole:
            return True
        beginnings = accumulate(host.split("."), "{}.{}".format)
        return False if self.begun.isdisjoint(beginnings) else None


def names(graph: Graph) -> Names:
    """The names of all records that a plan makes."""
    whole, begun = set[str](), set[str]()
    for kind, of in _RECORDS.items():
        for record in made(graph, kind):
            told, zone = _plain(record["name"]), _zone(graph, record, of)
            whole |= {_joined(told, zone), _plain(record["fqdn"])}
            if not zone:
                begun.add(told)
    # What has dots is taken as it stands, as those who write it mean it.
    return Names(frozenset(each for each in whole if "." in each), frozenset(begun - {"", _APEX}))


def _joined(name: str, zone: str) -> str:
    """A record's whole name: providers add the zone where the name does not end with it."""
    if name in ("", _APEX) or not zone:
        return zone or name
    return name if name == zone or name.endswith(f".{zone}") else f"{name}.{zone}"


def _zone(graph: Graph, record: Field, of: _Kind) -> str:
    """The name of the zone that a record stands in; empty where the plan does not tell."""
    zone = graph.follow(record.resource, of.zone, (of.kind,))
    if zone is None:
        return _plain(record[of.zone]) if of.zone == "domain" else ""
    told = Field(zone, "", configured(zone))
    return _plain(told["name"]) or _plain(told["zone"])


def _plain(field: Field) -> str:
    return (field.text() or "").lower().rstrip(".")
