"""When a group of machines grows and shrinks."""

import pulumi
import pulumi_aws as aws

_CPU, _MEMORY = 70.0, 80.0  # per cent, averages over the group: as the team of orders planned them


def scale(name: str, group_name: pulumi.Input[str], child: pulumi.ResourceOptions) -> None:
    """Keep the machines' average CPU near 70 % and their memory near 80 %; of two answers the larger group counts."""
    aws.autoscaling.Policy(
        f"{name}-cpu",
        autoscaling_group_name=group_name,
        policy_type="TargetTrackingScaling",
        target_tracking_configuration=aws.autoscaling.PolicyTargetTrackingConfigurationArgs(
            target_value=_CPU,
            predefined_metric_specification=aws.autoscaling.PolicyTargetTrackingConfigurationPredefinedMetricSpecificationArgs(
                predefined_metric_type="ASGAverageCPUUtilization"
            ),
        ),
        opts=child,
    )
    aws.autoscaling.Policy(
        f"{name}-memory",
        autoscaling_group_name=group_name,
        policy_type="TargetTrackingScaling",
        target_tracking_configuration=aws.autoscaling.PolicyTargetTrackingConfigurationArgs(
            target_value=_MEMORY,
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
        opts=child,
    )
