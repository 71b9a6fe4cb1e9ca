"""Secrets of an application on a server that nobody needs to know."""

from typing import TypedDict

import pulumi

from components.deletion import kept
from components.random_secret import random_secret
from config.values import Deletion


class ServerSecretsArgs(TypedDict):
    """Secrets that are made here."""

    names: list[str]
    """Their names, such as SESSION_SECRET."""


class ServerSecrets(pulumi.ComponentResource):
    """Guarantees that each value is made once and stays, whatever becomes of the server."""

    values: dict[str, pulumi.Output[str]]
    """The values by name, secret."""

    def __init__(self, name: str, args: ServerSecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:server:ServerSecrets", name, {}, opts)
        data = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), kept(Deletion.PROTECT))
        self.values = {
            secret: pulumi.Output.secret(random_secret(f"{name}-{secret}-value", data)) for secret in args["names"]
        }
        self.register_outputs({"values": self.values})
