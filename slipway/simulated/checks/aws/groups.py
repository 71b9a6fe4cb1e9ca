"""Security groups and their rules: those that a group holds itself, and those that are resources of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.lookups import GROUP, network_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_ALONE = {  # a rule with one source, and the way it speaks of
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "egress",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "ingress",
}
_OLDER = "aws:ec2/securityGroupRule:SecurityGroupRule"
_BRIDGES = (  # over which a rule may name a group of another network
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
)
_WAYS = ("ingress", "egress")
_SOURCES = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
_SOURCE_LISTS = ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups", "sourceSecurityGroupId")
_PROTOCOLS = ("tcp", "udp", "icmp", "icmpv6", "-1", "all")
_NUMBERED = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_WITH_PORTS = ("tcp", "udp")
_LAST_PROTOCOL = 255


class _Permission(NamedTuple):
    """One source that a rule speaks of."""

    way: str
    protocol: str
    first: int | None
    last: int | None
    source: str

    def told(self) -> str:
        ports = "" if self.first is None else f", from port: {self.first}, to port: {self.last}"
        name = "ALL" if self.protocol == "-1" else self.protocol.upper()
        return f'the specified rule "peer: {self.source}, {name}{ports}, ALLOW" already exists'


def check_group(asked: Asked, _cloud: Cloud) -> None:
    """A group's name is not one that AWS keeps for itself, and the rules that it holds are rules."""
    if asked.text("name") == "default":
        raise ApiError("InvalidParameterValue: Cannot use reserved security group name: default")
    for way in _WAYS:
        rules = asked.inputs.get(way) or ()
        if rules != (asked.old.get(way) or ()):
            _check_held(way, rules)


def check_rule(asked: Asked, cloud: Cloud) -> None:
    """A rule has ports that go with its protocol, lets in members of its own network, and is there once."""
    _check_protocol(asked.inputs.get("ipProtocol"), *_ports(asked.inputs))
    _check_networks(asked, cloud)
    twice = _twice(asked, _of_rule(_ALONE[asked.token], asked.inputs), cloud)
    if twice:
        raise ApiError(f"InvalidPermission.Duplicate: {twice.told()}")


def check_older_rule(asked: Asked, cloud: Cloud) -> None:
    """The same, of the rule that may have several sources."""
    _check_protocol(asked.inputs.get("protocol"), *_ports(asked.inputs))
    _check_networks(asked, cloud)
    twice = _twice(asked, _of_older(asked.inputs), cloud)
    if twice:
        raise ApiError(
            f"[WARN] A duplicate Security Group rule was found on ({asked.text('securityGroupId')}). Error: "
            f"InvalidPermission.Duplicate: {twice.told()}"
        )


def _check_held(way: str, rules: Any) -> None:
    """The rules that a group holds, each with a source, no source twice."""
    seen: set[_Permission] = set()
    for rule in rules:
        first, last = _ports(rule)
        if _protocol(rule.get("protocol")) == "-1" and (first or last):
            raise ApiError(f"from_port ({first}) and to_port ({last}) must both be 0 to use the 'ALL' \"-1\" protocol!")
        _check_protocol(rule.get("protocol"), first, last)
        permissions = list(_of_held(way, rule, "itself"))
        if not permissions:
            raise ApiError("MissingParameter: The request must contain the parameter ipRanges, groups or prefixListIds")
        if len(seen | set(permissions)) < len(seen) + len(permissions):
            raise ApiError("InvalidParameterValue: The same permission must not appear multiple times")
        seen.update(permissions)


def _check_protocol(given: object, first: int | None, last: int | None) -> None:
    """A protocol that there is, with the ports that go with it."""
    protocol = _protocol(given)
    if protocol not in _PROTOCOLS and not (protocol.isdigit() and int(protocol) <= _LAST_PROTOCOL):
        raise ApiError(f"InvalidParameterValue: Invalid value '{given}' for IP protocol. Unknown protocol.")
    if protocol == "-1" and (first not in (None, -1, 0) or last not in (None, -1, 0, 65535)):
        raise ApiError(
            "InvalidParameterValue: You may not specify all protocols and specific ports. Please specify each "
            "protocol and port range combination individually, or all protocols and no port range."
        )
    if protocol in _WITH_PORTS and (first is None or last is None or not 0 <= first <= last):
        shown = ":".join("" if port is None else str(port) for port in (first, last))
        raise ApiError(f"InvalidParameterValue: Invalid TCP/UDP port range ({shown})")


def _check_networks(asked: Asked, cloud: Cloud) -> None:
    names = ("securityGroupId", "referencedSecurityGroupId", "sourceSecurityGroupId")
    networks = {network_of(GROUP, asked.text(name), cloud) for name in names} - {""}
    if len(networks) > 1 and not any(map(cloud.of, _BRIDGES)):
        raise ApiError("InvalidGroup.NotFound: You have specified two resources that belong to different networks.")


def _twice(asked: Asked, wanted: Iterator[_Permission], cloud: Cloud) -> _Permission | None:
    """The first permission that the group has by another rule."""
    group = asked.text("securityGroupId")
    there = set(_of_others(asked, group, cloud))
    return next((permission for permission in wanted if permission in there), None)


def _of_others(asked: Asked, group: str, cloud: Cloud) -> Iterator[_Permission]:
    held = cloud.get(GROUP, group)
    for way in _WAYS if held else ():
        for rule in held.inputs.get(way) or () if held else ():
            yield from _of_held(way, rule, group)
    for token in (*_ALONE, _OLDER):
        for other in cloud.naming(token, "securityGroupId", group):
            if (token, other.id) != (asked.token, asked.id):
                yield from _of_older(other.inputs) if token == _OLDER else _of_rule(_ALONE[token], other.inputs)


def _of_rule(way: str, inputs: Mapping[str, Any]) -> Iterator[_Permission]:
    source = next((str(inputs[name]) for name in _SOURCES if inputs.get(name)), "")
    yield _permission(way, inputs.get("ipProtocol"), inputs, source)


def _of_older(inputs: Mapping[str, Any]) -> Iterator[_Permission]:
    yield from _of_held(str(inputs.get("type")), inputs, str(inputs.get("securityGroupId")))


def _of_held(way: str, rule: Mapping[str, Any], group: str) -> Iterator[_Permission]:
    for name in _SOURCE_LISTS:
        found = rule.get(name) or ()
        for source in [found] if isinstance(found, str) else found:
            yield _permission(way, rule.get("protocol"), rule, str(source))
    if rule.get("self"):
        yield _permission(way, rule.get("protocol"), rule, group)


def _permission(way: str, given: object, inputs: Mapping[str, Any], source: str) -> _Permission:
    protocol = _protocol(given)
    return _Permission(way, protocol, *((None, None) if protocol == "-1" else _ports(inputs)), source)


def _protocol(given: object) -> str:
    protocol = str(given).lower()
    return "-1" if protocol == "all" else _NUMBERED.get(protocol, protocol)


def _ports(inputs: Mapping[str, Any]) -> tuple[int | None, int | None]:
    first, last = (inputs.get(name) for name in ("fromPort", "toPort"))
    return None if first is None else int(first), None if last is None else int(last)
