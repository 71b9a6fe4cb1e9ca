"""Rules about what is kept and watched: keys, secrets that change, logs, alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.facts import in_production
from policies.inputs import demand, made, negated, some, verdict
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Answer

_KEY = "aws:kms/key:Key"
_SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type token
_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
_LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_ALARMS = ("aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm")
# What acts by an alarm that it names: a roll-out that turns back, another alarm.
_HEEDING = (
    "aws:autoscaling/group:Group",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    "aws:ecs/service:Service",
    "aws:codedeploy/deploymentGroup:DeploymentGroup",
    "aws:route53/healthCheck:HealthCheck",
)
_ACTIONS = ("alarmActions", "okActions", "insufficientDataActions")


def _judge_keys(graph: Graph) -> Iterator[Verdict]:
    for key in made(graph, _KEY):
        symmetric = key["customerMasterKeySpec"].among({"SYMMETRIC_DEFAULT"}, default="SYMMETRIC_DEFAULT")
        elsewhere = key["customKeyStoreId"].present
        turns = key["enableKeyRotation"]
        holds = some((negated(symmetric), elsewhere, turns.flag(default=False)))
        yield from demand(turns, holds, "keeps one key for ever")


def _judge_rotation(graph: Graph) -> Iterator[Verdict]:
    rotated: set[str] = set()
    unclear = False
    for rotation in made(graph, _ROTATION):
        secret = graph.follow(rotation.resource, "secretId", (_SECRET,))
        rotated |= {secret.urn} if secret else set()
        unclear = unclear or (secret is None and rotation["secretId"].text() is None)
    for secret_field in made(graph, _SECRET):
        urn = secret_field.resource.urn
        holds: Answer = True if urn in rotated else None if unclear else False
        because = "which secret a rotation is for is not known" if unclear else "no aws.secretsmanager.SecretRotation"
        wrong = "keeps one value until somebody thinks of it"
        yield from in_production(graph, verdict(secret_field.resource, holds, wrong, because))


def _judge_logs(graph: Graph) -> Iterator[Verdict]:
    for group in made(graph, _LOG_GROUP):
        kept = group["retentionInDays"]
        delivery = group["logGroupClass"].among({"DELIVERY"})  # of a fixed time
        yield from demand(kept, some((delivery, kept.at_least(1))), "keeps its logs for ever")


def _judge_alarms(graph: Graph) -> Iterator[Verdict]:
    heeded = {
        urn for each in made(graph, *_HEEDING) for urns in each.resource.property_dependencies.values() for urn in urns
    }
    for alarm in made(graph, *_ALARMS):
        enabled = alarm["actionsEnabled"]
        yield from demand(enabled, enabled.flag(default=True), "tells nobody")
        if enabled.flag(default=True):
            told = some((alarm.resource.urn in heeded, *(alarm[name].present for name in _ACTIONS)))
            yield from demand(alarm["alarmActions"], told, "tells nobody")


RULES = (
    Rule(
        id="key-rotates",
        title="Keys of KMS turn every year",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP KMS.4", "CIS AWS 5.0 3.6", "CKV_AWS_7"),
        rationale="The less is encrypted with one key, the less a lost one opens.",
        remedy="Set enable_key_rotation=True; old data stays readable.",
        judge=_judge_keys,
    ),
    Rule(
        id="secret-rotates",
        title="Secrets of production change by themselves",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP SecretsManager.1", "FSBP SecretsManager.4", "CKV2_AWS_57"),
        rationale="A secret that leaked unnoticed works until it changes.",
        remedy="Make an aws.secretsmanager.SecretRotation, or write down who changes it how often, and watch its age.",
        judge=_judge_rotation,
    ),
    Rule(
        id="logs-expire",
        title="Logs are kept for a set time",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP CloudWatch.16", "CKV_AWS_66"),
        rationale="Logs without an end cost more every month and keep personal data longer than is allowed.",
        remedy="Set retention_in_days, as long as you would look back.",
        judge=_judge_logs,
    ),
    Rule(
        id="alarms-tell-somebody",
        title="Alarms tell somebody",
        severity="low",
        level="advisory",
        clouds=("aws",),
        references=("FSBP CloudWatch.15", "FSBP CloudWatch.17", "CKV_AWS_319"),
        rationale="An alarm without an action is seen by those who look at the right page at the right time.",
        remedy="Give alarm_actions a topic, and leave actions_enabled at its default, True.",
        judge=_judge_alarms,
    ),
)
