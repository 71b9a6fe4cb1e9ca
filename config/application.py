"""What an application is, wherever it lives: its services, data and traffic, as `config/apps/<name>.yaml` says.

Nothing here names a cloud: that is the topology's part of a stack file.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from config.data import Database, ExternalPostgres, ManagedRedis, Redis
from config.settings import Settings, refusal, refuse, refused_at
from config.values import (
    ApplicationName,
    Flag,
    Hostname,
    Matches,
    PathPattern,
    Port,
    SecretName,
    ServiceName,
    UrlPath,
    VariableName,
    VariableValue,
    Whole,
    looks_secret,
)

# An ALB target group is named `<application>-lb-<service>`: 32 characters, less the 8 of Pulumi's suffix, the 4 of
# `-lb-` and 2 for the second group of a blue/green deployment.
MAX_NAMES = 18


class HealthCheck(Settings):
    """How a service is asked whether it can take traffic."""

    path: UrlPath
    """The path that answers 200 when the service is well."""
    interval: Annotated[Whole, Field(ge=5, le=300)] = 15
    """Seconds between two checks."""
    timeout: Annotated[Whole, Field(ge=2, le=120)] = 5
    """Seconds to wait for an answer; less than `interval`."""

    @model_validator(mode="after")
    def _timeout_below_interval(self) -> Self:
        if self.timeout >= self.interval:
            rule = f"the timeout must be below the interval of {self.interval} s"
            refuse("HealthCheck", [refused_at(("timeout",), self.timeout, rule, "lower it or raise the interval")])
        return self


class NodeRuntime(Settings):
    """A Node.js program, run from its built files."""

    kind: Literal["node"]
    """Always `node`."""
    version: Annotated[
        str,
        Matches(
            r"\d{2}\.\d{1,2}\.\d{1,2}",
            "an exact version of Node.js is wanted, in quotes",
            'write all three numbers, as in "26.10.0"',
        ),
    ]
    """The exact version of Node.js that runs the program, as in "26.10.0"."""
    entry: Annotated[
        str,
        Matches(
            r"(?!/)(?!.*\.\.)[A-Za-z0-9._/-]+\.(?:c|m)?js",
            "a JavaScript file inside the release is wanted, without .. and without a leading /",
            "write it as in dist/index.js",
        ),
    ] = "dist/index.js"
    """The file that Node.js starts, relative to the root of the release."""


class Service(Settings):
    """One process that listens on a port."""

    port: Port
    """The TCP port that the service listens on, 1 to 65535."""
    runtime: NodeRuntime
    """What runs the service."""
    health: HealthCheck
    """How to ask whether the service is well, as in {path: /health}: only well instances get traffic."""
    public: Flag = False
    """Whether the internet may reach the service, through a load balancer only."""
    websockets: Flag = False
    """Whether connections stay open for long: idle and draining times follow."""
    hosts: Annotated[tuple[Hostname, ...], Field(max_length=2)] = ()
    """The host names that lead to this service; none means any. One public service may have neither hosts nor paths."""
    paths: Annotated[tuple[PathPattern, ...], Field(max_length=3)] = ()
    """The paths that lead to this service, as patterns; none means any."""
    env: dict[VariableName, VariableValue] = Field(default={})
    """Environment variables and their values, none of them secret."""
    secrets: tuple[SecretName, ...] = ()
    """Names of secrets that the service finds as environment variables of the same name."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = [
            InitErrorDetails(type=_clear_secret(name), loc=("env", name), input="")
            for name, value in self.env.items()
            if looks_secret(name, value)
        ]
        both = sorted(set(self.env) & set(self.secrets))
        problems += [
            refused_at(("env", name), self.env[name], "a variable has one source", "take it out of env or of secrets")
            for name in both
        ]
        refuse("Service", problems)
        return self


class ViteFrontend(Settings):
    """A browser application that is built by Vite and served as static files."""

    kind: Literal["vite"]
    """Always `vite`."""
    directory: Annotated[
        str,
        Matches(
            r"(?!/)(?!.*\.\.)[A-Za-z0-9._/-]+", "a folder inside the repository is wanted", "write it as in frontend"
        ),
    ] = "frontend"
    """The folder with its package.json."""
    output: Annotated[
        str,
        Matches(r"(?!/)(?!.*\.\.)[A-Za-z0-9._/-]+", "a folder inside `directory` is wanted", "write it as in dist"),
    ] = "dist"
    """The folder below `directory` that the build fills."""
    api_variable: VariableName = "VITE_API_BASE_URL"
    """The build variable that tells the browser where the public service is."""


class NoFrontend(Settings):
    """Nothing is served but the services themselves."""

    kind: Literal["none"]
    """Always `none`."""


Frontend = Annotated[ViteFrontend | NoFrontend, Field(discriminator="kind")]


class Application(Settings):
    """An application: what runs, what it keeps and who reaches it."""

    name: ApplicationName
    """The application's name, the same as its file's; it begins every physical name."""
    services: Annotated[dict[ServiceName, Service], Field(min_length=1)]
    """The processes that listen, by name."""
    redis: Redis
    """Where its Redis is: managed (one, shared), external or none."""
    database: Database
    """Where its database is."""
    frontend: Frontend
    """What the browser gets."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse("Application", [*self._long_names(), *self._shared_ports(), *self._rivals(), *self._taken_variables()])
        return self

    def public_services(self) -> dict[str, Service]:
        """The services that the internet may reach, by name."""
        return {name: service for name, service in self.services.items() if service.public}

    def variables(self, service: str) -> dict[str, str]:
        """The environment of a service as far as it is known before deployment, without anything secret."""
        return {**self.services[service].env, **self._own_variables(service)}

    def _own_variables(self, service: str) -> dict[str, str]:
        own = {"PORT": str(self.services[service].port)}
        if isinstance(self.database, ExternalPostgres):
            own |= {
                "DATABASE_HOST": self.database.host,
                "DATABASE_PORT": str(self.database.port),
                "DATABASE_NAME": self.database.name,
                "DATABASE_USER": self.database.user,
            }
        return own

    def _taken_variables(self) -> list[InitErrorDetails]:
        rule, remedy = "this variable is set from the rest of this file", "take it out"
        address = {self.redis.url_variable} if isinstance(self.redis, ManagedRedis) else set()
        return [
            refused_at(("services", name, "env", variable), service.env[variable], rule, remedy)
            for name, service in self.services.items()
            for variable in service.env
            if variable in address | set(self._own_variables(name))
        ]

    def _long_names(self) -> list[InitErrorDetails]:
        rule = f"this name and the application's ({self.name}) may have {MAX_NAMES} characters together"
        return [
            refused_at(("services", service, "[key]"), service, rule, "shorten one of them")
            for service in self.services
            if len(self.name) + len(service) > MAX_NAMES
        ]

    def _shared_ports(self) -> list[InitErrorDetails]:
        owners: dict[int, str] = {}
        problems = []
        for name, service in self.services.items():
            owner = owners.setdefault(service.port, name)
            if owner != name:
                rule = f"services.{owner} listens on this port already"
                problems.append(refused_at(("services", name, "port"), service.port, rule, "give each service its own"))
        return problems

    def _rivals(self) -> list[InitErrorDetails]:
        open_ended = [name for name, service in self.public_services().items() if not (service.hosts or service.paths)]
        rule = "only one public service may take what no host and no path claims, and services.{} does"
        return [
            refused_at(
                ("services", name, "public"),
                given=True,
                rule=rule.format(open_ended[0]),
                remedy="give it hosts or paths",
            )
            for name in open_ended[1:]
        ]


def _clear_secret(name: str) -> PydanticCustomError:
    return refusal(
        "a secret's value may not stand in a file",
        f"take it out, add {name} to `secrets`, and run: pulumi config set --secret secrets:{name}",
        hide=True,
    )
