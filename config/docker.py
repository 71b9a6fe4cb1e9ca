"""The topology `docker`: containers on a Docker engine of the user's own, a laptop's or a server's."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import InitErrorDetails

from config.application import Application
from config.data import LocalPostgres, LocalRedis
from config.docker_checks import problems
from config.docker_engine import (
    Engine,
    PostgresContainer,
    RedisContainer,
    RegistryLogin,
    ServiceContainer,
)
from config.release import ImageDigest, ImageRelease, ImagesRelease
from config.services import unprivileged
from config.settings import Settings
from config.site import NoSite
from config.values import Deletion, Environment, ServiceName, Whole
from config.variables import CACHE_TOKEN, DATABASE_PASSWORD, Secret


class Docker(Settings):
    """Containers of the services, one proxy before them, and what they keep in volumes, on one engine."""

    kind: Literal["docker"]
    """Always `docker`."""
    engine: Engine = Engine()
    """The engine."""
    release: Annotated[ImageRelease | ImagesRelease, Field(discriminator="kind")]
    """The release: one image for all services, or one for each, by digest."""
    login: RegistryLogin | None = None
    """Who pulls images; none where everybody may."""
    listen: Annotated[Whole, Field(ge=1024, le=65535)] = 8080
    """The port of the engine's machine at which the proxy answers, on 127.0.0.1 alone."""
    proxy: ImageDigest
    """nginx's official image, by digest: what stands before the services."""
    redis: RedisContainer | None = None
    """The container of Redis; needed where the application's is local."""
    postgres: PostgresContainer | None = None
    """The container of PostgreSQL; needed where the application's is local."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of the volume with the SQLite file when it leaves the program."""
    services: dict[ServiceName, ServiceContainer] = Field(default={})
    """What is different of single services."""
    body: Annotated[Whole, Field(ge=1, le=1024)] = 10
    """The largest body of a request, in MiB."""
    frontend: NoSite = NoSite(kind="none")
    """Where the files of the application's frontend lie: nowhere here."""

    def problems(self, application: Application, environment: Environment) -> list[InitErrorDetails]:
        """What does not go together with this application in this environment; paths are relative to the topology."""
        return list(problems(self, application, environment))

    def used_secrets(self, application: Application) -> dict[str, Secret]:
        """The secrets that the stack needs, by name: those of the application, and passwords of what runs here."""
        used = application.used_secrets()
        own = {name: Secret(generate=True) for name in self.made_passwords(application)}
        login = {self.login.password: Secret()} if self.login and self.login.password not in used else {}
        return {**used, **own, **login}

    def made_passwords(self, application: Application) -> tuple[str, ...]:
        """The names of the passwords that are made for the containers of Redis and PostgreSQL."""
        data = application.data
        return (
            *((CACHE_TOKEN,) if isinstance(data.redis, LocalRedis) else ()),
            *((DATABASE_PASSWORD,) if isinstance(data.postgres, LocalPostgres) else ()),
        )

    def names_frontend(self, application: Application) -> bool:  # noqa: ARG002  # the same of every application
        """Whether only deployment tells the frontend's address."""
        return False

    def admits_previews(self) -> bool:
        """Whether previews of the frontend may call the services."""
        return False

    def unfit_name(self, stack: str, application: Application) -> str:  # noqa: ARG002  # nothing is named after it
        """What of the stack's name does not do, and what to do; empty where it does."""
        return ""

    def scheme(self) -> str:
        """What the services are asked by. Certificates are for whoever stands before the engine's machine."""
        return "http"

    def port(self, declared: int) -> int:
        """The port that a service listens on in its container: without privileges it takes none below 1024."""
        return unprivileged(declared)

    @property
    def turnstile(self) -> None:
        """Cloudflare's widget, which no stack here has."""
        return

    def service(self, name: str) -> ServiceContainer:
        """How a service runs in its container."""
        return self.services.get(name, ServiceContainer())
