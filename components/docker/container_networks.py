"""The networks of a stack's containers on one engine."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_docker as docker

FRONT, DATA = "front", "data"
"""What the networks are called: the one that leads outside, and the one of data."""
_SERVER = "dev.slipway.server"  # the label that says which server's engine a network is in


class ContainerNetworksArgs(TypedDict):
    """What the networks are for."""

    data: bool
    """Whether containers keep data, which have a network of their own."""
    server_id: NotRequired[pulumi.Input[str]]
    """What tells the server of the engine from the one before: another one is given networks, containers and images
    anew. Left out: the engine stays."""


class ContainerNetworks(pulumi.ComponentResource):
    """Guarantees that the containers of this stack alone reach each other, and that those with data reach nobody else.

    Only services are in both networks: the proxy reaches no data, and what keeps data has no way to the internet. Where
    they are others, so are the containers in them, and the images that these run.
    """

    names: dict[str, pulumi.Output[str]]
    """The names of the networks: `front`, and `data` where there is one."""

    def __init__(self, name: str, args: ContainerNetworksArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:docker:ContainerNetworks", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        labels = [docker.NetworkLabelArgs(label=_SERVER, value=args["server_id"])] if "server_id" in args else None
        networks = {FRONT: docker.Network(f"{name}-{FRONT}", driver="bridge", labels=labels, opts=child)}
        if args["data"]:
            networks[DATA] = docker.Network(f"{name}-{DATA}", driver="bridge", internal=True, labels=labels, opts=child)
        self.names = {what: network.name for what, network in networks.items()}
        self.register_outputs({"names": self.names})
