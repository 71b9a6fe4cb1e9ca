"""When a group of machines grows and shrinks."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class Targets:
    """Averages over a group's machines that its size keeps up."""

    cpu: float
    """Per cent of the processors' time."""
    memory: float
    """Per cent of the memory."""


def scale(name: str, group_name: pulumi.Input[str], targets: Targets, child: pulumi.ResourceOptions) -> None:
    """Keep the machines' averages near the targets; of two answers the larger group counts."""
    _track(
        f"{name}-cpu",
        group_name,
        aws.autoscaling.PolicyTargetTrackingConfigurationArgs(
            target_value=targets.cpu,
            predefined_metric_specification=aws.autoscaling.PolicyTargetTrackingConfigurationPredefinedMetricSpecificationArgs(
                predefined_metric_type="ASGAverageCPUUtilization"
            ),
        ),
        child,
    )
    # EC2 itself does not know how much memory is used: Amazon's agent on the machines tells.
    _track(
        f"{name}-memory",
        group_name,
        aws.autoscaling.PolicyTargetTrackingConfigurationArgs(
            target_value=targets.memory,
            customized_metric_specification=aws.autoscaling.PolicyTargetTrackingConfigurationCustomizedMetricSpecificationArgs(
                namespace="CWAgent",
                metric_name="mem_used_percent",
                statistic="Average",
                metric_dimensions=[
                    aws.autoscaling.PolicyTargetTrackingConfigurationCustomizedMetricSpecificationMetricDimensionArgs(
                        name="AutoScalingGroupName", value=group_name
                    )
                ],
            ),
        ),
        child,
    )


def _track(
    name: str,
    group_name: pulumi.Input[str],
    target: aws.autoscaling.PolicyTargetTrackingConfigurationArgs,
    child: pulumi.ResourceOptions,
) -> None:
    aws.autoscaling.Policy(
        name,
        autoscaling_group_name=group_name,
        policy_type="TargetTrackingScaling",
        target_tracking_configuration=target,
        opts=child,
    )
