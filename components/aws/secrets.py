"""The application's secrets, in AWS Secrets Manager: given ones, and those that nobody needs to know."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.write_only import stored
from components.deletion import forgotten, kept
from components.random_secret import random_secret
from config.values import Deletion


class SecretArgs(TypedDict):
    """One secret."""

    generate: bool
    """Whether its value is made here, once: 48 random bytes, written in hexadecimal."""
    value: NotRequired[pulumi.Input[str]]
    """Its value, where it is not generated."""


class SecretsArgs(TypedDict):
    """What the secrets are made from."""

    secrets: dict[str, SecretArgs]
    """The secrets by name, such as SESSION_SECRET."""
    recovery_days: int
    """Days in which a deleted secret can be had back, 7 to 30; 0 deletes at once."""
    deletion: Deletion
    """What becomes of a secret when it leaves the program."""


class Secrets(pulumi.ComponentResource):
    """Guarantees that each value lies in a store of its own and is shown nowhere, and that generated ones stay."""

    arns: dict[str, pulumi.Output[str]]
    """The ARNs by name, for whoever may read them. Each is known once the value is there."""
    values: dict[str, pulumi.Output[str]]
    """The values by name, secret: for a database or a cache that is made with one."""

    def __init__(self, name: str, args: SecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Secrets", name, {}, opts)
        self._args = args
        self._child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), forgotten(args["deletion"]))
        self._data = pulumi.ResourceOptions.merge(self._child, kept(args["deletion"]))
        self.values = {
            secret: pulumi.Output.secret(self._value(f"{name}-{secret}", given))
            for secret, given in args["secrets"].items()
        }
        self.arns = {secret: self._stored(f"{name}-{secret}", value) for secret, value in self.values.items()}
        self.register_outputs({"arns": self.arns, "values": self.values})

    def _value(self, prefix: str, given: SecretArgs) -> pulumi.Input[str]:
        if given["generate"] == ("value" in given):
            raise ValueError(f"{prefix}: give it a value or let it be generated; one of the two, and not both")
        if "value" in given:
            return given["value"]
        return random_secret(f"{prefix}-value", self._data)

    def _stored(self, prefix: str, value: pulumi.Output[str]) -> pulumi.Output[str]:
        store = aws.secretsmanager.Secret(
            prefix,
            description="Set by Slipway: docs/secrets.md says how to change it",
            recovery_window_in_days=self._args["recovery_days"],
            tags={"Name": prefix},
            opts=self._data,
        )
        # Not protected: a new value takes a new version, and what is protected cannot be replaced. Deleting a version
        # leaves AWS's copy of the current one alone.
        version = stored(prefix, store.id, value, self._child)
        # The version's ARN is the secret's: with it whoever needs the ARN waits for the value.
        return version.secret_arn
