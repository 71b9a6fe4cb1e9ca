"""The virtual network of a stack in AWS: made for it, or there already."""

import ipaddress
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.aws import SubnetId, VpcId, Zone
from config.settings import Settings, refuse, refused_at
from config.values import Cidr, Flag, Matches, VpcCidr


class NatGateways(Settings):
    """Managed gateways. They cost by the hour and by the gigabyte."""

    kind: Literal["nat-gateway"]
    """Always `nat-gateway`."""
    per_zone: Flag = True
    """Whether each zone has its own, so that the loss of a zone takes no other's way out; false by default in
    development: one for all, and gone with its zone."""


class NatInstance(Settings):
    """One small machine that forwards for all zones: a tenth of a gateway's price, gone with its zone."""

    kind: Literal["nat-instance"]
    """Always `nat-instance`."""
    instance_type: (
        Annotated[
            str, Matches(r"[a-z]+\d+[a-z-]*\.[a-z0-9-]+", "the name of an EC2 instance type is wanted", "as in t3.nano")
        ]
        | None
    ) = None
    """Its EC2 instance type, of the image's architecture; none means t3.nano or t4g.nano."""


class NoEgress(Settings):
    """No way out at all. AWS services are reached through endpoints, each of which costs by the hour and zone."""

    kind: Literal["none"]
    """Always `none`."""


EgressSettings = Annotated[NatGateways | NatInstance | NoEgress, Field(discriminator="kind")]


class NetworkSettings(Settings):
    """The virtual network that is made for the stack."""

    cidr: VpcCidr = "10.20.0.0/16"
    """Its private IPv4 block, /16 to /22. It is cut into 32 equal parts: 8 possible zones in each of up to 4 tiers."""
    avoid: tuple[Cidr, ...] = ()
    """Blocks in use elsewhere (peered networks, a VPN) that `cidr` must not overlap."""
    egress: EgressSettings = NatGateways(kind="nat-gateway")
    """How private machines reach the internet."""
    flow_logs: Flag = True
    """Whether every connection is logged for 90 days; false by default in development."""

    @model_validator(mode="after")
    def _disjoint(self) -> Self:
        own = ipaddress.IPv4Network(self.cidr)
        problems = [
            refused_at(("cidr",), self.cidr, f"it overlaps {other}, which `avoid` names", "take another block")
            for other in self.avoid
            if own.overlaps(ipaddress.IPv4Network(other))
        ]
        refuse("NetworkSettings", problems)
        return self

    def closed(self) -> bool:
        """Whether machines have no way out."""
        return isinstance(self.egress, NoEgress)


class NetworkByIds(Settings):
    """A network that is there already, by the ids of its parts. Its routes are its owner's."""

    kind: Literal["ids"]
    """Always `ids`."""
    vpc_id: VpcId
    """The VPC."""
    public_subnet_ids: dict[Zone, SubnetId]
    """By zone, the subnets with a route to an internet gateway: for the load balancer."""
    compute_subnet_ids: dict[Zone, SubnetId]
    """By zone, the private subnets with a way out: for machines."""
    data_subnet_ids: dict[Zone, SubnetId]
    """By zone, the private subnets without a way out: for Redis and the database."""

    def missing(self, zones: tuple[str, ...]) -> list[tuple[str, str]]:
        """Which map lacks which of these zones."""
        maps = {
            "public_subnet_ids": self.public_subnet_ids,
            "compute_subnet_ids": self.compute_subnet_ids,
            "data_subnet_ids": self.data_subnet_ids,
        }
        return [(name, zone) for name, ids in maps.items() for zone in zones if zone not in ids]


class NetworkOfStack(Settings):
    """The network of another stack of Slipway, by that stack's outputs."""

    kind: Literal["stack"]
    """Always `stack`."""
    stack: Annotated[
        str,
        Matches(
            r"(?:[A-Za-z0-9._-]+/){0,2}[A-Za-z0-9._-]+",
            "the name of a stack is wanted",
            "write it as in acme/slipway/shared",
        ),
    ]
    """The stack's name with organization and project, as `pulumi stack ls` prints it."""


ExistingNetwork = Annotated[NetworkByIds | NetworkOfStack, Field(discriminator="kind")]
