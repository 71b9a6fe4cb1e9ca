"""Secret inputs that AWS takes and never shows: a value, and the number that says when it has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

_MOST = 2**31 - 1  # providers and AWS count in 32 bits with a sign; 0 would mean none


@dataclass(frozen=True, slots=True)
class WriteOnly:
    """The pair of inputs `…_wo` and `…_wo_version` of a provider. Both are secret."""

    value: pulumi.Output[str]
    """The value."""
    version: pulumi.Output[int]
    """A number that is another one when the value is."""


def write_only(value: pulumi.Input[str]) -> WriteOnly:
    """The inputs for a secret value: secret from here on, whatever it was before.

    The provider looks at the version alone, so it comes from the value: counted by hand, a new value with the old
    number would never arrive. As it would let a short value be guessed, it is secret as well.
    """
    hidden = pulumi.Output.secret(value)
    return WriteOnly(hidden, hidden.apply(_version))


def stored(
    name: str, secret_id: pulumi.Input[str], value: pulumi.Input[str], child: pulumi.ResourceOptions
) -> aws.secretsmanager.SecretVersion:
    """A value in a secret of Secrets Manager: `<name>-version`."""
    taken = write_only(value)
    return aws.secretsmanager.SecretVersion(
        f"{name}-version",
        secret_id=secret_id,
        secret_string_wo=taken.value,
        secret_string_wo_version=taken.version,
        opts=pulumi.ResourceOptions.merge(child, hidden_version("secretStringWoVersion")),
    )


def hidden_version(name: str) -> pulumi.ResourceOptions:
    """For the resource: its version is secret in the state also as the output that the provider gives back.

    `name` is Pulumi's name of the input, such as passwordWoVersion.
    """
    return pulumi.ResourceOptions(additional_secret_outputs=[name])


def _version(value: str) -> int:
    """A number from 1 to 2147483647 that stands for a value."""
    return int.from_bytes(hashlib.sha256(value.encode()).digest()[:8]) % _MOST + 1
