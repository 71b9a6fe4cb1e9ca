"""The network of a stack in AWS: made for it, or there already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.aws.network import EgressArgs, Network, NetworkArgs
from config.aws import Egress
from config.aws_network import NatGateways, NatInstance, NetworkByIds, NetworkOfStack

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from config.aws_network import NetworkSettings
    from config.stack import StackSettings

# The outputs by which another stack finds the network of this one.
VPC, PUBLIC, COMPUTE, DATA = "vpcId", "publicSubnetIds", "computeSubnetIds", "dataSubnetIds"


@dataclass(frozen=True, slots=True)
class Networked:
    """A network, as what stands in it sees it. Subnets are by zone."""

    vpc_id: pulumi.Input[str]
    public_subnet_ids: Mapping[str, pulumi.Input[str]]
    compute_subnet_ids: Mapping[str, pulumi.Input[str]]
    data_subnet_ids: Mapping[str, pulumi.Input[str]]
    memberships: Mapping[str, pulumi.Input[str]]
    """Security groups that a machine must be in to reach AWS, by role; none where it leaves by NAT."""
    outgoing_addresses: Mapping[str, pulumi.Input[str]]
    """The public addresses that its machines come from, by zone, as far as the stack knows them."""


@dataclass(frozen=True, slots=True)
class NatImage:
    """What a NAT instance starts from."""

    id: pulumi.Input[str]
    """The AMI's id."""
    architecture: str
    """`amd64` or `arm64`."""


def network(
    stack: StackSettings, endpoints: Collection[str], nat: NatImage | None, placed: pulumi.ResourceOptions
) -> Networked:
    """The stack's own network, or the one that it is told to use.

    `endpoints` are the AWS services that are called from it, beside S3: without a way out each has an endpoint. `nat`
    is what a NAT instance starts from, where the stack wants one.
    """
    topology = stack.aws
    existing = topology.existing.network
    if isinstance(existing, NetworkByIds):
        return Networked(
            existing.vpc_id,
            _of_zones(existing.public_subnet_ids, topology.zones),
            _of_zones(existing.compute_subnet_ids, topology.zones),
            _of_zones(existing.data_subnet_ids, topology.zones),
            memberships={},
            outgoing_addresses={},
        )
    if isinstance(existing, NetworkOfStack):
        return _network_of(existing.stack, topology.zones)
    own = Network(f"{stack.app}-network", _args(stack, endpoints, nat), placed)
    return Networked(
        own.vpc_id,
        own.public_subnet_ids,
        own.compute_subnet_ids,
        own.data_subnet_ids,
        own.endpoint_client_security_group_ids,
        own.outgoing_addresses,
    )


def outputs(made: Networked) -> dict[str, pulumi.Input[object]]:
    """What other stacks and people need to know about the network."""
    return {
        VPC: made.vpc_id,
        PUBLIC: {**made.public_subnet_ids},
        COMPUTE: {**made.compute_subnet_ids},
        DATA: {**made.data_subnet_ids},
        "outgoingAddresses": {**made.outgoing_addresses},
    }


def _of_zones(ids: Mapping[str, str], zones: tuple[str, ...]) -> dict[str, pulumi.Input[str]]:
    return {zone: ids[zone] for zone in zones}


def _network_of(stack: str, zones: tuple[str, ...]) -> Networked:
    other = pulumi.StackReference(stack)

    def subnets(output: str) -> dict[str, pulumi.Input[str]]:
        ids = other.require_output(output)
        return {zone: ids[zone] for zone in zones}

    return Networked(
        other.require_output(VPC),
        subnets(PUBLIC),
        subnets(COMPUTE),
        subnets(DATA),
        memberships={},
        outgoing_addresses={},
    )


def _args(stack: StackSettings, endpoints: Collection[str], nat: NatImage | None) -> NetworkArgs:
    topology = stack.aws
    return {
        "region": topology.region,
        "cidr": topology.network.cidr,
        "zones": list(topology.zones),
        "egress": _egress(topology.network, nat),
        "flow_logs": topology.network.flow_logs,
        "endpoints": list(endpoints) if topology.network.closed() else [],
        "tags": stack.required_tags(),
    }


def _egress(settings: NetworkSettings, nat: NatImage | None) -> EgressArgs:
    egress = settings.egress
    if isinstance(egress, NatGateways):
        return {"kind": Egress.NAT_GATEWAY, "per_zone": egress.per_zone}
    if isinstance(egress, NatInstance):
        if nat is None:
            raise ValueError("network.egress: nat-instance needs an image; give what it starts from")
        smallest = "t4g.nano" if nat.architecture == "arm64" else "t3.nano"
        instance_type = egress.instance_type or smallest
        return {"kind": Egress.NAT_INSTANCE, "image_id": nat.id, "instance_type": instance_type}
    return {"kind": Egress.NONE}
