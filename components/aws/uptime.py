"""A check from outside, made by Route 53: of any address, whoever hosts what answers there."""

from urllib.parse import SplitResult, urlsplit

import pulumi
import pulumi_aws as aws

from components.aws.notifications import topic
from components.server.uptime import UptimeArgs, heard

# Route 53 is one for the world, and its checks have their metrics here alone. An alarm and a topic elsewhere would
# see none of them.
_REGION = "us-east-1"
_PORTS = {"http": 80, "https": 443}


class AwsUptime(pulumi.ComponentResource):
    """Guarantees that an address is asked every half minute from all over the world, and a mail when it is silent.

    It has to be made with a provider of us-east-1: there alone are the metrics of these checks.
    """

    check_id: pulumi.Output[str]
    """The health check's id."""

    def __init__(self, name: str, args: UptimeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:AwsUptime", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        asked = urlsplit(args["url"])
        check = aws.route53.HealthCheck(
            f"{name}-check",
            type=asked.scheme.upper(),
            fqdn=asked.hostname,
            port=asked.port or _PORTS[asked.scheme],
            resource_path=_path(asked),
            enable_sni=asked.scheme == "https",
            request_interval=30,
            failure_threshold=3,
            tags={**args["tags"], "Name": name},
            opts=child,
        )
        told = topic(name, _REGION, heard(args), child)
        aws.cloudwatch.MetricAlarm(
            f"{name}-down",
            alarm_description=f"[critical] {args['url']} does not answer, asked from outside.",
            namespace="AWS/Route53",
            metric_name="HealthCheckStatus",
            dimensions={"HealthCheckId": check.id},
            statistic="Minimum",
            period=60,
            comparison_operator="LessThanThreshold",
            threshold=1,
            evaluation_periods=1,
            datapoints_to_alarm=1,
            treat_missing_data="breaching",
            actions_enabled=True,
            alarm_actions=[told.arn],
            ok_actions=[told.arn],
            tags={"Name": f"{name}-down", "Severity": "critical"},
            opts=child,
        )
        self.check_id = check.id
        self.register_outputs({"checkId": self.check_id})


def _path(asked: SplitResult) -> str:
    return (asked.path or "/") + (f"?{asked.query}" if asked.query else "")
