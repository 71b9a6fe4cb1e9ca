"""What an application is, wherever it lives: its services, data and traffic, as `config/apps/<name>.yaml` says.

Nothing here names a cloud: that is the topology's part of a stack file.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.alerts import Alert
from config.data import Data, ExternalPostgres, ExternalRedis, ManagedPostgres, ManagedRedis
from config.email import Email, NoEmail
from config.frontend import Frontend, StaticFolder
from config.schedules import Schedule, ScheduleName
from config.services import Migrations, NodeRuntime, Service
from config.settings import Settings, refuse
from config.soundness import problems
from config.usage import Budget, Usage
from config.values import ApplicationName, Matches, SecretName, ServiceName, Whole
from config.variables import CACHE_TOKEN, DATABASE_PASSWORD, Secret

AlertName = Annotated[
    str, Matches(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9])){1,39}", "small letters, digits and hyphens are wanted", "respell it")
]


class Application(Settings):
    """An application: what runs, what it keeps and who reaches it."""

    name: ApplicationName
    """The application's name, the same as its file's; it begins every physical name."""
    runtime: NodeRuntime
    """What runs its services."""
    services: Annotated[dict[ServiceName, Service], Field(min_length=1)]
    """The processes that listen, by name."""
    data: Data
    """What it keeps, and where."""
    secrets: dict[SecretName, Secret] = Field(default={})
    """Its secrets by name; every secret that a service or the data names is declared here."""
    migrations: Migrations | None = None
    """What changes the database once for each release."""
    schedules: dict[ScheduleName, Schedule] = Field(default={})
    """Commands that run at times of their own, by a name that says what for."""
    frontend: Frontend
    """What the browser gets."""
    static: tuple[StaticFolder, ...] = ()
    """Folders of files that may lie in a content delivery network."""
    email: Email = NoEmail(kind="none")
    """The e-mail that it sends."""
    rate_limit: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    """Requests a second that one address may send on average; none means no limit."""
    usage: Usage = Usage()
    """How much it is used."""
    alerts: dict[AlertName, Alert] = Field(default={})
    """When its team wants to be told, by a name that says why."""
    budget: Budget | None = None
    """What it may cost."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse("Application", problems(self))
        return self

    def public_services(self) -> dict[str, Service]:
        """The services that the internet may reach, by name."""
        return {name: service for name, service in self.services.items() if service.public}

    def origins(self) -> tuple[str, ...]:
        """Every origin whose pages may call the services, the frontend's own first."""
        own = (self.frontend.url,) if self.frontend.url else ()
        return (*own, *self.frontend.other_origins)

    def webhooks(self) -> tuple[str, ...]:
        """Every path that other companies' servers call."""
        return tuple(path for service in self.services.values() for path in service.webhooks)

    def used_secrets(self) -> dict[str, Secret]:
        """The secrets that something needs, by name, with those that managed data brings along."""
        return {**self.brought_secrets(), **{name: self.secrets[name] for name in self.named_secrets()}}

    def brought_secrets(self) -> dict[str, Secret]:
        """The secrets that managed data brings along: made once, never set by hand."""
        return {
            **({CACHE_TOKEN: Secret(generate=True)} if isinstance(self.data.redis, ManagedRedis) else {}),
            **({DATABASE_PASSWORD: Secret(generate=True)} if isinstance(self.data.postgres, ManagedPostgres) else {}),
        }

    def named_secrets(self) -> tuple[str, ...]:
        """The names of secrets that services and external data ask for, each once."""
        names = [name for service in self.services.values() for name in service.secrets]
        names += [
            data.password
            for data in (self.data.postgres, self.data.redis)
            if isinstance(data, ExternalPostgres | ExternalRedis)
        ]
        return tuple(dict.fromkeys(names))
