"""The topology `aws-ec2`: a load balancer, an auto-scaling group of machines per service and one managed Redis."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails

from config.application import Application
from config.aws import (
    AccountId,
    CacheSettings,
    HttpsListener,
    LoadBalancerSettings,
    NetworkSettings,
    Region,
    RoleArn,
    Zone,
)
from config.data import ManagedRedis
from config.settings import Settings, nearest, refuse, refused_at
from config.values import Deletion, Environment, Matches, Whole

MIN_ZONES = 2  # an Application Load Balancer takes subnets of two zones at least
MAX_ZONES = 3
MIN_MACHINES = 2  # in production
_GRAVITON = re.compile(r"[a-z]+\d+g[a-z]*\.")

InstanceType = Annotated[
    str,
    Matches(r"[a-z]+\d+[a-z-]*\.[a-z0-9-]+", "the name of an EC2 instance type is wanted", "write it as in t3.medium"),
]
Architecture = Literal["amd64", "arm64"]


class UbuntuImage(Settings):
    """Canonical's server image, pinned: the same serial is the same image until this setting changes.

    The AMI is resolved at launch from Canonical's public parameter of that serial, so one setting serves every region.
    EC2 takes no `:version` after a public parameter's name (API reference, `ImageId`), hence the serial.
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

    def image_id(self) -> str:
        """What a launch template takes as image id."""
        path = f"{self.release}/stable/{self.serial}/{self.architecture}/hvm/ebs-gp3/ami-id"
        return f"resolve:ssm:/aws/service/canonical/ubuntu/server/{path}"


class AmiImage(Settings):
    """An image by its id, for a team that bakes its own."""

    kind: Literal["ami"]
    """Always `ami`."""
    id: Annotated[
        str, Matches(r"ami-[0-9a-f]{8,17}", "the id of an AMI is wanted", "write it as in ami-0123456789abcdef0")
    ]
    """The AMI's id in the stack's region. It must be an Ubuntu or Debian with systemd."""
    architecture: Architecture = "amd64"
    """`amd64`, or `arm64` for Graviton instance types."""

    def image_id(self) -> str:
        """What a launch template takes as image id."""
        return self.id


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

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            rule = f"min may not be above max, which is {self.max}"
            refuse("InstanceGroup", [refused_at(("min",), self.min, rule, "lower min or raise max")])
        return self


class AwsEc2(Settings):
    """Machines in auto-scaling groups behind an application load balancer, with one managed Redis."""

    kind: Literal["aws-ec2"]
    """Always `aws-ec2`."""
    region: Region
    """The AWS region."""
    zones: Annotated[tuple[Zone, ...], Field(min_length=1, max_length=MAX_ZONES, json_schema_extra={"minItems": 2})]
    """The availability zones, by name: two or three of the region. More may be added later, none renumbered."""
    account_ids: tuple[AccountId, ...] = ()
    """The accounts that the stack may be deployed to; none means any."""
    role_arn: RoleArn | None = None
    """The IAM role that deploys; none means the caller's own identity."""
    image: Annotated[UbuntuImage | AmiImage, Field(discriminator="kind")]
    """The pinned image that machines start from."""
    load_balancer: LoadBalancerSettings
    """The load balancer."""
    network: NetworkSettings = NetworkSettings()
    """The virtual network."""
    services: dict[str, InstanceGroup] = Field(default={})
    """The machines of each service, by the service's name; a service not named here gets the defaults."""
    cache: CacheSettings = CacheSettings()
    """The managed Redis, when the application wants one."""

    @model_validator(mode="after")
    def _own_zones(self) -> Self:
        problems = [
            refused_at(("zones", index), zone, rule, remedy)
            for index, zone in enumerate(self.zones)
            for wrong, rule, remedy in (
                (zone[:-1] != self.region, f"a zone of {self.region} is wanted", f"write it as in {self.region}a"),
                (zone in self.zones[:index], "each zone may stand here once", "take one of them out"),
            )
            if wrong
        ]
        refuse("AwsEc2", problems)
        return self

    def machines(self, service: str) -> InstanceGroup:
        """The machines of a service."""
        return self.services.get(service, InstanceGroup())

    def problems(self, application: Application, environment: Environment) -> list[InitErrorDetails]:
        """What does not go together with this application in this environment; paths are relative to the topology."""
        return [
            *self._too_few_zones(environment),
            *self._unknown_services(application),
            *self._nothing_public(application),
            *self._wrong_architectures(application),
            *self._readable_traffic(environment),
            *(self._unsafe_in_production(application) if environment is Environment.PRODUCTION else ()),
        ]

    def _too_few_zones(self, environment: Environment) -> list[InitErrorDetails]:
        if len(self.zones) >= MIN_ZONES:
            return []
        who = "production" if environment is Environment.PRODUCTION else "a load balancer"
        return [
            refused_at(("zones",), list(self.zones), f"{who} needs at least two zones", f"add a zone of {self.region}")
        ]

    def _unknown_services(self, application: Application) -> list[InitErrorDetails]:
        known = ", ".join(application.services)
        return [
            refused_at(
                ("services", name, "[key]"),
                name,
                f"the application's services are {known}",
                f"{nearest(name, application.services)}take it out or correct it",
            )
            for name in self.services
            if name not in application.services
        ]

    def _nothing_public(self, application: Application) -> list[InitErrorDetails]:
        if application.public_services():
            return []
        rule = "no service of the application is public, so a load balancer leads nowhere"
        return [refused_at(("load_balancer",), {}, rule, "set public: true for the service that takes traffic")]

    def _wrong_architectures(self, application: Application) -> list[InitErrorDetails]:
        wanted = self.image.architecture
        types = {name: self.machines(name).instance_type for name in application.services}
        return [
            refused_at(
                ("services", name, "instance_type"),
                given,
                f"the image is for {wanted}, and this type is not",
                "take another type, or set topology.image.architecture",
            )
            for name, given in types.items()
            if (_GRAVITON.match(given) is not None) != (wanted == "arm64")
        ]

    def _readable_traffic(self, environment: Environment) -> list[InitErrorDetails]:
        if environment is Environment.DEVELOPMENT or isinstance(self.load_balancer.listener, HttpsListener):
            return []
        rule = f"{environment} needs https: over http everyone on the way can read and change the traffic"
        remedy = "write listener: {kind: https, certificate_arn: …}"
        return [refused_at(("load_balancer", "listener", "kind"), "http", rule, remedy)]

    def _unsafe_in_production(self, application: Application) -> list[InitErrorDetails]:
        problems = [
            refused_at(
                ("services", name, "min"),
                self.machines(name).min,
                "production needs at least 2 machines, so that one may fail",
                "raise min to 2",
            )
            for name in application.services
            if self.machines(name).min < MIN_MACHINES
        ]
        if not isinstance(application.redis, ManagedRedis):
            return problems
        cache = self.cache
        checks = (
            (cache.replicas < 1, "replicas", cache.replicas, "a replica to fail over to", "set it to 1"),
            (cache.snapshots < 1, "snapshots", cache.snapshots, "daily snapshots", "set it to 7"),
            (
                cache.deletion is Deletion.DESTROY,
                "deletion",
                "destroy",
                "data that outlives a mistake",
                "write protect or retain",
            ),
        )
        return problems + [
            refused_at(("cache", key), given, f"production needs {what}", remedy)
            for wrong, key, given, what, remedy in checks
            if wrong
        ]
