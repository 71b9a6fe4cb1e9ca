"""The way from the load balancer to a public service, and what stops a rollout that answers badly."""

from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.connections import Connection, End, connect
from components.aws.rollback_alarm import Watched, rollback_alarm


class FrontDoorArgs(TypedDict):
    """The load balancer's side of a public service."""

    security_group_id: pulumi.Input[str]
    """The load balancer's security group: the only one that is let in."""
    target_group_arn: pulumi.Input[str]
    """The ARN of the service's target group."""
    target_group_arn_suffix: pulumi.Input[str]
    """The end of that ARN, by which metrics name it: `targetgroup/…`."""
    load_balancer_arn_suffix: pulumi.Input[str]
    """The end of the load balancer's ARN, by which metrics name it: `app/…`."""


def let_in(
    prefix: str, target: End, port: int, front_door: FrontDoorArgs, child: pulumi.ResourceOptions
) -> aws.cloudwatch.MetricAlarm:
    """Let the load balancer in, on the service's port, and watch what it gets to hear."""
    connect(
        prefix,
        Connection(
            carries="Requests and health checks",
            port=port,
            source=End(front_door["security_group_id"], "load-balancer", "the load balancer"),
            target=target,
        ),
        child,
    )
    watched = Watched(front_door["load_balancer_arn_suffix"], front_door["target_group_arn_suffix"])
    return rollback_alarm(prefix, watched, child)
