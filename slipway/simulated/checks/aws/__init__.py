"""What AWS and its provider refuse, service by service; `checks` says how a module here is found."""

from __future__ import annotations

import re

from slipway.simulated.checks.aws.tags import check_tags
from slipway.simulated.sdk import snake

check_any = check_tags
_CODE = re.compile(r"[A-Z][A-Za-z]+(\.[A-Za-z]+)*: ")  # what an answer of an API begins with
_SERVICES = {
    "acm": "ACM",
    "autoscaling": "Auto Scaling",
    "cloudfront": "CloudFront",
    "cloudwatch": "CloudWatch",
    "ebs": "EBS",
    "ec2": "EC2",
    "ecr": "ECR",
    "ecs": "ECS",
    "elasticache": "ElastiCache",
    "iam": "IAM",
    "kms": "KMS",
    "lb": "ELBv2",
    "rds": "RDS",
    "route53": "Route 53",
    "s3": "S3",
    "secretsmanager": "Secrets Manager",
    "sns": "SNS",
    "ssm": "SSM",
    "vpc": "VPC",
    "wafv2": "WAFv2",
}


def told(doing: str, token: str, name: str, says: str) -> str:
    """A refusal in the words of the provider; those of the API come after its code, those of the provider alone."""
    _, module, kind = token.split(":")
    service = module.partition("/")[0]
    what = f"{doing} {_SERVICES.get(service, service)} {snake(kind).replace('_', ' ').title()} ({name})"
    if not _CODE.match(says):
        return f"{what}: {says}"
    return f"{what}: https response error StatusCode: 400, RequestID: simulated, api error {says}"
