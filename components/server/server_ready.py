"""The moment at which the Docker engine of a new server can be used."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_command as command

from components.server.over_ssh import waiting
from components.server.server_release import USER


class ServerReadyArgs(TypedDict):
    """The server that is waited for."""

    server_id: pulumi.Input[str]
    """What tells this server from the one before: a new one is waited for again."""
    address: pulumi.Input[str]
    """Where it listens to SSH."""
    host_key: NotRequired[str]
    """The server's own public key; without it whoever answers first is believed, and nobody else later."""


class ServerReady(pulumi.ComponentResource):
    """Guarantees that whatever waits for it finds a Docker engine that answers.

    It asks by the program `ssh` of the machine that deploys, as Pulumi's provider for Docker does: with the keys of its
    agent or its settings.
    """

    engine: pulumi.Output[str]
    """The engine's address."""

    def __init__(self, name: str, args: ServerReadyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:server:ServerReady", name, {}, opts)
        self.waited: pulumi.Resource = command.local.Command(
            f"{name}-command",
            create=waiting(args.get("host_key")),
            environment={"ENGINE": pulumi.Output.concat(USER, "@", args["address"])},
            triggers=[args["server_id"]],
            add_previous_output_in_env=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.engine = pulumi.Output.concat("ssh://", USER, "@", args["address"])
        self.register_outputs({"engine": self.engine})
