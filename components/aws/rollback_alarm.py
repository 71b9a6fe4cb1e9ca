"""What stops a rollout: the alarm that tells that a new version answers badly."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

_PERIOD = 60  # seconds; the load balancer tells its numbers once a minute
_BAD, _OF = 2, 3  # minutes: one bad minute may be chance, and machines are replaced within a few
_LIMIT = 5.0  # per cent of requests
_ENOUGH = 20  # requests a minute: one error of three is no rate


@dataclass(frozen=True, slots=True)
class Watched:
    """A public service, as the load balancer's metrics name it."""

    balancer: pulumi.Input[str]
    """The end of the load balancer's ARN: `app/…`."""
    target_group: pulumi.Input[str]
    """The end of the target group's ARN: `targetgroup/…`."""


def rollback_alarm(prefix: str, watched: Watched, child: pulumi.ResourceOptions) -> aws.cloudwatch.MetricAlarm:
    """An alarm that rings while more than 5 % of a service's requests fail: in two minutes of three, each with 20.

    A rate of answers 5xx and refused connections, not a number of unhealthy machines: one that does not pass its health
    check never enters service, so what remains to be seen is the version that passes and answers badly. It has no
    actions: it is there for instance refreshes, and quiet where nobody asks anything.
    """
    dimensions = {"LoadBalancer": watched.balancer, "TargetGroup": watched.target_group}
    return aws.cloudwatch.MetricAlarm(
        f"{prefix}-rollback",
        alarm_description=f"{prefix}: stops a rollout while more than {_LIMIT:g} % of requests fail",
        metric_queries=[
            aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id="failing",
                label="Failed requests in per cent",
                expression=f"IF(requests >= {_ENOUGH}, 100 * (FILL(errors, 0) + FILL(refused, 0)) / requests, 0)",
                return_data=True,
            ),
            _sum("requests", "RequestCount", dimensions),
            _sum("errors", "HTTPCode_Target_5XX_Count", dimensions),
            _sum("refused", "TargetConnectionErrorCount", dimensions),
        ],
        comparison_operator="GreaterThanThreshold",
        threshold=_LIMIT,
        evaluation_periods=_OF,
        datapoints_to_alarm=_BAD,
        treat_missing_data="notBreaching",
        tags={"Name": f"{prefix}-rollback"},
        opts=child,
    )


def _sum(
    identifier: str, metric: str, dimensions: dict[str, pulumi.Input[str]]
) -> aws.cloudwatch.MetricAlarmMetricQueryArgs:
    return aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id=identifier,
        metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace="AWS/ApplicationELB", metric_name=metric, dimensions=dimensions, period=_PERIOD, stat="Sum"
        ),
    )
