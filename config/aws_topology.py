"""What all topologies in Amazon Web Services have: network, load balancer, names, data, secrets, alarms."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.application import Application
from config.aws import AccountId, Region, RoleArn, Zone
from config.aws_data import (
    CacheSettings,
    DatabaseSettings,
    ExistingCache,
    ExistingDatabase,
    SecretsSettings,
    UploadsSettings,
)
from config.aws_front import CloudflareZone, Dns, LoadBalancerSettings
from config.aws_network import ExistingNetwork, NetworkSettings
from config.aws_site import CloudFrontSite, SiteSettings
from config.cloudflare_turnstile import ZoneTurnstile
from config.pages import PagesSite
from config.services import unprivileged
from config.settings import Settings, refuse, refused_at
from config.site import NoSite
from config.values import EmailAddress, Json, Matches, UrnTail
from config.variables import CACHE_TOKEN, DATABASE_PASSWORD, Secret

MAX_ZONES = 3

# What is cheaper and good enough in development.
DEVELOPMENT: dict[str, Json] = {
    "network": {"egress": {"kind": "nat-gateway", "per_zone": False}, "flow_logs": False},
    "load_balancer": {"deletion_protection": False},
    "cache": {"replicas": 0},
    "database": {"multi_az": False},
    "secrets": {"recovery": 0},
}

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


class AwsTopology(Settings):
    """Services in private subnets with one managed Redis, and a load balancer before the public ones."""

    region: Region
    """The AWS region."""
    zones: Annotated[tuple[Zone, ...], Field(min_length=1, max_length=MAX_ZONES, json_schema_extra={"minItems": 2})]
    """The availability zones, by name: two or three of the region. More may be added later, none renumbered."""
    account_ids: tuple[AccountId, ...] = ()
    """The accounts that the stack may be deployed to; none means any. Production must name them."""
    role_arn: RoleArn | None = None
    """The IAM role that deploys; none means the caller's own identity."""
    load_balancer: LoadBalancerSettings | None = None
    """The load balancer, where a service is public: then it is needed, and else there is none."""
    dns: Dns | None = None
    """Who keeps the names of the services' hosts; an application with hosts needs it."""
    network: NetworkSettings = NetworkSettings()
    """The virtual network."""
    cache: CacheSettings = CacheSettings()
    """The managed Redis, when the application wants one."""
    database: DatabaseSettings = DatabaseSettings()
    """The managed database, when the application wants one."""
    uploads: UploadsSettings = UploadsSettings()
    """The bucket for uploads, when the application has any."""
    frontend: SiteSettings = NoSite(kind="none")
    """Where the files of the application's frontend lie: nowhere here, behind CloudFront, or at Cloudflare Pages."""
    secrets: SecretsSettings = SecretsSettings()
    """Where the application's secrets lie."""
    alarms: AlarmSettings = AlarmSettings()
    """Who is told when an alarm goes off."""
    log_days: Literal[7, 14, 30, 60, 90, 180, 365] = 30
    """Days that the services' logs are kept."""
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
        refuse(type(self).__name__, found)
        return self

    @property
    def turnstile(self) -> ZoneTurnstile | None:
        """The widget of Turnstile, which a zone at Cloudflare may have."""
        return self.dns.turnstile if isinstance(self.dns, CloudflareZone) else None

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

    def names_frontend(self, application: Application) -> bool:
        """Whether only deployment tells the frontend's address, because CloudFront or Pages gives it."""
        return isinstance(self.frontend, CloudFrontSite | PagesSite) and application.frontend.url is None

    def admits_previews(self) -> bool:
        """Whether previews of the frontend may call the services; only deployment tells what their hosts end with."""
        return isinstance(self.frontend, PagesSite) and self.frontend.admits_previews()

    def unfit_name(self, stack: str, application: Application) -> str:  # noqa: ARG002  # tasks alone are named so
        """What of the stack's name does not do, and what to do; empty where it does."""
        return ""

    def scheme(self) -> str:
        """What the services are asked by: http or https. Where none is public, https would be."""
        return self.load_balancer.listener.kind if self.load_balancer else "https"

    def port(self, declared: int) -> int:
        """The port that a process without privileges takes for the one that the application's file declares."""
        return unprivileged(declared)
