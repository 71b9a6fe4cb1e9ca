"""How a run that failed, or that was never started, comes to somebody's knowledge."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.iam import policy_document

_KEPT = 1_209_600  # seconds a message is kept, the most that SQS has: 14 days
_PERIOD = 300  # seconds


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs that are watched."""

    cluster_arn: pulumi.Input[str]
    """The ARN of the cluster that they run on."""
    group: pulumi.Input[str]
    """The group that ECS counts them to, which no other task has."""
    topic_arn: pulumi.Input[str] | None
    """The ARN of the topic that alarms write to; None: nobody is told."""


def failed_runs(name: str, runs: Runs, child: pulumi.ResourceOptions) -> aws.sqs.Queue:
    """An encrypted queue with what is known of each run that failed: `<name>-failed`, and an alarm on what comes there.

    What could not be started is put there by whoever starts runs; that one ended with another code than 0, or that its
    containers never started, by a rule over the events of ECS. Messages stay for 14 days.
    """
    queue = aws.sqs.Queue(
        f"{name}-failed",
        message_retention_seconds=_KEPT,
        sqs_managed_sse_enabled=True,
        tags={"Name": f"{name}-failed"},
        opts=child,
    )
    rule = aws.cloudwatch.EventRule(
        f"{name}-failed",
        description=f"Runs of {name} that failed",
        event_pattern=pulumi.Output.all(runs.cluster_arn, runs.group).apply(lambda known: _pattern(*known)),
        tags={"Name": f"{name}-failed"},
        opts=child,
    )
    policy = aws.sqs.QueuePolicy(
        f"{name}-failed",
        queue_url=queue.url,
        policy=pulumi.Output.all(queue.arn, rule.arn).apply(lambda known: _letting_in(*known)),
        opts=child,
    )
    aws.cloudwatch.EventTarget(
        f"{name}-failed",
        rule=rule.name,
        arn=queue.arn,
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[policy])),
    )
    _alarm(name, queue, runs.topic_arn, child)
    return queue


def _pattern(cluster: str, group: str) -> str:
    """ECS's own events about tasks of this group that ended badly. A failed start has no exit code."""
    detail = {
        "clusterArn": [cluster],
        "group": [group],
        "lastStatus": ["STOPPED"],
        "$or": [{"containers": {"exitCode": [{"anything-but": [0]}]}}, {"stopCode": ["TaskFailedToStart"]}],
    }
    return json.dumps({"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"], "detail": detail})


def _letting_in(queue: str, rule: str) -> str:
    """The rule may put messages in, and nobody reads or writes them without TLS."""
    return policy_document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        },
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": queue,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )


def _alarm(name: str, queue: aws.sqs.Queue, topic_arn: pulumi.Input[str] | None, child: pulumi.ResourceOptions) -> None:
    """Rings for each failure anew: on what comes into the queue, not on what lies there until somebody has read it."""
    aws.cloudwatch.MetricAlarm(
        f"{name}-failed",
        alarm_description=(
            f"[warning] A run of {name} failed or was not started. Its message in the queue {name}-failed says which;"
            " what it printed is in the log of its service."
        ),
        namespace="AWS/SQS",
        metric_name="NumberOfMessagesSent",
        dimensions={"QueueName": queue.name},
        statistic="Sum",
        period=_PERIOD,
        comparison_operator="GreaterThanThreshold",
        threshold=0,
        evaluation_periods=1,
        datapoints_to_alarm=1,
        treat_missing_data="notBreaching",
        actions_enabled=True,
        alarm_actions=[topic_arn] if topic_arn is not None else None,
        tags={"Name": f"{name}-failed", "Severity": "warning"},
        opts=child,
    )
