"""Picks the module of the stack's topology."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from config.stack import StackSettings

# By name, not by import: a topology's module loads the SDKs of its cloud, which take seconds.
_MODULES = {
    "aws-ec2": "stacks.aws_ec2",
    "aws-ecs": "stacks.aws_ecs",
    "cloudflare": "stacks.cloudflare",
    "docker": "stacks.docker",
    "vps": "stacks.vps",
}


def build(stack: StackSettings, secrets: Mapping[str, pulumi.Output[str]]) -> Mapping[str, pulumi.Input[object]]:
    """Register the stack's resources and return its outputs. `secrets` are the values of its secrets by name."""
    module = import_module(_MODULES[stack.topology.kind])
    outputs: Mapping[str, pulumi.Input[object]] = module.build(stack, secrets)
    return outputs
