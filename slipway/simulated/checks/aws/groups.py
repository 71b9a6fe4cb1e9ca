"""Security groups and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.lookups import GROUP, network_of

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_SOURCES = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
_PROTOCOLS = ("tcp", "udp", "icmp", "icmpv6", "-1", "all")
_NUMBERED = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_WITH_PORTS = ("tcp", "udp")
_LAST_PROTOCOL = 255


def check_group(asked: Asked, _cloud: Cloud) -> None:
    """A group's name is not one that AWS keeps for itself."""
    if asked.text("name") == "default":
        raise ApiError("InvalidParameterValue: Cannot use reserved security group name: default")


def check_rule(asked: Asked, cloud: Cloud) -> None:
    """A rule has ports that go with its protocol, lets in members of its own network, and is there once."""
    given = str(asked.inputs.get("ipProtocol"))
    protocol = _NUMBERED.get(given, given.lower())
    if protocol not in _PROTOCOLS and not (protocol.isdigit() and int(protocol) <= _LAST_PROTOCOL):
        raise ApiError(f"InvalidParameterValue: Invalid value '{given}' for IP protocol. Unknown protocol.")
    first, last = (_port(asked, name) for name in ("fromPort", "toPort"))
    if protocol in ("-1", "all"):
        if first not in (None, -1, 0) or last not in (None, -1, 0, 65535):
            raise ApiError(
                "InvalidParameterValue: You may not specify all protocols and specific ports. Please specify each "
                "protocol and port range combination individually, or all protocols and no port range."
            )
        first = last = None
    elif protocol in _WITH_PORTS and (first is None or last is None or not 0 <= first <= last):
        shown = ":".join("" if port is None else str(port) for port in (first, last))
        raise ApiError(f"InvalidParameterValue: Invalid TCP/UDP port range ({shown})")
    _check_networks(asked, cloud)
    _check_once(asked, protocol, cloud)


def _check_networks(asked: Asked, cloud: Cloud) -> None:
    groups = (asked.text("securityGroupId"), asked.text("referencedSecurityGroupId"))
    networks = {network_of(GROUP, group, cloud) for group in groups} - {""}
    if len(networks) > 1 and not cloud.of("aws:ec2/vpcPeeringConnection:VpcPeeringConnection"):
        raise ApiError("InvalidGroup.NotFound: You have specified two resources that belong to different networks.")


def _check_once(asked: Asked, protocol: str, cloud: Cloud) -> None:
    wanted = _what(asked.inputs, protocol)
    for other in cloud.naming(asked.token, "securityGroupId", asked.text("securityGroupId")):
        given = str(other.inputs.get("ipProtocol"))
        if other.id != asked.id and _what(other.inputs, _NUMBERED.get(given, given.lower())) == wanted:
            peer = next((asked.text(name) for name in _SOURCES if asked.text(name)), "")
            ports = "" if wanted[0] is None else f", from port: {wanted[0]}, to port: {wanted[1]}"
            name = "ALL" if protocol in ("-1", "all") else protocol.upper()
            raise ApiError(
                f'InvalidPermission.Duplicate: the specified rule "peer: {peer}, {name}{ports}, ALLOW" already exists'
            )


def _what(inputs: object, protocol: str) -> tuple[object, ...]:
    known = inputs if isinstance(inputs, dict) else {}
    ports = (None, None) if protocol in ("-1", "all") else (known.get("fromPort"), known.get("toPort"))
    return (*ports, protocol, *(known.get(name) for name in _SOURCES))


def _port(asked: Asked, name: str) -> int | None:
    value = asked.inputs.get(name)
    return None if value is None else int(value)
