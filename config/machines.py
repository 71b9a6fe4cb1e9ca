"""The machines of a topology in AWS: what they start from, and how many there are."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.settings import Settings, refuse, refused_at
from config.values import Matches, Number, Whole

_GRAVITON = re.compile(r"(?:a1|[a-z]+\d+g[a-z]*)\.")

InstanceType = Annotated[
    str,
    Matches(r"[a-z]+\d+[a-z-]*\.[a-z0-9-]+", "the name of an EC2 instance type is wanted", "write it as in t3.medium"),
]
Architecture = Literal["amd64", "arm64"]
PerCent = Annotated[Number, Field(ge=10, le=95)]


class UbuntuImage(Settings):
    """Canonical's server image, pinned: the same serial is the same image until this setting changes.

    The AMI is looked up in Canonical's public parameter of that serial, so one setting serves every region.
    """

    kind: Literal["ubuntu"]
    """Always `ubuntu`."""
    release: Literal["22.04", "24.04", "26.04"]
    """The long-term release, in quotes."""
    serial: Annotated[
        str,
        Matches(r"20\d{6}(?:\.\d)?", "an image's serial is wanted, in quotes: its date", 'write it as in "20260923"'),
    ]
    """The image's serial, as in "20260923"."""
    architecture: Architecture = "amd64"
    """`amd64`, or `arm64` for Graviton instance types."""

    def parameter(self) -> str:
        """The name of Canonical's public parameter that holds the AMI's id."""
        disk = "ebs-gp2" if self.release == "22.04" else "ebs-gp3"  # as Canonical publishes them
        path = f"{self.release}/stable/{self.serial}/{self.architecture}/hvm/{disk}/ami-id"
        return f"/aws/service/canonical/ubuntu/server/{path}"


class AmiImage(Settings):
    """An image by its id, for a team that bakes its own."""

    kind: Literal["ami"]
    """Always `ami`."""
    id: Annotated[
        str, Matches(r"ami-[0-9a-f]{8,17}", "the id of an AMI is wanted", "write it as in ami-0123456789abcdef0")
    ]
    """The AMI's id in the stack's region. It must be an Ubuntu or Debian with systemd and Python 3."""
    architecture: Architecture = "amd64"
    """`amd64`, or `arm64` for Graviton instance types."""


Image = Annotated[UbuntuImage | AmiImage, Field(discriminator="kind")]


class InstanceGroup(Settings):
    """The machines of one service."""

    instance_type: InstanceType = "t3.medium"
    """The EC2 instance type."""
    min: Annotated[Whole, Field(ge=1, le=100)] = 2
    """The least number of machines; production needs 2."""
    max: Annotated[Whole, Field(ge=1, le=100)] = 5
    """The greatest number of machines."""
    disk: Annotated[Whole, Field(ge=8, le=1024)] = 16
    """The size of each machine's encrypted disk in GiB."""
    cpu: PerCent = 70
    """The average use of processors that scaling keeps near, per cent."""
    memory: PerCent = 80
    """The average use of memory that scaling keeps near, per cent."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            rule = f"min may not be above max, which is {self.max}"
            refuse("InstanceGroup", [refused_at(("min",), self.min, rule, "lower min or raise max")])
        return self


def runs_on(instance_type: str, architecture: str) -> bool:
    """Whether an EC2 instance type has processors of that architecture: Graviton's are a1 and those with a g."""
    return (_GRAVITON.match(instance_type) is not None) == (architecture == "arm64")
