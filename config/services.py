"""The processes of an application: what runs, how it is asked whether it is well, and what its environment holds."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from config.settings import Settings, refusal, refuse, refused_at
from config.values import (
    Command,
    Flag,
    FolderName,
    Hostname,
    Matches,
    PathPattern,
    Port,
    SecretName,
    ServiceName,
    Sha256,
    UrlPath,
    VariableName,
    VariableValue,
    Whole,
    looks_secret,
)
from config.variables import Source

PORT = "PORT"
MAX_PROCESSES = 64
_UNPRIVILEGED = 1024  # the first port that a process may take without rights over its machine
_SHIFT = 8000  # port 80 becomes 8080, 443 becomes 8443
_DATA_ADDRESS = re.compile(r"(?:postgres(?:ql)?|rediss?)://")

# What the machine, Node.js and pm2 read themselves: with another value the service does not start as it should.
_TAKEN = re.compile(
    r"PATH|HOME|USER|SHELL|LD_PRELOAD|LD_LIBRARY_PATH|COMMAND|PM2_HOME|NODE_EXTRA_CA_CERTS|DATA_VOLUME_ID|SLIPWAY_.*"
)


def unprivileged(port: int) -> int:
    """The port that a process without privileges takes for the one that the application's file declares."""
    return port if port >= _UNPRIVILEGED else port + _SHIFT


def _some_source(given: Any) -> Any:  # Any: not yet validated
    if given is None:
        raise refusal(
            "a declared variable needs a source", "give it a value, derive it under `derived`, or name it in `secrets`"
        )
    return given


def _max_or_count(given: Any) -> Any:  # Any: not yet validated
    if given != "max" and (isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MAX_PROCESSES):
        raise refusal(f"max or a whole number from 1 to {MAX_PROCESSES} is wanted", "write max, or how many")
    return given


class ImageSources(Settings):
    """What an application's image is built from, by content: so it is the same tomorrow."""

    node: (
        Annotated[
            str,
            Matches(
                r"sha256:[0-9a-f]{64}",
                "the digest of an image is wanted",
                "run: docker buildx imagetools inspect node:VERSION-trixie-slim",
            ),
        ]
        | None
    ) = None
    """The digest of Node's own image of `runtime.version`, `node:<version>-trixie-slim`, in quotes, as in
    "sha256:5b0c…"; none means what this tag means on the day. Another version needs another digest."""
    database_ca: Sha256 | None = None
    """The SHA-256 sum of Amazon's certificates, `global-bundle.pem` of RDS's trust store, for a managed database; none
    means those of the day."""


class NodeRuntime(Settings):
    """Node.js, and how a release is built for it."""

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
    """The exact version of Node.js that builds and runs every service, as in "26.10.0"."""
    packages: Literal["npm", "pnpm", "yarn"] = "npm"
    """The package manager whose lock file the repository has."""
    build: Command = "npm run build"
    """The command that makes the built files, run after the packages are installed."""
    image: ImageSources = ImageSources()
    """What a container image of the application is built from; machines need none."""


_UNREACHED = "they lead the internet to a service, and to one that is not public nothing leads"


class Service(Settings):
    """One process that listens on a port."""

    port: Port
    """The TCP port that the service listens on, 1 to 65535. It finds the port to take in `PORT`: topologies that run
    it without privileges map one below 1024 to another."""
    directory: FolderName = "."
    """The service's folder in the release."""
    entry: Annotated[
        str,
        Matches(
            r"(?!/)(?!.*\.\.)[A-Za-z0-9._/-]+\.(?:c|m)?js",
            "a JavaScript file inside the release is wanted, without .. and without a leading /",
            "write it as in dist/index.js",
        ),
    ] = "dist/index.js"
    """The file that Node.js starts, relative to `directory`."""
    processes: Annotated[
        Literal["max"] | Annotated[Whole, Field(ge=1, le=MAX_PROCESSES)], BeforeValidator(_max_or_count)
    ] = "max"
    """How many processes it has on one machine: `max` is one for each processor. They share the port, but on a single
    server (topology `vps`), where each has its own."""
    public: Flag = False
    """Whether the internet may reach the service, through a load balancer or proxy only."""
    health_path: UrlPath | None = None
    """The path that answers 200 as long as the process itself is well. It asks nothing else, least of all Redis or the
    database: who does not answer it is replaced. A public service needs one."""
    ready_path: UrlPath | None = None
    """The path that answers 200 when all that the service depends on is there too."""
    health_interval: Annotated[Whole, Field(ge=5, le=300)] = 15
    """Seconds between two questions."""
    health_timeout: Annotated[Whole, Field(ge=2, le=120)] = 5
    """Seconds to wait for an answer; less than `health_interval`."""
    websockets: Flag = False
    """Whether connections stay open for long: idle and draining times follow."""
    long_polling: Flag = False
    """Whether Socket.IO's long-polling is on: then a client's requests must all reach the same process. Where processes
    share a port, `processes` must be 1."""
    hosts: Annotated[tuple[Hostname, ...], Field(max_length=2)] = ()
    """The host names that lead to this service; none means any. One public service may have neither hosts nor paths."""
    paths: Annotated[tuple[PathPattern, ...], Field(max_length=3)] = ()
    """The paths that lead to this service, as patterns; none means any."""
    webhooks: Annotated[tuple[UrlPath, ...], Field(max_length=5)] = ()
    """Paths that other companies' servers call: no rate limit and no challenge may stand before them."""
    env: dict[VariableName, Annotated[VariableValue, BeforeValidator(_some_source)]] = Field(default={})
    """Plain environment variables and their values, none of them secret."""
    derived: dict[VariableName, Annotated[Source, BeforeValidator(_some_source)]] = Field(default={})
    """Environment variables that follow from the stack, as in {DATABASE_URL: postgres.url}. PORT always does."""
    secrets: tuple[SecretName, ...] = ()
    """Names of secrets that the service finds as environment variables of the same name."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse(
            "Service",
            [
                *self._secrets_in_clear(),
                *self._two_sources(),
                *self._wrong_port(),
                *self._taken(),
                *self._unanswerable(),
            ],
        )
        return self

    def _secrets_in_clear(self) -> list[InitErrorDetails]:
        return [
            InitErrorDetails(type=_clear_secret(name, value), loc=("env", name), input="")
            for name, value in self.env.items()
            if looks_secret(name, value)
        ]

    def _two_sources(self) -> list[InitErrorDetails]:
        rule, remedy = "a variable has one source", "take it out of env, derived or secrets"
        found = [
            refused_at((first, name), None, rule, remedy)
            for first, names, others in (
                ("env", self.env, {*self.derived, *self.secrets}),
                ("derived", self.derived, {*self.secrets}),
            )
            for name in names
            if name in others
        ]
        twice = sorted({name for name in self.secrets if self.secrets.count(name) > 1})
        return found + [
            refused_at(("secrets",), name, "each secret may stand here once", "remove one") for name in twice
        ]

    def _wrong_port(self) -> list[InitErrorDetails]:
        rule, remedy = f"{PORT} is always the port that the service must listen on", "take it out, or derive it: port"
        wrong = [("env", PORT)] if PORT in self.env else []
        wrong += [("derived", PORT)] if self.derived.get(PORT, Source.PORT) is not Source.PORT else []
        return [refused_at(path, None, rule, remedy) for path in wrong]

    def _taken(self) -> list[InitErrorDetails]:
        named: list[tuple[tuple[str | int, ...], str]] = [
            *((("env", name), name) for name in self.env),
            *((("derived", name), name) for name in self.derived),
            *((("secrets", index), name) for index, name in enumerate(self.secrets)),
        ]
        rule = "the machine needs {} itself, and with another value the service would not start"
        return [
            refused_at(path, None, rule.format(name), "take another name")
            for path, name in named
            if _TAKEN.fullmatch(name)
        ]

    def _unanswerable(self) -> list[InitErrorDetails]:
        checks = (
            (
                self.public and self.health_path is None,
                "health_path",
                "a public service needs a path by which the load balancer sees whether it is well",
                "write health_path: /health",
            ),
            (
                self.health_timeout >= self.health_interval,
                "health_timeout",
                f"the timeout must be below the interval of {self.health_interval} s",
                "lower it or raise health_interval",
            ),
            (bool(self.webhooks) and not self.public, "webhooks", "others call them", "set public: true"),
            (bool(self.hosts) and not self.public, "hosts", _UNREACHED, "set public: true, or take them out"),
            (bool(self.paths) and not self.public, "paths", _UNREACHED, "set public: true, or take them out"),
        )
        given = self.model_dump(mode="json")
        return [refused_at((key,), given[key], rule, remedy) for wrong, key, rule, remedy in checks if wrong]


class Migrations(Settings):
    """The change of the database that a release needs, made once before it takes traffic."""

    command: Command
    """The command, as in npm run migrate. It runs in the service's folder, with the service's environment."""
    service: ServiceName
    """The service whose folder and environment it has."""


def _clear_secret(name: str, value: str) -> PydanticCustomError:
    data = _DATA_ADDRESS.match(value)
    part = "redis" if data and data[0].startswith("redis") else "postgres"
    derive = f"describe it under data.{part} and derive {name}: {part}.url; for another one " if data else ""
    return refusal(
        "a secret's value may not stand in a file",
        f"take it out, {derive}add {name} to `secrets`, and run: pulumi config set --secret secrets:{name}",
        hide=True,
    )
