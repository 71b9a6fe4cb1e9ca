"""To whom policies speak: services that there are, and roles and users of this account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.policies import listed
from slipway.simulated.values import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slipway.simulated.cloud import Cloud

_OWN = re.compile(rf"arn:aws:iam::{ACCOUNT}:(role|user)/(?:.*/)?([^/*?]+)")
_KINDS = {"role": "aws:iam/role:Role", "user": "aws:iam/user:User"}
_SERVICE = re.compile(r"[a-z0-9.\-]+\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)")
# Words that names of services are made of: a name without any of them is no service's.
_WORDS = frozenset(
    (
        *("a4b", "access", "account", "acm", "agentcore", "airflow", "alexa", "amazonmq", "amplify"),
        *("amplifybackend", "aoss", "apigateway", "appconfig", "appflow", "appintegrations", "application"),
        *("appmesh", "apprunner", "appstream", "appstudio", "appsync", "apptest", "aps", "arc", "athena"),
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
            if own and not cloud.naming(_KINDS[own[1]], "name", own[2]) and not cloud.told_of(str(person)):
                raise ApiError(says.format("AWS", person))


def check_services(statements: Iterable[Mapping[str, Any]], says: str) -> None:
    """Raise `ApiError` for a policy that speaks to a service that there is not."""
    for statement in statements:
        principal = statement.get("Principal")
        for service in listed(principal.get("Service")) if isinstance(principal, dict) else ():
            name = str(service).lower()
            if not _SERVICE.fullmatch(name) or not _WORDS & set(
                re.split(r"[.\-]", name.removesuffix(".amazonaws.com"))
            ):
                raise ApiError(says.format("SERVICE", service))
