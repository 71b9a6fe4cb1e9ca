"""What the parts of an application's file say together and cannot mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.data import (
    ExternalPostgres,
    ManagedRedis,
    NoPostgres,
    NoRedis,
    NoSqlite,
    NoUploads,
    Pooling,
    PostgresSessions,
    Sqlite,
)
from config.frontend import ViteFrontend
from config.settings import nearest, refused_at
from config.variables import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application

# An ALB target group is named `<application>-lb-<service>`: 32 characters, less the 8 of Pulumi's suffix, the 4 of
# `-lb-` and 2 for the second group of a blue/green deployment.
MAX_NAMES = 18

# By what a source begins with: whether the application has it, and what to do where it has not.
_MISSING: dict[str, tuple[Callable[[Application], bool], str]] = {
    "postgres": (lambda app: isinstance(app.data.postgres, NoPostgres), "set data.postgres"),
    "redis": (lambda app: isinstance(app.data.redis, NoRedis), "set data.redis"),
    "sqlite": (lambda app: isinstance(app.data.sqlite, NoSqlite), "set data.sqlite"),
    "uploads": (lambda app: isinstance(app.data.uploads, NoUploads), "set data.uploads"),
    # What has files of its own may get its address from where they lie, which the topology says.
    "frontend": (lambda app: app.frontend.url is None and app.frontend.kind == "none", "set frontend.url"),
}
_ADDRESS = "DATABASE_URL"  # where what migrates and what keeps sessions read the address of the database
SESSIONS = "sessions"  # what a topology with schedules calls the one that deletes expired sessions
_SUPABASE_TRANSACTIONS = 6543  # the port of its pooler's transaction mode; 5432 is the session mode
_REDIS_ADDRESS = re.compile(r"REDIS_(?:.*_)?(?:URL|URI|HOST|ADDRESS|ENDPOINT)$")


def problems(app: Application) -> Iterator[InitErrorDetails]:
    """What does not go together in an application; paths are relative to its file."""
    for check in (
        _long_names,
        _shared_ports,
        _shared_hosts,
        _shared_paths,
        _rivals,
        _undeclared_secrets,
        _reserved_secrets,
        _missing_sources,
        _unused_data,
        _sqlite_folder,
        _two_redis,
        _migrations,
        _sessions,
        _schedules,
        _frontend,
    ):
        yield from check(app)


def _long_names(app: Application) -> Iterator[InitErrorDetails]:
    rule = f"this name and the application's ({app.name}) may have {MAX_NAMES} characters together"
    for service in app.services:
        if len(app.name) + len(service) > MAX_NAMES:
            yield refused_at(("services", service, "[key]"), service, rule, "shorten one of them")


def _shared_ports(app: Application) -> Iterator[InitErrorDetails]:
    owners: dict[int, str] = {}
    for name, service in app.services.items():
        owner = owners.setdefault(service.port, name)
        if owner != name:
            rule = f"services.{owner} listens on this port already"
            yield refused_at(("services", name, "port"), service.port, rule, "give each service its own")


def _shared_hosts(app: Application) -> Iterator[InitErrorDetails]:
    owners: dict[tuple[str, tuple[str, ...]], str] = {}
    for name, service in app.services.items():
        for index, host in enumerate(service.hosts):
            owner = owners.setdefault((host, service.paths), name)
            if owner != name or host in service.hosts[:index]:
                rule = f"services.{owner} has this host with the same paths already"
                yield refused_at(("services", name, "hosts", index), host, rule, "give one of them paths of its own")


def _shared_paths(app: Application) -> Iterator[InitErrorDetails]:
    owners: dict[str, str] = {}
    for name, service in app.services.items():
        for index, path in enumerate(() if service.hosts else service.paths):
            owner = owners.setdefault(path, name)
            if owner != name or path in service.paths[:index]:
                rule = f"services.{owner} has this path already"
                yield refused_at(("services", name, "paths", index), path, rule, "take it out of one of them")


def _rivals(app: Application) -> Iterator[InitErrorDetails]:
    open_ended = [name for name, service in app.public_services().items() if not (service.hosts or service.paths)]
    rule = "only one public service may take what no host and no path claims, and services.{} does"
    for name in open_ended[1:]:
        path = ("services", name, "public")
        yield refused_at(path, given=True, rule=rule.format(open_ended[0]), remedy="give it hosts or paths")


def _undeclared_secrets(app: Application) -> Iterator[InitErrorDetails]:
    named: dict[str, tuple[str | int, ...]] = {}
    for service, settings in app.services.items():
        for index, name in enumerate(settings.secrets):
            named.setdefault(name, ("services", service, "secrets", index))
    for part, data in (("postgres", app.data.postgres), ("redis", app.data.redis)):
        if data.kind == "external":
            named.setdefault(data.password, ("data", part, "password"))
    for name, path in named.items():
        if name not in app.secrets:
            rule = "a declared variable needs a source, and `secrets` does not have this name"
            yield refused_at(path, name, rule, f"{nearest(name, app.secrets)}add it there, as in {name}: {{}}")


def _reserved_secrets(app: Application) -> Iterator[InitErrorDetails]:
    for name in app.brought_secrets():
        if name in app.secrets:
            rule = "managed data brings this secret along and makes it itself"
            yield refused_at(("secrets", name, "[key]"), name, rule, "take it out; use `derived` for an address")


def _missing_sources(app: Application) -> Iterator[InitErrorDetails]:
    for name, service in app.services.items():
        for variable, source in service.derived.items():
            missing, remedy = _MISSING.get(source.value.partition(".")[0], (lambda _: False, ""))
            if missing(app):
                rule = "a declared variable needs a source, and the application has none of this kind"
                yield refused_at(
                    ("services", name, "derived", variable), source.value, rule, f"{remedy}, or take it out"
                )


def _unused_data(app: Application) -> Iterator[InitErrorDetails]:
    """Data that is there and that no service can find."""
    used = {source.value for service in app.services.values() for source in service.derived.values()}
    parts = (
        ("postgres", app.data.postgres.kind, "external", "postgres.", "DATABASE_URL: postgres.url"),
        ("redis", app.data.redis.kind, "external", "redis.", "REDIS_URL: redis.url"),
        ("uploads", app.data.uploads.kind, "bucket", "uploads.bucket", "UPLOADS_BUCKET: uploads.bucket"),
    )
    for part, kind, found, source, example in parts:
        if kind == found and not any(name.startswith(source) for name in used):
            rule = f"no service derives a variable from {source.rstrip('.')}, so none can find it"
            remedy = f"add {example} to the `derived` of the service that uses it, or write kind: none"
            yield refused_at(("data", part, "kind"), kind, rule, remedy)


def _sqlite_folder(app: Application) -> Iterator[InitErrorDetails]:
    """Each service has a folder with its unit's name, which a volume mounted there would hide."""
    if not isinstance(app.data.sqlite, Sqlite):
        return
    for service in app.services:
        folder = f"/var/lib/{app.name}-{service}"
        if app.data.sqlite.path.startswith(f"{folder}/"):
            rule = f"{folder} is the folder of the service itself, and the volume is mounted on the file's folder"
            remedy = f"write it as in /var/lib/{app.name}/data.db"
            yield refused_at(("data", "sqlite", "path"), app.data.sqlite.path, rule, remedy)


def _two_redis(app: Application) -> Iterator[InitErrorDetails]:
    if not isinstance(app.data.redis, ManagedRedis):
        return
    rule = "data.redis is managed, so this would be the address of a second Redis, and all share one"
    remedy = "derive it: redis.url, or describe the other one under data.redis as external"
    for name, service in app.services.items():
        for variable in service.env:
            if _REDIS_ADDRESS.search(variable):
                yield refused_at(("services", name, "env", variable), service.env[variable], rule, remedy)
        for index, variable in enumerate(service.secrets):
            if _REDIS_ADDRESS.search(variable):
                yield refused_at(("services", name, "secrets", index), variable, rule, remedy)


def _migrations(app: Application) -> Iterator[InitErrorDetails]:
    if app.migrations is None:
        return
    why = "migrations run under a lock in PostgreSQL"
    yield from _reaches_database(app, ("migrations", "service"), app.migrations.service, why)
    if isinstance(app.data.postgres, ExternalPostgres):
        rule = "migrations run under a session's lock, which does not work through a pooler of transactions"
        for setting, given, remedy in _poolers_of_transactions(app.data.postgres):
            yield refused_at(("data", "postgres", setting), given, rule, remedy)


def _sessions(app: Application) -> Iterator[InitErrorDetails]:
    if isinstance(app.data.sessions, PostgresSessions):
        why = "sessions lie in a table of PostgreSQL"
        yield from _reaches_database(app, ("data", "sessions", "service"), app.data.sessions.service, why)


def _schedules(app: Application) -> Iterator[InitErrorDetails]:
    for name, schedule in app.schedules.items():
        yield from _known_service(app, ("schedules", name, "service"), schedule.service)
    if SESSIONS in app.schedules and isinstance(app.data.sessions, PostgresSessions):
        rule = "this is the name of the schedule that deletes expired sessions, since data.sessions is postgres"
        yield refused_at(("schedules", SESSIONS, "[key]"), SESSIONS, rule, "take another name")


def _reaches_database(
    app: Application, path: tuple[str | int, ...], service: str, why: str
) -> Iterator[InitErrorDetails]:
    """A service is wanted that finds the database's address where programs of ours look for it."""
    yield from _known_service(app, path, service)
    if service in app.services and app.services[service].derived.get(_ADDRESS) is not Source.POSTGRES_URL:
        rule = f"{why}, whose address this service must have as {_ADDRESS}"
        yield refused_at(path, service, rule, f"derive it there: {_ADDRESS}: {Source.POSTGRES_URL}")


def _known_service(app: Application, path: tuple[str | int, ...], service: str) -> Iterator[InitErrorDetails]:
    if service not in app.services:
        rule = f"the application's services are {', '.join(app.services)}"
        yield refused_at(path, service, rule, f"{nearest(service, app.services)}write one of these")


def _poolers_of_transactions(postgres: ExternalPostgres) -> Iterator[tuple[str, object, str]]:
    """The setting that leads to such a pooler: its name, what was given, and what to do."""
    name, _, domain = postgres.host.partition(".")
    if postgres.pooling is Pooling.TRANSACTION:
        yield "pooling", "transaction", "give the database's direct host, or its session pooler, and pooling: none"
    elif postgres.host.endswith(".pooler.supabase.com") and postgres.port == _SUPABASE_TRANSACTIONS:
        yield "port", postgres.port, "give Supabase's session pooler, which is port 5432 of this host"
    elif name.endswith("-pooler") and domain.endswith(".neon.tech"):
        yield "host", postgres.host, f"give Neon's direct host, {name.removesuffix('-pooler')}.{domain}"


def _frontend(app: Application) -> Iterator[InitErrorDetails]:
    if app.frontend.other_origins and app.frontend.url is None:
        rule = "further origins stand beside the frontend's own"
        yield refused_at(("frontend", "url"), None, rule, "set frontend.url")
    if isinstance(app.frontend, ViteFrontend) and app.frontend.api not in app.public_services():
        rule = f"a public service is wanted: {', '.join(app.public_services()) or 'there is none'}"
        yield refused_at(("frontend", "api"), app.frontend.api, rule, "name one, or set public: true for it")
    if isinstance(app.frontend, ViteFrontend) and app.frontend.turnstile_variable == app.frontend.api_variable:
        path = ("frontend", "turnstile_variable")
        yield refused_at(path, app.frontend.api_variable, "frontend.api_variable has this name", "take another name")
