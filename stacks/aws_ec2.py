"""The topology `aws-ec2`: which component gets what from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.aws.network import Network
from stacks.facts import register_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.aws_ec2 import AwsEc2
    from config.stack import StackSettings


def build(stack: StackSettings) -> Mapping[str, pulumi.Input[str]]:
    """Register the stack's resources and return its outputs."""
    topology = stack.topology
    register_facts(stack)
    placed = pulumi.ResourceOptions(provider=_provider(topology, stack.required_tags()))
    network = Network(
        f"{stack.app}-network",
        {
            "cidr": topology.network.cidr,
            "zones": list(topology.zones),
            "nat": topology.network.nat,
            "flow_logs": topology.network.flow_logs,
        },
        placed,
    )
    return {"vpcId": network.vpc_id}


def _provider(topology: AwsEc2, tags: Mapping[str, str]) -> aws.Provider:
    """The one provider: its region and account cannot be another's, and everything it makes is tagged."""
    role = topology.role_arn
    return aws.Provider(
        topology.region,
        region=topology.region,
        allowed_account_ids=list(topology.account_ids) or None,
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=role)] if role else None,
        default_tags=aws.ProviderDefaultTagsArgs(tags=dict(tags)),
    )
