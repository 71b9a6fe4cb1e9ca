"""To whom policies speak: services that there are, and roles and users of this account."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.policies import listed
from slipway.simulated.checks.relations import IF_IN_ACCOUNT
from slipway.simulated.values import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slipway.simulated.cloud import Cloud

_OWN = re.compile(rf"arn:aws:iam::{ACCOUNT}:(role|user)/(.*/)?([^/*?]+)")
_KINDS = {"role": "aws:iam/role:Role", "user": "aws:iam/user:User"}
_AWSS_OWN = ("aws-reserved/", "aws-service-role/")  # paths of roles that AWS makes: no program does, and they are there
_SERVICE = re.compile(r"([a-z0-9.\-]+)\.(amazonaws\.com(\.cn)?|amazonaws\.eu|amazon\.com|aws\.internal)")
_WHOLE_ALIKE, _ALIKE, _SHORT_ALIKE = (
    0.9,
    0.84,
    0.66,
)  # from when on two words are so alike that one is the other, misspelt
_SHORT = 4  # letters of a word
# Names of several words whose words by themselves say too little.
_WHOLE = ("application-autoscaling", "ecs-tasks", "vpc-flow-logs")
# Words that names of services are made of. AWS has more, and new ones every year.
_WORDS = frozenset(
    (
        *("a4b", "access", "account", "acm", "agentcore", "airflow", "alexa", "amazonmq", "amplify"),
        *("amplifybackend", "aoss", "apigateway", "appconfig", "appflow", "appintegrations", "application"),
        *("appmesh", "apprunner", "appstream", "appstudio", "appsync", "apptest", "aps", "arc"),
        *("artifact", "athena", "evs", "cur", "sdb", "tax", "vod", "vpn"),
        *("auditmanager", "autoscaling", "backup", "batch", "bcm", "bedrock", "billing", "braket", "budgets"),
        *("cassandra", "channels", "chatbot", "chime", "cleanrooms", "cloud9", "cloudformation", "cloudfront"),
        *("cloudhsm", "cloudmap", "cloudsearch", "cloudtrail", "cloudwatch", "codeartifact", "codebuild"),
        *("codecommit", "codeconnections", "codedeploy", "codeguru", "codepipeline", "codestar", "cognito"),
        *("comprehend", "config", "connect", "continuous", "controltower", "cost", "customer", "databrew"),
        *("dataexchange", "datapipeline", "datasync", "datazone", "dax", "deadline", "delivery", "detective"),
        *("devicefarm", "devops", "directconnect", "discovery", "dlm", "dms", "docdb", "drs", "ds", "dsql"),
        *("dynamodb", "ebs", "ec2", "ec2fleet", "ecr", "ecs", "edgelambda", "eks", "elasticache", "elasticbeanstalk"),
        *("elasticfilesystem", "elasticloadbalancing", "elasticmapreduce", "elastictranscoder", "email", "emr"),
        *("entityresolution", "es", "eventbridge", "events", "evidently", "finspace", "firehose", "fis", "fms"),
        *("forecast", "frauddetector", "fsx", "gamelift", "glacier", "globalaccelerator", "glue", "grafana"),
        *("greengrass", "groundstation", "guardduty", "health", "healthlake", "honeycode", "iam", "identitystore"),
        *("imagebuilder", "importexport", "incidents", "inspector", "inspector2", "internetmonitor", "iot"),
        *("iotanalytics", "iotevents", "iotfleetwise", "iotsitewise", "ivs", "kafka", "kafkaconnect", "kendra"),
        *("kinesis", "kinesisanalytics", "kms", "lakeformation", "lambda", "lex", "lexv2", "license", "lightsail"),
        *("location", "logger", "logs", "lookoutequipment", "lookoutmetrics", "lookoutvision", "m2"),
        *("machinelearning", "macie", "macie2", "malware", "managedservices", "marketplace", "mediaconnect"),
        *("mediaconvert", "medialive", "mediapackage", "mediapackagev2", "mediastore", "mediatailor", "medical"),
        *("memorydb", "mgn", "migrationhub", "mobile", "monitoring", "mq", "mturk", "neptune", "network"),
        *("networkmanager", "nimble", "notifications", "oam", "omics", "opensearch", "opensearchservice", "ops"),
        *("opsworks", "organizations", "osis", "outposts", "panorama", "payments", "pca", "pcs", "personalize"),
        *("pinpoint", "pipes", "polly", "pricing", "privatelink", "proton", "purchaseorders", "q", "qapps"),
        *("qbusiness", "qldb", "quicksight", "ram", "rbin", "rds", "redshift", "refactor", "rekognition"),
        *("replication", "replicator", "repost", "resiliencehub", "resource", "resources", "robomaker"),
        *("rolesanywhere", "route53", "route53domains", "route53resolver", "rum", "s3", "sagemaker", "savingsplans"),
        *("scheduler", "schemas", "secretsmanager", "securityhub", "securitylake", "serverlessrepo"),
        *("servicecatalog", "servicediscovery", "servicequotas", "ses", "shield", "signals", "signer", "signin"),
        *("simspaceweaver", "sms", "sns", "spot", "spotfleet", "sqs", "ssm", "sso", "states", "storagegateway"),
        *("streams", "sts", "sumerian", "support", "supportapp", "swf", "synthetics", "tagging", "textract"),
        *("thinclient", "timestream", "transcribe", "transfer", "transitgateway", "translate", "trustedadvisor"),
        *("user", "verified", "vmie", "voiceid", "vpc", "vpce", "waf", "wafv2", "well", "wellarchitected", "wisdom"),
        *("workdocs", "worklink", "workmail", "workspaces", "xray"),
    )
)


def check_principals(statements: Iterable[Mapping[str, Any]], says: str, cloud: Cloud) -> None:
    """Raise `ApiError` for a policy that speaks to a role or a user of this account that is not there."""
    for statement in statements:
        principal = statement.get("Principal")
        for person in listed(principal.get("AWS")) if isinstance(principal, dict) else ():
            own = _OWN.fullmatch(str(person))
            if own and str(own[2]).startswith(_AWSS_OWN):
                continue
            if own and not cloud.naming(_KINDS[own[1]], "name", own[3]) and not cloud.told_of(str(person)):
                raise ApiError(f"{says.format('AWS', person)} {IF_IN_ACCOUNT}")


def check_services(statements: Iterable[Mapping[str, Any]], says: str) -> None:
    """Raise `ApiError` for a policy that speaks to what is no service's name, or one that is misspelt."""
    for statement in statements:
        principal = statement.get("Principal")
        for service in listed(principal.get("Service")) if isinstance(principal, dict) else ():
            found = _SERVICE.fullmatch(str(service).lower())
            if not found or _is_misspelt(found[1]):
                raise ApiError(says.format("SERVICE", service))


def _is_misspelt(name: str) -> bool:
    """Whether a name is so like that of a service that it is meant. One that is like none may be a service's too."""
    parts = re.split(r"[.\-]", name)
    if name not in _WHOLE and difflib.get_close_matches(name, _WHOLE, 1, _WHOLE_ALIKE):
        return True
    return not _WORDS & set(parts) and any(map(_is_misspelt_word, parts))


def _is_misspelt_word(word: str) -> bool:
    meant = difflib.get_close_matches(word, _WORDS, 1, _SHORT_ALIKE if len(word) < _SHORT else _ALIKE)
    if not meant or (len(word) < _SHORT and word[:2] != meant[0][:2]):
        return False
    return not _is_put_together(word)


def _is_put_together(word: str) -> bool:
    """Whether a word is a known one and more, or its next version: `workspacesweb`, `ssmincidents`, `macie2`."""
    for known in _WORDS:
        rest = word.removeprefix(known) if word.startswith(known) else word.removesuffix(known)
        if rest != word and (len(rest) > 1 or rest.isdigit()):
            return True
    return False
