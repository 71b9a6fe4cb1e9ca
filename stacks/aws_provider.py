"""The providers of a stack in AWS: one of AWS, one for certificates of CloudFront, and one that makes random values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pulumi_random as random

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.aws_topology import AwsTopology

EDGE = "us-east-1"  # where CloudFront's certificates are, wherever its servers stand


def aws_provider(topology: AwsTopology, tags: Mapping[str, str]) -> aws.Provider:
    """The one provider: its region and account cannot be another's, and everything it makes is tagged."""
    return _provider(topology, topology.region, tags)


def at_the_edge(
    topology: AwsTopology, tags: Mapping[str, str], placed: pulumi.ResourceOptions
) -> pulumi.ResourceOptions:
    """Options for what CloudFront takes from us-east-1 alone: a second provider, where the stack is elsewhere."""
    if topology.region == EDGE:
        return placed
    return pulumi.ResourceOptions.merge(placed, pulumi.ResourceOptions(providers=[_provider(topology, EDGE, tags)]))


def _provider(topology: AwsTopology, region: str, tags: Mapping[str, str]) -> aws.Provider:
    role = topology.role_arn
    return aws.Provider(
        region,
        region=region,
        allowed_account_ids=list(topology.account_ids) or None,
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=role)] if role else None,
        default_tags=aws.ProviderDefaultTagsArgs(tags=dict(tags)),
    )


def placement(*providers: pulumi.ProviderResource) -> pulumi.ResourceOptions:
    """Options for components: what they make goes to the provider of its package.

    Random values need one of their own, since default providers are switched off.
    """
    return pulumi.ResourceOptions(providers=[*providers, random.Provider("random")])
