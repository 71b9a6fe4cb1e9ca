"""The proxy before a stack's services on one engine: nginx in a container."""

from typing import TypedDict

import pulumi

from components.docker.fenced import Fenced, Health, fenced, image
from components.docker.proxy import HEALTH_PORT, PORT
from config.docker_engine import PROXY_MEMORY

_STOP = 10  # seconds
_FILE = "/tmp/nginx.conf"  # noqa: S108  # in the container's own memory
_VARIABLE = "SLIPWAY_PROXY"
# An engine copies no file into a container whose disk is read only, so the text comes as a variable.
_START = f'printf %s "${_VARIABLE}" > {_FILE} && exec nginx -e stderr -c {_FILE} -g "daemon off;"'


class ProxyContainerArgs(TypedDict):
    """What the proxy is made from."""

    image: str
    """nginx's official image, by digest."""
    networks: dict[str, pulumi.Input[str]]
    """The names of the networks that it is in, by what they are for."""
    port: int
    """The port of the engine's machine that leads to it, on 127.0.0.1 alone."""
    configuration: str
    """The whole configuration of nginx. Nothing secret."""


class ProxyContainer(pulumi.ComponentResource):
    """Guarantees one way to the services: through a port that only the engine's own machine reaches.

    Another configuration is another container, and a port has one: nothing answers for the second or two between.
    """

    container_id: pulumi.Output[str]
    """The container's id, known once it is well."""

    def __init__(self, name: str, args: ProxyContainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:docker:ProxyContainer", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        container = fenced(
            f"{name}-nginx",
            Fenced(
                image_id=image(f"{name}-image", args["image"], args["networks"], child).image_id,
                networks=args["networks"],
                memory=PROXY_MEMORY,
                stop_seconds=_STOP,
                user="nginx",
                entrypoint=("/bin/sh", "-c"),
                command=(_START,),
                environment={_VARIABLE: args["configuration"]},
                health=Health(test=("CMD", "curl", "-fsS", f"http://127.0.0.1:{HEALTH_PORT}/")),
                published=(args["port"], PORT),
            ),
            pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(delete_before_replace=True)),
        )
        self.container_id = container.id
        self.register_outputs({"containerId": self.container_id})
