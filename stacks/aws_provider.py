"""The providers of a stack in AWS: one of AWS, and one that makes random values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pulumi_random as random

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.aws_topology import AwsTopology


def aws_provider(topology: AwsTopology, tags: Mapping[str, str]) -> aws.Provider:
    """The one provider: its region and account cannot be another's, and everything it makes is tagged."""
    role = topology.role_arn
    return aws.Provider(
        topology.region,
        region=topology.region,
        allowed_account_ids=list(topology.account_ids) or None,
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=role)] if role else None,
        default_tags=aws.ProviderDefaultTagsArgs(tags=dict(tags)),
    )


def placement(*providers: pulumi.ProviderResource) -> pulumi.ResourceOptions:
    """Options for components: what they make goes to the provider of its package.

    Random values need one of their own, since default providers are switched off.
    """
    return pulumi.ResourceOptions(providers=[*providers, random.Provider("random")])
