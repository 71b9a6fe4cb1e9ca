"""What every topology in Amazon Web Services has: region and zones, a network, a load balancer, a managed Redis."""

import ipaddress
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.settings import Settings, refuse, refused_at
from config.values import Cidr, Deletion, Flag, Matches, VpcCidr, Whole

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
CacheNodeType = Annotated[
    str,
    Matches(
        r"cache\.[a-z]+\d+[a-z]*\.[a-z0-9]+",
        "the name of an ElastiCache node type is wanted",
        "write it as in cache.t4g.micro",
    ),
]


class Nat(StrEnum):
    """How machines in private subnets reach the internet."""

    PER_ZONE = "per-zone"
    """One NAT gateway in each zone: the loss of a zone takes no other zone's way out."""
    SINGLE = "single"
    """One NAT gateway for all zones: cheaper, and gone with its zone."""


class Egress(StrEnum):
    """How machines in private subnets reach what is outside the network."""

    NAT_GATEWAY = "nat-gateway"
    """By a managed gateway, one in each zone or one for all."""
    NAT_INSTANCE = "nat-instance"
    """By one small machine: cheap, slow, and gone with its zone."""
    NONE = "none"
    """Not at all: AWS services are reached by endpoints inside the network."""


class NetworkSettings(Settings):
    """The virtual network."""

    cidr: VpcCidr = "10.20.0.0/16"
    """Its private IPv4 block, /16 to /22. It is cut into 32 equal parts: 8 possible zones in each of up to 4 tiers."""
    avoid: tuple[Cidr, ...] = ()
    """Blocks in use elsewhere (peered networks, a VPN) that `cidr` must not overlap."""
    nat: Nat = Nat.PER_ZONE
    """How private machines reach the internet: `per-zone`, or `single` (the default in development)."""
    flow_logs: Flag = True
    """Whether every connection is logged for 90 days; false by default in development."""

    @model_validator(mode="after")
    def _disjoint(self) -> Self:
        own = ipaddress.IPv4Network(self.cidr)
        problems = [
            refused_at(("cidr",), self.cidr, f"it overlaps {other}, which `avoid` names", "take another block")
            for other in self.avoid
            if own.overlaps(ipaddress.IPv4Network(other))
        ]
        refuse("NetworkSettings", problems)
        return self


class HttpListener(Settings):
    """Plain HTTP on port 80. Only in development: everything on the way can read it."""

    kind: Literal["http"]
    """Always `http`."""


class HttpsListener(Settings):
    """HTTPS on port 443; port 80 only redirects to it."""

    kind: Literal["https"]
    """Always `https`."""
    certificate_arn: CertificateArn
    """The certificate's ARN in AWS Certificate Manager."""


class LoadBalancerSettings(Settings):
    """The load balancer, the only part that the internet reaches."""

    listener: Annotated[HttpListener | HttpsListener, Field(discriminator="kind")]
    """What it listens on: `{kind: https, certificate_arn: …}`, or in development `{kind: http}`."""


class CacheSettings(Settings):
    """The managed Redis (ElastiCache with Valkey): one for all instances."""

    node_type: CacheNodeType = "cache.t4g.small"
    """The ElastiCache node type."""
    version: Literal["7.2", "8.0", "8.1"] = "8.0"
    """The version of Valkey, in quotes."""
    replicas: Annotated[Whole, Field(ge=0, le=5)] = 1
    """Copies beside the primary, with automatic failover to them. Production needs 1; 0 by default in development."""
    snapshots: Annotated[Whole, Field(ge=0, le=35)] = 7
    """Days that daily snapshots are kept; 0 means none."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of the cache when it leaves the program: protect, retain or destroy."""
