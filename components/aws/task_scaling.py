"""When a service of tasks grows and shrinks."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class TaskTargets:
    """How many tasks there may be, and the averages over them that their number keeps up."""

    min: int
    """The least number."""
    max: int
    """The greatest number."""
    cpu: float
    """Per cent of the processors' time."""
    memory: float
    """Per cent of the memory."""
    requests: int
    """Requests a minute and task; 0: they do not count."""
    door: pulumi.Input[str] | None
    """The load balancer and the target group, as metrics name them together; None: nobody counts requests."""


def scale_tasks(
    name: str, service: pulumi.Input[str], targets: TaskTargets, child: pulumi.ResourceOptions
) -> aws.appautoscaling.Target:
    """Keep the tasks' averages near the targets; of several answers the largest number counts.

    `service` is `service/<cluster>/<service>`.
    """
    target = aws.appautoscaling.Target(
        f"{name}-tasks",
        resource_id=service,
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        min_capacity=targets.min,
        max_capacity=targets.max,
        tags={"Name": name},
        opts=child,
    )
    _track(f"{name}-cpu", target, "ECSServiceAverageCPUUtilization", targets.cpu, None, child)
    _track(f"{name}-memory", target, "ECSServiceAverageMemoryUtilization", targets.memory, None, child)
    if targets.requests and targets.door is not None:
        _track(f"{name}-requests", target, "ALBRequestCountPerTarget", targets.requests, targets.door, child)
    return target


def _track(  # noqa: PLR0913, PLR0917  # what tells one policy from another
    name: str,
    target: aws.appautoscaling.Target,
    metric: str,
    value: float,
    label: pulumi.Input[str] | None,
    child: pulumi.ResourceOptions,
) -> None:
    specification = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
        predefined_metric_type=metric, resource_label=label
    )
    aws.appautoscaling.Policy(
        name,
        policy_type="TargetTrackingScaling",
        resource_id=target.resource_id,
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
            target_value=value, predefined_metric_specification=specification
        ),
        opts=child,
    )
