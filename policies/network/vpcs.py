"""Networks and subnets, and what of their addresses is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from policies.network.blocks import EVERYWHERE_V4, EVERYWHERE_V6, Blocks
from policies.network.inputs import hidden, truth
from policies.network.links import DEFAULT_VPC, VPC, VPCS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Resource, Value
    from policies.network.inputs import Truth
    from policies.network.links import Links

SUBNET: Final = "aws:ec2/subnet:Subnet"
DEFAULT_SUBNET: Final = "aws:ec2/defaultSubnet:DefaultSubnet"
SUBNETS: Final = frozenset({SUBNET, DEFAULT_SUBNET})
_MORE: Final = {
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": "cidrBlock",
    "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation": "ipv6CidrBlock",
}


@dataclass(frozen=True, slots=True)
class Vpc:
    """A network. `held` is false where the plan only reads it: then others may have put anything into it."""

    resource: Resource
    held: bool
    blocks: Blocks
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet of the plan. Blocks that are not known are all that they may be, and `lost` says so."""

    resource: Resource
    vpc: Resource | None
    blocks: Blocks
    gives_public_v4: Truth
    gives_v6: Truth
    lost: tuple[str, ...]


def read_vpcs(links: Links) -> dict[str, Vpc]:
    """Every network of the plan by its URN."""
    more: dict[str, list[Value]] = {}
    for kind, key in _MORE.items():
        for association in links.graph.of_type(kind):
            for owner in links.find(association.inputs.get("vpcId"), VPCS).resources:
                more.setdefault(owner.urn, []).append(association.inputs.get(key))
    return {
        resource.urn: _vpc(resource, links, more.get(resource.urn, []))
        for kind in (VPC, DEFAULT_VPC)
        for resource in links.graph.of_type(kind)
    }


def read_subnets(links: Links) -> dict[str, Subnet]:
    """Every subnet of the plan by its URN."""
    return {
        resource.urn: _subnet(resource, links)
        for kind in (SUBNET, DEFAULT_SUBNET)
        for resource in links.graph.of_type(kind)
    }


def _vpc(resource: Resource, links: Links, more: list[Value]) -> Vpc:
    inputs = resource.inputs
    given: list[Value] = [inputs.get("cidrBlock"), *more]
    blocks, lost = Blocks(), list[str]()
    for value in given:
        text = links.known(value)
        found = Blocks.read(text) if isinstance(text, str) else None
        blocks |= found or Blocks()
        if value is not None and found is None:
            lost.append(f"a block of the network {resource.name} is not known")
    held = not resource.external and resource.type == VPC
    if not held:
        lost.append(f"the network {resource.name} was there before")
    return Vpc(resource, held, blocks, tuple(lost))


def _subnet(resource: Resource, links: Links) -> Subnet:
    inputs = resource.inputs
    found = links.find(inputs.get("vpcId"), VPCS)
    default = resource.type == DEFAULT_SUBNET
    lost = list(_lost(resource, found.one is None and not default))
    blocks = Blocks()
    for key, everywhere in (("cidrBlock", EVERYWHERE_V4), ("ipv6CidrBlock", EVERYWHERE_V6)):
        value = links.known(inputs.get(key))
        read = Blocks.read(value) if isinstance(value, str) else None
        if value is not None and read is None:
            lost.append(f"the block of the subnet {resource.name} is not known")
        blocks |= everywhere if value is not None and read is None else read or Blocks()
    if not blocks:
        blocks = EVERYWHERE_V4
        lost.append(f"the block of the subnet {resource.name} is not known")
    return Subnet(
        resource,
        found.one,
        blocks,
        # Subnets of a default network give public addresses unless they are told not to.
        "unknown" if resource.external else truth(inputs.get("mapPublicIpOnLaunch"), absent=default),
        "unknown" if resource.external else truth(inputs.get("assignIpv6AddressOnCreation"), absent=False),
        tuple(dict.fromkeys(lost)),
    )


def _lost(resource: Resource, without_network: bool) -> Iterator[str]:  # noqa: FBT001 - private, and called once
    if resource.external:
        yield f"the subnet {resource.name} was there before, and its routes are not in the plan"
    elif without_network:
        reason = "only known after deployment" if hidden(resource.inputs.get("vpcId")) else "not in the plan"
        yield f"the network of the subnet {resource.name} is {reason}"
