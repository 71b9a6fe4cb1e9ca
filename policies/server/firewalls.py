"""The firewalls of single servers at DigitalOcean, Hetzner and Linode: what each lets in, and whom it stands before."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plan.model import Unknown
from policies.inputs import Answer, Field, made, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph

DROPLET = "digitalocean:index/droplet:Droplet"
HETZNER = "hcloud:index/server:Server"
LINODE = "linode:index/instance:Instance"
SERVERS = (DROPLET, HETZNER, LINODE)
_FIREWALLS = {
    DROPLET: "digitalocean:index/firewall:Firewall",
    HETZNER: "hcloud:index/firewall:Firewall",
    LINODE: "linode:index/firewall:Firewall",
}
_HETZNER_ATTACHMENT = "hcloud:index/firewallAttachment:FirewallAttachment"
_LINODE_DEVICE = "linode:index/firewallDevice:FirewallDevice"
_HIGHEST = 65535
_ALL = frozenset({"", "0", "all", "any"})
_WIDE = {4: 16, 6: 32}  # a network with a shorter prefix is no named range


@dataclass(frozen=True, slots=True)
class Opening:
    """One rule that lets something in. `ports` are inclusive ranges, None where they cannot be read."""

    field: Field
    protocol: str
    ports: tuple[tuple[int, int], ...] | None
    public: Answer

    def beyond(self, allowed: frozenset[int]) -> Answer:
        """Whether everybody gets at a port that is not one of these."""
        if self.ports is None:
            return None if self.public is not False else False
        more = any(not set(range(low, min(high, low + len(allowed)) + 1)) <= allowed for low, high in self.ports)
        return self.public if more else False

    def reaches(self, port: int) -> Answer:
        """Whether everybody gets at a port."""
        if self.ports is None:
            return None if self.public is not False else False
        return self.public if any(low <= port <= high for low, high in self.ports) else False


def openings(graph: Graph) -> Iterator[Opening]:
    """Everything that the plan's firewalls let in."""
    for wall in made(graph, _FIREWALLS[DROPLET]):
        for rule in wall["inboundRules"].items():
            named = [rule[each] for each in ("sourceTags", "sourceDropletIds", "sourceLoadBalancerUids")]
            sources = rule["sourceAddresses"]
            known = sources.absent and any(each.given for each in named)
            yield _opening(rule, rule["portRange"], False if known else _public(sources))
    for wall in made(graph, _FIREWALLS[HETZNER]):
        for rule in wall["rules"].items():
            if rule["direction"].among({"OUT"}) is not True:
                yield _opening(rule, rule["port"], _public(rule["sourceIps"]))
    for wall in made(graph, _FIREWALLS[LINODE]):
        policy = wall["inboundPolicy"]
        yield Opening(policy, "any", ((0, _HIGHEST),), _accepts(policy))
        for rule in wall["inbounds"].items():
            if rule["action"].among({"DROP"}) is not True:
                yield _opening(rule, rule["ports"], some((_public(rule["ipv4s"]), _public(rule["ipv6s"]))))


def guarded(graph: Graph, kind: str) -> tuple[frozenset[str], bool]:
    """The URNs of the servers of a type that have a firewall, and whether a firewall names what cannot be followed."""
    walls = list(made(graph, _FIREWALLS[kind]))
    found: set[str] = set()
    unclear = False
    for name in _TARGETS[kind]:
        for each in (*walls, *made(graph, _HETZNER_ATTACHMENT, _LINODE_DEVICE)):
            waits = each.resource.property_dependencies.get(name, ())
            servers = {urn for urn in waits if _is(graph, urn, kind)}
            found |= servers
            unclear = unclear or (each[name].given and not servers)
    tagged = [each for wall in walls for each in wall["tags"].items()] if kind == DROPLET else []
    carried = [each for server in made(graph, kind) for each in server["tags"].items()] if tagged else []
    unclear = unclear or any(each.hidden and not _tag(each) for each in (*tagged, *carried))
    walled = {_tag(each) for each in tagged} - {""}
    for server in made(graph, kind):
        urns = [urn for name in _OWN[kind] for urn in server.resource.property_dependencies.get(name, ())]
        if any(_is(graph, urn, _FIREWALLS[kind]) for urn in urns):
            found.add(server.resource.urn)
        if {_tag(each) for each in server["tags"].items()} & walled:
            found.add(server.resource.urn)
    return frozenset(found), unclear


_TARGETS = {
    DROPLET: ("dropletIds",),
    HETZNER: ("serverIds", "applyTos", "labelSelectors"),
    LINODE: ("linodes", "entityId"),
}
_OWN: dict[str, tuple[str, ...]] = {DROPLET: (), HETZNER: ("firewallIds",), LINODE: ("firewallId", "interfaces")}


def _is(graph: Graph, urn: str, kind: str) -> bool:
    found = graph.get(urn)
    return found is not None and found.type == kind


def _tag(field: Field) -> str:
    """A droplet's tag, by name or by what it refers to; empty where it is not known."""
    return field.value.text if isinstance(field.value, Unknown) else field.text() or ""


def _opening(rule: Field, ports: Field, public: Answer) -> Opening:
    told = rule["protocol"].text()
    protocol = (told or "any").lower()
    if told is None and public:
        public = None
    if protocol in ("icmp", "icmpv6", "ipencap"):
        return Opening(rule, protocol, (), public)
    return Opening(rule, protocol, _ranges(ports), public)


def _accepts(policy: Field) -> Answer:
    return policy.among({"ACCEPT"})


def _ranges(ports: Field) -> tuple[tuple[int, int], ...] | None:
    """Port ranges, as "22", "80,443", "8000-9000" or a word for all."""
    text = str(ports.value) if isinstance(ports.value, int) else ports.text()
    if text is None:
        return None
    if text.strip().lower() in _ALL:
        return ((0, _HIGHEST),)
    found = []
    for part in text.split(","):
        low, dash, high = part.strip().partition("-")
        if not low.strip().isdecimal() or (dash and not high.strip().isdecimal()):
            return None
        found.append((int(low), int(high or low)))
    return tuple(found)


def _public(sources: Field) -> Answer:
    """Whether a list of networks lets in more than named ranges."""
    if sources.hidden:
        return None
    return some(_wide(each) for each in sources.items())


def _wide(source: Field) -> Answer:
    text = source.text()
    if text is None:
        return None
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return network.prefixlen < _WIDE[network.version] and not network.is_private
