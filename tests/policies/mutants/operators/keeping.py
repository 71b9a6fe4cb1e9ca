"""Mutations of rights, keys, secrets, logs, alarms, tags and exceptions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from plan.model import Secret
from tests.policies.mutants.changes import (
    UNKNOWN,
    added,
    altogether,
    dropped,
    edited,
    having,
    hidden,
    named,
    new,
    output,
    put,
    ref,
    removed,
    retold,
)
from tests.policies.mutants.mutation import PRODUCTION, Operator
from tests.policies.mutants.operators.machines import APPLICATION
from tests.policies.mutants.operators.places import CACHE, DATABASE, MACHINES, VPC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Resource, Value
    from tests.policies.mutants.changes import Edit, Make

ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
KEY, LOGS, ALARM = "aws:kms/key:Key", "aws:cloudwatch/logGroup:LogGroup", "aws:cloudwatch/metricAlarm:MetricAlarm"
SECRET, ROTATION = "aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretRotation:SecretRotation"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
PARAMETER, PROVIDER = "aws:ssm/parameter:Parameter", "pulumi:providers:aws"
FULL, SERVICES, TRUST = "no-full-administrator", "no-whole-services", "role-trusts-somebody"
SIGHT, PASSWORD = "no-secret-in-plain-sight", "password-not-literal"
TAGS, FORCE, NEEDED = "required-tags", "exceptions-in-force", "exceptions-needed"
ALARMS = "alarms-tell-somebody"


def allowing(*actions: str) -> Edit:
    """The same policy with one statement more, in front."""

    def edit(_graph: Graph, _policy: Resource, old: Value) -> Value:
        more = json.dumps({"Effect": "Allow", "Action": list(actions), "Resource": "*"})
        return retold(old, '"Statement": [', f'"Statement": [{more}, ')

    return edit


def attached(policy: str) -> Make:
    def make(_graph: Graph, role: Resource) -> Iterator[Resource]:
        yield new(
            role, ATTACHMENT, f"{role.name}-more", role=ref(role, "name"), policyArn=f"arn:aws:iam::aws:policy/{policy}"
        )

    return make


def trusting(principal: Value) -> str:
    return json.dumps({"Statement": {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}})


def tells(graph: Graph, alarm: Resource) -> bool:
    """Alarms that tell somebody, and that no roll-out turns back by."""
    heeded = any(alarm in named(graph, each, "instanceRefresh") for each in graph.of_type(MACHINES))
    return bool(alarm.inputs.get("alarmActions")) and not heeded


def exception(rule: str, expires: str) -> Value:
    return [
        {
            "rule": rule,
            "resource": "aws:ec2/vpc:Vpc::nobody",
            "reason": "a try",
            "owner": "orders-team@example.com",
            "expires": expires,
        }
    ]


def has_tags(_graph: Graph, application: Resource) -> bool:
    return bool(application.inputs.get("requiredTags"))


def tags_something(graph: Graph, application: Resource) -> bool:
    """Of stacks that have anything with tags: at Cloudflare nothing has."""
    return has_tags(graph, application) and bool(graph.of_type(PROVIDER))


def fewer_tags(_graph: Graph, _provider: Resource, old: Value) -> Value:
    return retold(old, '"managed-by"', '"made-by"')


def of_application(graph: Graph, _resource: Resource) -> bool:
    return any(has_tags(graph, each) for each in graph.of_type(APPLICATION))


def shown(graph: Graph, network: Resource) -> Iterator[Resource]:
    for version in graph.of_type(VERSION)[:1]:
        yield new(network, PARAMETER, "DATABASE_PASSWORD", type="String", value=ref(version, "secretString"))


def of_github(subject: str) -> str:
    host = "token.actions.githubusercontent.com"
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{host}"},
        "Condition": {"StringLike": {f"{host}:sub": subject}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


OPERATORS = (
    Operator(FULL, "a statement that allows everything", edited(ROLE_POLICY, "policy", allowing("*"))),
    Operator(FULL, "everything by its long name", edited(ROLE_POLICY, "policy", allowing("s3:GetObject", "*:*"))),
    Operator(FULL, "AWS's policy for administrators", added(ROLE, attached("AdministratorAccess"))),
    Operator(FULL, "a policy that only deployment tells", hidden(ROLE_POLICY, "policy"), "unproven"),
    Operator(SERVICES, "a whole service", edited(ROLE_POLICY, "policy", allowing("s3:*"))),
    Operator(SERVICES, "a whole service in other capitals", edited(ROLE_POLICY, "policy", allowing("DynamoDB:*"))),
    Operator(SERVICES, "AWS's policy for a whole service", added(ROLE, attached("AmazonS3FullAccess"))),
    Operator(SERVICES, "a policy that only deployment tells", hidden(ROLE_POLICY, "policy"), "unproven"),
    Operator(TRUST, "everybody", put(ROLE, "assumeRolePolicy", trusting("*"))),
    Operator(TRUST, "everybody of AWS", put(ROLE, "assumeRolePolicy", trusting({"AWS": ["*"]}))),
    Operator(TRUST, "every repository of GitHub", put(ROLE, "assumeRolePolicy", of_github("repo:*"))),
    Operator(TRUST, "whom only deployment tells", hidden(ROLE, "assumeRolePolicy"), "unproven"),
    Operator("key-rotates", "switched off", put(KEY, "enableKeyRotation", value=False)),
    Operator("key-rotates", "nothing said", removed(KEY, "enableKeyRotation")),
    Operator("logs-expire", "nothing said", removed(LOGS, "retentionInDays")),
    Operator("logs-expire", "for ever", put(LOGS, "retentionInDays", 0)),
    Operator("secret-rotates", "no rotation", dropped(ROTATION), environments=PRODUCTION),
    Operator(
        "secret-rotates",
        "of which secret, only deployment tells",
        put(ROTATION, "secretId", UNKNOWN),
        "unproven",
        PRODUCTION,
    ),
    Operator(ALARMS, "switched off", put(ALARM, "actionsEnabled", value=False)),
    Operator(ALARMS, "nobody", altogether(ALARM, {"okActions": None, "alarmActions": None}, tells)),
    Operator(TAGS, "one tag more is demanded", put(APPLICATION, "requiredTags.cost-centre", "42", tags_something)),
    Operator(TAGS, "the provider gives one less", edited(PROVIDER, "defaultTags", fewer_tags, of_application)),
    Operator(TAGS, "a group of machines without", removed(MACHINES, "tags", of_application)),
    Operator(TAGS, "another value by a resource itself", put(VPC, "tags.application", "theirs", of_application)),
    Operator(TAGS, "tags that only deployment tells", put(MACHINES, "tags", UNKNOWN, of_application), "unproven"),
    Operator(
        FORCE, "an exception that has ended", put(APPLICATION, "exceptions", exception("flow-logs-kept", "2020-01-31"))
    ),
    Operator(
        FORCE,
        "an exception from a rule that is none",
        put(APPLICATION, "exceptions", exception("flow-log", "2999-01-31")),
    ),
    Operator(
        NEEDED,
        "an exception that covers nothing",
        put(APPLICATION, "exceptions", exception("flow-logs-kept", "2999-01-31")),
    ),
    Operator(SIGHT, "a key of AWS in a tag", put(VPC, "tags.key", "AKIAIOSFODNN7EXAMPLE")),
    Operator(
        SIGHT,
        "a password in a parameter",
        put(PARAMETER, "insecureValue", "postgres://app:hunter2-of-mine@db:5432/app", having("type", "String")),
    ),
    Operator(SIGHT, "a secret as a parameter in plain text", added(VPC, shown)),
    Operator(SIGHT, "a password as an output of the stack", output("databasePassword", "hunter2-of-mine")),
    Operator(PASSWORD, "the database's as plain text", put(DATABASE, "password", Secret(plain=True))),
    Operator(PASSWORD, "the cache's as plain text", put(CACHE, "authToken", Secret(plain=True))),
    Operator(PASSWORD, "a token of a provider as plain text", put(PROVIDER, "secretKey", Secret(plain=True))),
)
