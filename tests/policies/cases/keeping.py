"""Plans for the rules about keys, rotation, logs, alarms and tags."""

from __future__ import annotations

from plan.model import Unknown
from tests.policies.cases.building import Cases, a, facts
from tests.policies.plans import whole

KEY, SECRET = "aws:kms/key:Key", "aws:secretsmanager/secret:Secret"
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
LOG_GROUP, ALARM = "aws:cloudwatch/logGroup:LogGroup", "aws:cloudwatch/metricAlarm:MetricAlarm"
VPC, SCALING, ROUTE = "aws:ec2/vpc:Vpc", "aws:autoscaling/group:Group", "aws:ec2/route:Route"
PASSWORD = a(SECRET, "password")
QUIET = a(ALARM, "quiet")
WANTED = {"application": "shop", "environment": "production"}
ASKING = facts(requiredTags=WANTED)
ONE_MORE = [{"key": "Name", "value": "web", "propagateAtLaunch": True}]
PAIRS = [{"key": key, "value": value, "propagateAtLaunch": True} for key, value in WANTED.items()]

CASES = {
    "key-rotates": Cases(
        good={
            "said": [a(KEY, enableKeyRotation=True)],
            "a key that is kept elsewhere": [a(KEY, customKeyStoreId="cks-1")],
            "a key pair, which cannot": [a(KEY, customerMasterKeySpec="RSA_4096")],
        },
        bad={"nothing said": [a(KEY)], "off": [a(KEY, enableKeyRotation=False)]},
        unproven={"unknown": [a(KEY, enableKeyRotation=Unknown())]},
    ),
    "secret-rotates": Cases(
        good={
            "a rotation": [facts(), PASSWORD, a(ROTATION, "r", secretId=whole(PASSWORD))],
            "development": [facts("development"), PASSWORD],
        },
        bad={
            "none": [facts(), PASSWORD],
            "of another": [facts(), PASSWORD, other := a(SECRET, "other"), a(ROTATION, "r", secretId=whole(other))],
        },
        unproven={"of which is unknown": [facts(), PASSWORD, a(ROTATION, "r", secretId=Unknown())]},
    ),
    "logs-expire": Cases(
        good={"a day": [a(LOG_GROUP, retentionInDays=1)], "a delivery": [a(LOG_GROUP, logGroupClass="DELIVERY")]},
        bad={"nothing said": [a(LOG_GROUP)], "for ever": [a(LOG_GROUP, retentionInDays=0)]},
        unproven={"unknown": [a(LOG_GROUP, retentionInDays=Unknown())]},
    ),
    "alarms-tell-somebody": Cases(
        good={
            "a topic": [a(ALARM, alarmActions=["arn:topic"])],
            "a roll-out that heeds it": [
                QUIET,
                a(
                    SCALING,
                    "g",
                    instanceRefresh={"preferences": {"alarmSpecification": {"alarms": [whole(QUIET, "name")]}}},
                ),
            ],
        },
        bad={
            "nothing said": [a(ALARM)],
            "switched off": [a(ALARM, alarmActions=["arn:topic"], actionsEnabled=False)],
            "an empty list": [a(ALARM, alarmActions=[])],
        },
        unproven={
            "unknown": [a(ALARM, alarmActions=["arn:topic"], actionsEnabled=Unknown())],
            "unknown actions": [a(ALARM, alarmActions=Unknown())],
        },
    ),
    "required-tags": Cases(
        good={
            "its own": [ASKING, a(VPC, tags={**WANTED, "Name": "x"})],
            "none demanded": [facts(), a(VPC)],
            "a type without tags": [ASKING, a(ROUTE)],
            "a scaling group": [ASKING, a(SCALING, tags=[*ONE_MORE, *PAIRS])],
        },
        bad={
            "none": [ASKING, a(VPC)],
            "one missing": [ASKING, a(VPC, tags={"application": "shop"})],
            "another value": [ASKING, a(VPC, tags={**WANTED, "environment": "staging"})],
            "other letters": [ASKING, a(VPC, tags={"Application": "shop", "environment": "production"})],
            "a scaling group": [ASKING, a(SCALING, tags=ONE_MORE)],
        },
        unproven={
            "unknown": [ASKING, a(VPC, tags=Unknown())],
            "an unknown value": [ASKING, a(VPC, tags={**WANTED, "environment": Unknown()})],
        },
    ),
}
