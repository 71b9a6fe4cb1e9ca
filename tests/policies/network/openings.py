"""Every way to write that a security group lets somebody in, for tests of what is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.policies.network.estate import LEGACY

if TYPE_CHECKING:
    from collections.abc import Callable

    from plan.model import Value
    from tests.policies.network.estate import Estate

    Opening = Callable[[Estate, str, str, tuple[int, int]], Estate]


def apart(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """A standalone rule."""
    told: dict[str, Value] = {"cidrIpv6" if ":" in block else "cidrIpv4": block}
    return made.rule("x", group, fromPort=ports[0], toPort=ports[1], **told)


def legacy(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """A standalone rule of the older type."""
    key = "ipv6CidrBlocks" if ":" in block else "cidrBlocks"
    told: dict[str, Value] = {key: [block], "type": "ingress", "protocol": "tcp"}
    return made.add(LEGACY, "x", securityGroupId=f"→ {group}", fromPort=ports[0], toPort=ports[1], **told)


def legacy_after_itself(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """The same, for the group itself as well."""
    return legacy(made, group, block, ports).set("x", self=True)


def _inline(made: Estate, group: str, rules: list[dict[str, Value]]) -> Estate:
    others = [name for name, each in made.resources.items() if each.inputs.get("securityGroupId") == made.ref(group)]
    made.drop(*(name for name in others if "Ingress" in made.resources[name].type))
    made.add(made.resources[group].type, "x", **{**made.resources[group].inputs, "ingress": list(rules)})
    moved = {"app-sg": "template", "lb-sg": "lb", "cache-sg": "cache", "db-sg": "db"}[group]
    key = {"template": "networkInterfaces", "lb": "securityGroups", "db": "vpcSecurityGroupIds"}.get(
        moved, "securityGroupIds"
    )
    value: Value = (
        [{"associatePublicIpAddress": "false", "securityGroups": ["→ x"]}] if moved == "template" else ["→ x"]
    )
    return made.set(moved, **{key: value})


def _told(block: str, ports: tuple[int, int], protocol: Value) -> dict[str, Value]:
    key = "ipv6CidrBlocks" if ":" in block else "cidrBlocks"
    return {"description": "x", "protocol": protocol, "fromPort": ports[0], "toPort": ports[1], key: [block]}


_SELF: dict[str, Value] = {"description": "x", "protocol": "tcp", "fromPort": 1, "toPort": 1, "self": True}


def inline(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """A rule of a group's own."""
    return _inline(made, group, [_told(block, ports, "tcp")])


def inline_after_itself(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """A rule of a group's own that follows one for the group itself."""
    return _inline(made, group, [_SELF, _told(block, ports, "6")])


def inline_with_itself(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """A rule of a group's own that is for the group itself as well, as one map instead of a list."""
    return _inline(made, group, [{**_told(block, ports, "TCP"), "self": True}])


def by_a_list(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """A standalone rule for a prefix list of the plan."""
    made.add("aws:ec2/managedPrefixList:ManagedPrefixList", "list", entries=[{"cidr": block}])
    return made.rule("x", group, prefixListId="→ list", fromPort=ports[0], toPort=ports[1])


def by_an_entry(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """A standalone rule for a prefix list of the plan whose entry stands alone."""
    made.add("aws:ec2/managedPrefixList:ManagedPrefixList", "list")
    made.add("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "entry", prefixListId="→ list", cidr=block)
    return made.rule("x", group, prefixListId="→ list", fromPort=ports[0], toPort=ports[1])


def ports_as_text(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """Ports and the protocol as some programs give them."""
    return apart(made, group, block, ports).set("x", fromPort=str(ports[0]), toPort=str(ports[1]), ipProtocol="Tcp")


def by_the_number(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """The protocol by its number."""
    return apart(made, group, block, ports).set("x", ipProtocol=6)


def every_protocol(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """Every protocol, whose ports do not count."""
    return apart(made, group, block, ports).set("x", ipProtocol="-1", fromPort=None, toPort=None)


def every_protocol_by_name(made: Estate, group: str, block: str, ports: tuple[int, int]) -> Estate:
    """The same by its name, with ports that AWS does not heed."""
    return legacy(made, group, block, (ports[0], ports[0])).set("x", protocol="all")


EVERY: dict[str, Opening] = {
    each.__name__: each
    for each in (
        *(apart, legacy, legacy_after_itself, inline, inline_after_itself, inline_with_itself, by_a_list, by_an_entry),
        *(ports_as_text, by_the_number, every_protocol, every_protocol_by_name),
    )
}
