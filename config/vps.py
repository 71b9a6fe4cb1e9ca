"""The topology `vps`: one server that runs everything, at DigitalOcean, Hetzner, Linode or in AWS."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from config.application import Application
from config.aws_front import CloudflareZone, Dns
from config.cloudflare_turnstile import ZoneTurnstile
from config.data import LocalPostgres, LocalRedis, Sqlite
from config.pages import PagesSite
from config.release import ImageRelease, ImagesRelease
from config.server_plans import Plan, cheapest
from config.services import unprivileged
from config.settings import Settings
from config.site import NoSite, Site
from config.values import Environment, Flag, Hostname, Json, ServiceName, Whole
from config.variables import CACHE_TOKEN, Secret
from config.vps_certificate import RecordProof, ServerCertificate
from config.vps_checks import problems
from config.vps_containers import Containers
from config.vps_data import (
    BackupPlace,
    Backups,
    ContinuousSqlite,
    LocalPostgresSettings,
    LocalRedisSettings,
    S3Uploads,
)
from config.vps_release import FetchedArchive, VpsRelease
from config.vps_server import (
    IMAGES,
    USER_DATA_LIMITS,
    AwsPlace,
    NoVolume,
    Packages,
    Place,
    Size,
    SshAccess,
    Uptime,
    Volume,
)
from config.vps_static import CloudFrontStatic

# What is cheaper and good enough in development.
DEVELOPMENT: dict[str, Json] = {"snapshots": False, "uptime": {"kind": "none"}}


class ServedFiles(Site):
    """The server serves the frontend's files itself, out of the release, under the host of `frontend.url`."""

    kind: Literal["release"]
    """Always `release`."""


class ServiceOnServer(Settings):
    """How one service runs on the server."""

    overlap: Flag = True
    """Whether the old release and the new one may run at the same time, for no request to be lost. False where two must
    never run: the old one stops first, and the service is away until the new one is well."""


class Vps(Settings):
    """One server with the services, the proxy before them, and what they keep."""

    kind: Literal["vps"]
    """Always `vps`."""
    provider: Place
    """Who hosts the server, and where."""
    size: Size
    """What it must have at least."""
    ssh: SshAccess
    """Who may log in."""
    release: VpsRelease
    """The release that all services run from: an archive or a revision on the server itself, or images by digest."""
    containers: Containers | None = None
    """The containers in which images run; needed when the release is one, and only then."""
    volume: Volume
    """Where data lies that the server keeps: on a volume of its own, or on the server's disk."""
    uptime: Uptime
    """Who looks from outside whether the application answers and the server is well."""
    backups: Backups | None = None
    """Where copies of what the server keeps go; needed where it keeps any."""
    certificate: ServerCertificate
    """How Let's Encrypt is shown that the hosts are ours: by a file that the server serves, or by a record."""
    dns: Dns
    """Who keeps the names of the services' hosts."""
    frontend: Annotated[NoSite | ServedFiles | PagesSite, Field(discriminator="kind")] = NoSite(kind="none")
    """Where the files of the application's frontend lie: nowhere here, in the release on the server, or at Cloudflare
    Pages."""
    redirects: dict[Hostname, Hostname] = Field(default={})
    """Hosts that only lead to another one, which is served: as in {example.com: www.example.com}."""
    redis: LocalRedisSettings = LocalRedisSettings()
    """The Redis on the server, when the application wants one."""
    postgres: LocalPostgresSettings = LocalPostgresSettings()
    """The PostgreSQL on the server, when the application wants one."""
    uploads: S3Uploads | None = None
    """The bucket for uploads; needed when the application has any."""
    static: CloudFrontStatic | None = None
    """The content delivery network that shows the application's static folders. None: the server alone does."""
    services: dict[ServiceName, ServiceOnServer] = Field(default={})
    """What is different of single services."""
    process_memory: Annotated[Whole, Field(ge=64, le=16384)] = 192
    """Memory in MiB that one process of a service may take; one that takes more is started anew."""
    body: Annotated[Whole, Field(ge=1, le=1024)] = 10
    """The largest body of a request, in MiB."""
    swap: Annotated[Whole, Field(ge=0, le=16)] = 1
    """Room on the disk for memory that is not in use just now, in GiB."""
    snapshots: Flag = True
    """Whether the provider keeps copies of the whole server, beside the backups of its data."""
    packages: Packages = Packages()
    """Where the server installs from."""

    def problems(self, application: Application, environment: Environment) -> list[InitErrorDetails]:
        """What does not go together with this application in this environment; paths are relative to the topology."""
        return list(problems(self, application, environment))

    def used_secrets(self, application: Application) -> dict[str, Secret]:
        """The secrets that the stack needs, by name: those of the application, and those of whoever deploys."""
        own = [] if self.images else [self.ssh.private_key]
        if isinstance(self.release, FetchedArchive) and self.release.token is not None:
            own.append(self.release.token)
        if isinstance(self.certificate, RecordProof):
            own.append(self.certificate.token)
        if isinstance(self.backups, BackupPlace):
            own += [self.backups.access_key, self.backups.secret_key, self.backups.passphrase]
            own += [self.backups.sqlite.identity] if isinstance(self.backups.sqlite, ContinuousSqlite) else []
        if self.containers is not None and self.containers.login is not None:
            own.append(self.containers.login.password)
        made = self.images is not None and isinstance(application.data.redis, LocalRedis)
        return {
            **application.used_secrets(),
            **({CACHE_TOKEN: Secret(generate=True)} if made else {}),
            **{name: Secret() for name in own if name not in application.secrets},
        }

    def names_frontend(self, application: Application) -> bool:
        """Whether only deployment tells the frontend's address, because Pages gives it."""
        return isinstance(self.frontend, PagesSite) and application.frontend.url is None

    def admits_previews(self) -> bool:
        """Whether previews of the frontend may call the services; only deployment tells what their hosts end with."""
        return isinstance(self.frontend, PagesSite) and self.frontend.admits_previews()

    def unfit_name(self, stack: str, application: Application) -> str:  # noqa: ARG002  # nothing is named after it
        """What of the stack's name does not do, and what to do; empty where it does."""
        return ""

    def scheme(self) -> str:
        """What the services are asked by."""
        return "https"

    def port(self, declared: int) -> int:
        """The port that the application's file declares, in whose place each process on the server has one of its own.

        In a container a service listens on it; without privileges it takes none below 1024.
        """
        return unprivileged(declared) if self.images else declared

    def hosts(self, application: Application) -> tuple[str, ...]:
        """The hosts that the server answers under: those of the services, and the frontend's where it serves that."""
        own = [host for service in application.public_services().values() for host in service.hosts]
        url = application.frontend.url if isinstance(self.frontend, ServedFiles) else None
        return tuple(dict.fromkeys([*own, *([url.removeprefix("https://")] if url else [])]))

    def service_hosts(self, application: Application, service: str) -> tuple[str, ...]:
        """The hosts under which pages reach a service: its own, else that of the frontend which the server serves."""
        own = application.services[service].hosts
        url = application.frontend.url if isinstance(self.frontend, ServedFiles) else None
        return own or ((url.removeprefix("https://"),) if url else ())

    @property
    def turnstile(self) -> ZoneTurnstile | None:
        """The widget that tells people from programs, where the zone has one."""
        return self.dns.turnstile if isinstance(self.dns, CloudflareZone) else None

    def limit(self) -> int:
        """The bytes of user data that the provider takes."""
        return USER_DATA_LIMITS[self.provider.kind]

    def image(self) -> str:
        """What the provider calls the image."""
        return self.provider.ami if isinstance(self.provider, AwsPlace) else IMAGES[self.provider.kind]

    def plan(self) -> Plan:
        """The cheapest of the provider's plans that has what is asked. Raises `ValueError` where none has."""
        found = cheapest(self.provider.kind, self.size.wanted())
        if found is None:
            raise ValueError(f"{self.provider.kind} has no such plan")
        return found

    def keeps(self, application: Application) -> tuple[str, ...]:
        """What of the application's data lies on the server: postgres, sqlite, redis."""
        data = application.data
        kept = {
            "postgres": isinstance(data.postgres, LocalPostgres),
            "sqlite": isinstance(data.sqlite, Sqlite),
            "redis": isinstance(data.redis, LocalRedis),
        }
        return tuple(part for part, here in kept.items() if here)

    def copies(self, application: Application) -> bool:
        """Whether copies of that go elsewhere."""
        return isinstance(self.backups, BackupPlace) and bool(self.keeps(application))

    def continuous(self, application: Application) -> ContinuousSqlite | None:
        """What says how the SQLite file is copied all the time; None where it is not."""
        place = self.backups
        chosen = place.sqlite if isinstance(place, BackupPlace) and "sqlite" in self.keeps(application) else None
        return chosen if isinstance(chosen, ContinuousSqlite) else None

    @property
    def images(self) -> ImageRelease | ImagesRelease | None:
        """The release, where it is images, which run in containers."""
        return self.release if isinstance(self.release, ImageRelease | ImagesRelease) else None

    def overlaps(self, service: str) -> bool:
        """Whether the old release of a service and the new one may run at the same time."""
        if self.containers is not None:
            return self.containers.service(service).overlap
        return self.services.get(service, ServiceOnServer()).overlap

    def data_folder(self) -> str | None:
        """Where the volume is mounted; None where there is none."""
        return None if isinstance(self.volume, NoVolume) else "/mnt/data"
