"""The topology `cloudflare`: one Worker at the edge, with D1, R2 and Durable Objects."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from config.application import Application
from config.cloudflare_checks import problems
from config.cloudflare_edge import CloudflareAccountId, EdgeSettings, EdgeZoneId
from config.cloudflare_stores import EdgeQueue, KvNamespace, StoreName
from config.cloudflare_turnstile import BOUND, WorkerTurnstile
from config.cloudflare_worker import Worker, WorkerRelease
from config.data import Sqlite, UploadedFiles
from config.frontend import ViteFrontend
from config.pages import EdgePages, WorkerFiles
from config.settings import Settings
from config.values import Deletion, Environment, FolderName, Hostname
from config.variables import Secret, Source

NOT_TOLD = frozenset({Source.PORT, Source.NODE_VERSION, Source.SQLITE_FILE, Source.UPLOADS_BUCKET, Source.UPLOADS_URL})
"""What a Worker has no use for, and what it is bound to D1 and R2 in the place of."""


class EdgeZone(EdgeSettings):
    """The zone at Cloudflare that has the application's hosts; it is there already."""

    name: Hostname
    """The zone's name, as in example.com."""
    id: EdgeZoneId
    """The zone's id."""


class EdgeDataSettings(Settings):
    """Data that Cloudflare keeps."""

    location: Literal["wnam", "enam", "weur", "eeur", "apac", "oc"] | None = None
    """Near where it is written, as Cloudflare names it: the west or east of North America, the west or east of Europe,
    Asia, Oceania. None means near who makes it. Another one later makes it anew, empty, and with `deletion: destroy`
    alone: no two have one name in the account."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of it when it leaves the program: protect, retain or destroy."""


class EdgeMigrations(Settings):
    """The migrations that the deployment applies to the database before the Worker that needs them."""

    directory: FolderName = "migrations"
    """The folder with them, as seen from where the stack is deployed: files of SQL whose names begin with a number, as
    in 0001_tables.sql. One that is applied is never changed, renamed or taken out."""


class EdgeDatabaseSettings(EdgeDataSettings):
    """The database in D1."""

    migrations: EdgeMigrations | None = None
    """Its tables, as migrations that the deployment applies. None means that somebody else makes them."""


class Cloudflare(Settings):
    """A Worker at Cloudflare's edge in the place of the application's services."""

    kind: Literal["cloudflare"]
    """Always `cloudflare`."""
    account_id: CloudflareAccountId
    """The account."""
    zone: EdgeZone
    """The zone that has the hosts, and how Cloudflare answers for it."""
    release: WorkerRelease
    """The release: a built Worker."""
    worker: Worker
    """How it runs, and which services it takes the place of."""
    frontend: Annotated[WorkerFiles | EdgePages, Field(discriminator="kind")] = WorkerFiles(kind="worker")
    """Where the frontend's files lie: `{kind: worker}`, its `assets`, or `{kind: pages}`, a project of Pages under a
    host of its own."""
    database: EdgeDatabaseSettings = EdgeDatabaseSettings()
    """The database in D1 that takes the place of a SQLite file; the Worker finds it as DB."""
    uploads: EdgeDataSettings = EdgeDataSettings()
    """The bucket in R2 for uploads, when the application has any; the Worker finds it as UPLOADS."""
    namespaces: dict[StoreName, KvNamespace] = Field(default={})
    """Namespaces of KV, by the name under which the Worker finds each, as in {SESSIONS: {}}."""
    queues: dict[StoreName, EdgeQueue] = Field(default={})
    """Queues, by the name under which the Worker sends to each, as in {MAILS: {}}."""
    turnstile: WorkerTurnstile | None = None
    """A widget by which the Worker tells people from programs that fill in its forms."""

    def problems(self, application: Application, environment: Environment) -> list[InitErrorDetails]:
        """What does not go together with this application in this environment; paths are relative to the topology."""
        return list(problems(self, application, environment))

    def used_secrets(self, application: Application) -> dict[str, Secret]:
        """The secrets that the stack needs, by name."""
        return application.used_secrets()

    def names_frontend(self, application: Application) -> bool:
        """Whether only deployment tells the frontend's address, because Pages gives it."""
        return isinstance(self.frontend, EdgePages) and application.frontend.url is None

    def admits_previews(self) -> bool:
        """Whether previews of the frontend may call the Worker; only deployment tells what their hosts end with."""
        return isinstance(self.frontend, EdgePages) and self.frontend.admits_previews()

    def unfit_name(self, stack: str, application: Application) -> str:  # noqa: ARG002  # nothing is named after it
        """What of the stack's name does not do, and what to do; empty where it does."""
        return ""

    def scheme(self) -> str:
        """What the Worker is asked by."""
        return "https"

    def port(self, declared: int) -> int:
        """The port of a service, of which a Worker knows nothing."""
        return declared

    def hosts(self, application: Application) -> tuple[str, ...]:
        """The hosts under which the Worker answers: those of the services, and the frontend's where it serves that."""
        frontend = application.frontend if isinstance(self.frontend, WorkerFiles) else None
        own = [host for service in application.public_services().values() for host in service.hosts]
        pages = [frontend.url.removeprefix("https://")] if isinstance(frontend, ViteFrontend) and frontend.url else []
        return tuple(dict.fromkeys([*own, *pages]))

    def pages_host(self, application: Application) -> str:
        """The host of the frontend's pages in the zone; empty where Pages has none, or none of their own."""
        frontend = application.frontend
        if not isinstance(self.frontend, EdgePages) or not isinstance(frontend, ViteFrontend):
            return ""
        return (frontend.url or "").removeprefix("https://")

    def routed_beside(self, application: Application) -> str:
        """That host, where the Worker answers some of its paths; else empty."""
        host = self.pages_host(application)
        return host if host in self.worker.routes else ""

    def service_hosts(self, application: Application, service: str) -> tuple[str, ...]:
        """The hosts under which a service's work is asked for: its own, or else the frontend's with paths for it."""
        own, beside = application.services[service].hosts, self.routed_beside(application)
        return (beside,) if beside and not own else own

    def bound(self, application: Application) -> tuple[str, ...]:
        """The names of what the Worker is bound to besides variables and secrets."""
        data, assets = application.data, self.worker.assets
        return (
            *(["DB"] if isinstance(data.sqlite, Sqlite) else []),
            *(["UPLOADS"] if isinstance(data.uploads, UploadedFiles) else []),
            *([assets.binding] if assets is not None and assets.binding is not None else []),
            *self.worker.objects,
            *self.namespaces,
            *self.queues,
            *(BOUND if self.turnstile is not None else []),
        )
