"""The topology `aws-ec2`: a load balancer, an auto-scaling group of machines per service and one managed Redis."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails

from config.application import Application
from config.aws import AccountId, Region, RoleArn, Zone
from config.aws_data import (
    CacheSettings,
    DatabaseSettings,
    ExistingCache,
    ExistingDatabase,
    SecretsSettings,
    UploadsSettings,
    VolumeSettings,
)
from config.aws_ec2_checks import problems
from config.aws_front import Dns, LoadBalancerSettings
from config.aws_network import ExistingNetwork, NetworkSettings
from config.data import Sqlite
from config.machines import Image, InstanceGroup
from config.release import Release
from config.settings import Settings, refuse, refused_at
from config.values import EmailAddress, Environment, Matches, UrnTail
from config.variables import CACHE_TOKEN, DATABASE_PASSWORD, Secret

MAX_ZONES = 3
_UNPRIVILEGED = 1024  # the first port that a process may take without rights over the machine
_SHIFT = 8000  # port 80 becomes 8080, 443 becomes 8443

CloudId = Annotated[
    str, Matches(r"[\x21-\x7e]{1,2048}", "the id that the provider imports by is wanted", "see its documentation")
]


class Existing(Settings):
    """What is there already and takes the place of what the stack would make. It is used, never changed."""

    network: ExistingNetwork | None = None
    """The network; then `network` does nothing."""
    cache: ExistingCache | None = None
    """The Redis for `data.redis: {kind: managed}`; then `cache` does nothing."""
    database: ExistingDatabase | None = None
    """The database for `data.postgres: {kind: managed}`; then `database` does nothing."""


class AlarmSettings(Settings):
    """Who is told when an alarm goes off."""

    emails: tuple[EmailAddress, ...] = ()
    """The addresses that get a mail, each after it has confirmed that it wants them."""


class AwsEc2(Settings):
    """Machines in auto-scaling groups behind an application load balancer, with one managed Redis."""

    kind: Literal["aws-ec2"]
    """Always `aws-ec2`."""
    region: Region
    """The AWS region."""
    zones: Annotated[tuple[Zone, ...], Field(min_length=1, max_length=MAX_ZONES, json_schema_extra={"minItems": 2})]
    """The availability zones, by name: two or three of the region. More may be added later, none renumbered."""
    account_ids: tuple[AccountId, ...] = ()
    """The accounts that the stack may be deployed to; none means any. Production must name them."""
    role_arn: RoleArn | None = None
    """The IAM role that deploys; none means the caller's own identity."""
    image: Image
    """The pinned image that machines start from."""
    release: Release
    """The release that all services run from."""
    load_balancer: LoadBalancerSettings
    """The load balancer."""
    dns: Dns | None = None
    """Who keeps the names of the services' hosts; an application with hosts needs it."""
    network: NetworkSettings = NetworkSettings()
    """The virtual network."""
    services: dict[str, InstanceGroup] = Field(default={})
    """The machines of each service, by the service's name; a service not named here gets the defaults."""
    cache: CacheSettings = CacheSettings()
    """The managed Redis, when the application wants one."""
    database: DatabaseSettings = DatabaseSettings()
    """The managed database, when the application wants one."""
    uploads: UploadsSettings = UploadsSettings()
    """The bucket for uploads, when the application has any."""
    volume: VolumeSettings = VolumeSettings()
    """The volume with the SQLite file, when the application has one."""
    secrets: SecretsSettings = SecretsSettings()
    """Where the application's secrets lie."""
    alarms: AlarmSettings = AlarmSettings()
    """Who is told when an alarm goes off."""
    log_days: Literal[7, 14, 30, 60, 90, 180, 365] = 30
    """Days that the services' logs are kept."""
    agent: Annotated[
        str,
        Matches(r"1\.\d{6}\.\db\d+", "a version of the CloudWatch agent is wanted", "see the releases of the agent"),
    ] = "1.300060.0b1248"
    """The version of Amazon's CloudWatch agent, which ships logs and measures memory."""
    existing: Existing = Existing()
    """What is there already and is used as it is."""
    adopt: dict[UrnTail, CloudId] = Field(default={})
    """Resources that are there already and shall become this stack's own: the end of the URN, and the id to import by.
    Taken out of here after the deployment that imports them."""

    @model_validator(mode="after")
    def _own_zones(self) -> Self:
        found = [
            refused_at(("zones", index), zone, rule, remedy)
            for index, zone in enumerate(self.zones)
            for wrong, rule, remedy in (
                (zone[:-1] != self.region, f"a zone of {self.region} is wanted", f"write it as in {self.region}a"),
                (zone in self.zones[:index], "each zone may stand here once", "take one of them out"),
            )
            if wrong
        ]
        refuse("AwsEc2", found)
        return self

    def machines(self, service: str) -> InstanceGroup:
        """The machines of a service."""
        return self.services.get(service, InstanceGroup())

    def groups(self, application: Application) -> dict[str, tuple[str, ...]]:
        """The services by the group of machines that runs them, which has the first one's name.

        Each has machines of its own, unless they share a SQLite file: then all run on one machine.
        """
        names = tuple(application.services)
        return {names[0]: names} if isinstance(application.data.sqlite, Sqlite) else {name: (name,) for name in names}

    def used_secrets(self, application: Application) -> dict[str, Secret]:
        """The secrets that the stack needs, by name: what is there already brings its own password."""
        existing = self.existing
        replaced = {
            CACHE_TOKEN: existing.cache.password if existing.cache else CACHE_TOKEN,
            DATABASE_PASSWORD: existing.database.password if existing.database else DATABASE_PASSWORD,
        }
        names = {
            replaced.get(name, name) if name in application.brought_secrets() else name: secret
            for name, secret in application.used_secrets().items()
        }
        return {name: application.secrets.get(name, secret) for name, secret in names.items()}

    def port(self, declared: int) -> int:
        """The port that a process without privileges takes for the one that the application's file declares."""
        return declared if declared >= _UNPRIVILEGED else declared + _SHIFT

    def problems(self, application: Application, environment: Environment) -> list[InitErrorDetails]:
        """What does not go together with this application in this environment; paths are relative to the topology."""
        return list(problems(self, application, environment))
