"""What every topology in Amazon Web Services says: region, zones, accounts, and how things there are named."""

from enum import StrEnum
from typing import Annotated

from config.values import Matches

Region = Annotated[
    str,
    # Not China or GovCloud: there every ARN begins otherwise.
    Matches(
        r"(?!cn-|us-gov-|us-iso)[a-z]{2}(?:-[a-z]+)+-\d",
        "the name of a commercial AWS region is wanted",
        "write it as in us-east-1",
    ),
]
Zone = Annotated[
    str,
    Matches(
        r"[a-z]{2}(?:-[a-z]+)+-\d[a-h]",
        "the name of an availability zone is wanted: its region and a letter",
        "write it as in us-east-1a",
    ),
]
AccountId = Annotated[str, Matches(r"\d{12}", "the 12 digits of an AWS account are wanted, in quotes", "look it up")]
RoleArn = Annotated[
    str,
    Matches(
        r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+",
        "the ARN of an IAM role is wanted",
        "write it as in arn:aws:iam::123456789012:role/deploy",
    ),
]
CertificateArn = Annotated[
    str,
    Matches(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]{36}",
        "the ARN of a certificate in ACM is wanted, of the stack's region",
        "copy it from AWS Certificate Manager",
    ),
]
VpcId = Annotated[
    str, Matches(r"vpc-[0-9a-f]{8,17}", "the id of a VPC is wanted", "write it as in vpc-0123456789abcdef0")
]
SubnetId = Annotated[
    str, Matches(r"subnet-[0-9a-f]{8,17}", "the id of a subnet is wanted", "write it as in subnet-0123456789abcdef0")
]
SecurityGroupId = Annotated[
    str, Matches(r"sg-[0-9a-f]{8,17}", "the id of a security group is wanted", "write it as in sg-0123456789abcdef0")
]


class Egress(StrEnum):
    """How machines in private subnets reach what is outside the network."""

    NAT_GATEWAY = "nat-gateway"
    """By a managed gateway, one in each zone or one for all."""
    NAT_INSTANCE = "nat-instance"
    """By one small machine: cheap, slow, and gone with its zone."""
    NONE = "none"
    """Not at all: AWS services are reached by endpoints inside the network."""
