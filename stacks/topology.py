"""The one topology that a module of this room is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from config.aws_topology import AwsTopology
    from config.cloudflare import Cloudflare
    from config.docker import Docker
    from config.stack import StackSettings
    from config.vps import Vps

_Topology = TypeVar("_Topology", bound="AwsTopology | Cloudflare | Docker | Vps")


def topology_of(stack: StackSettings, kind: type[_Topology]) -> _Topology:
    """The stack's topology, which is of this kind. Raises `TypeError` where it is another one."""
    if not isinstance(stack.topology, kind):
        raise TypeError(f"the topology is {stack.topology.kind}, and this is the module of {kind.__name__}")
    return stack.topology
