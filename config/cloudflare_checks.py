"""What the topology `cloudflare`, an application and an environment say together and cannot mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.cloudflare_gradual import gradual
from config.cloudflare_routes import routes
from config.cloudflare_turnstile_checks import worker_turnstile
from config.cloudflare_worker_checks import bindings, dead_letters, kept, one_environment
from config.data import ExternalPostgres, LocalPostgres, LocalRedis, ManagedPostgres, ManagedRedis, Sqlite
from config.email import NoEmail
from config.frontend import ViteFrontend
from config.pages import EdgePages
from config.pages_checks import pages_problems
from config.service_checks import no_static_network
from config.settings import below, nearest, refused_at
from config.site_checks import no_files, shared_host
from config.values import Environment, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.cloudflare import Cloudflare
    from config.services import Service

_UP = ("..", "application")  # leads from the topology to the application's part of the stack
_REPLACED = "name the service in topology.worker.replaces"


def problems(topology: Cloudflare, application: Application, environment: Environment) -> Iterator[InitErrorDetails]:
    """What does not go together. Paths are relative to the topology; what begins with `..` is the application's."""
    for check in _CHECKS:
        yield from check(topology, application)
    hosts = topology.hosts(application)
    pages = topology.pages_host(application)
    if pages:
        hosts += (pages,)
    zone = topology.zone
    asked = tuple(host for name in application.public_services() for host in topology.service_hosts(application, name))
    yield from (below(("zone",), each) for each in zone.problems(zone.name, application.rate_limit, hosts, asked))
    if environment is Environment.PRODUCTION:
        yield from kept(topology)


def _services(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    """No Node.js server runs in a Worker: each service is rebuilt, and the stack file says so."""
    replaces = topology.worker.replaces
    for name, service in application.services.items():
        if name not in replaces:
            rule, remedy = _work(service)
            yield refused_at((*_UP, "services", name, "[key]"), name, rule, remedy)
    for index, name in enumerate(replaces):
        if name not in application.services:
            rule = f"the application's services are {', '.join(application.services)}"
            remedy = f"{nearest(name, application.services)}take it out or correct it"
            yield refused_at(("worker", "replaces", index), name, rule, remedy)


def _work(service: Service) -> tuple[str, str]:
    """Why a service does not run here as it stands, and what has to be done."""
    if service.websockets or service.long_polling:
        rule = "a Worker ends with its request, and this server (Socket.IO or another) holds connections and rooms"
        work = "move each room into a Durable Object that accepts WebSockets and hibernates"
        return rule, f"{work}, let clients speak WebSocket in the place of Socket.IO, and then {_REPLACED}"
    rule = "a Worker answers single requests, and this is a server of Node.js that listens on a port"
    return (
        rule,
        f"move its routes into a Worker's fetch handler, or build Next.js with its adapter, and then {_REPLACED}",
    )


def _data(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    redis, postgres = application.data.redis, application.data.postgres
    if isinstance(redis, ManagedRedis | LocalRedis):
        rule = "Cloudflare has no Redis"
        remedy = "keep what is shared in Durable Objects and write none, or write external"
        yield refused_at((*_UP, "data", "redis", "kind"), redis.kind, rule, remedy)
    if isinstance(postgres, ManagedPostgres | LocalPostgres):
        rule = "Cloudflare has no PostgreSQL"
        remedy = "write external, or move to SQLite, which is D1 here"
        yield refused_at((*_UP, "data", "postgres", "kind"), postgres.kind, rule, remedy)
    if isinstance(postgres, ExternalPostgres) and postgres.ca_file is not None:
        rule = "a Worker has no files, so it cannot trust the database's own authority"
        remedy = "take an address of the database that a public authority vouches for, and take this out"
        yield refused_at((*_UP, "data", "postgres", "ca_file"), postgres.ca_file, rule, remedy)
    if topology.database.migrations is not None and not isinstance(application.data.sqlite, Sqlite):
        rule = "the application has no SQLite file, so that no database is made in D1"
        remedy = "take this out, or write data.sqlite in the application's file"
        yield refused_at(("database", "migrations"), {}, rule, remedy)


def _machines_work(_: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    """What the application's file asks of machines, and nobody would do here."""
    if application.migrations is not None:
        rule = "no machine is here that could run it"
        remedy = "write migrations: null, and let topology.database.migrations name a folder with SQL for D1"
        yield refused_at((*_UP, "migrations", "command"), application.migrations.command, rule, remedy)
    if application.alerts:
        rule = "nothing here measures what these are about, and they would never go off"
        remedy = "write alerts: null, and set Cloudflare's own notifications"
        yield refused_at((*_UP, "alerts"), {}, rule, remedy)


def _names(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    zone, email = topology.zone.name, application.email
    if not topology.hosts(application) and not topology.worker.routes:
        rule = "the Worker answers under hosts alone, and no public service has one"
        yield refused_at((*_UP, "services"), {}, rule, f"give a service its hosts, in the zone {zone}")
    named: list[tuple[tuple[str | int, ...], str]] = [
        ((*_UP, "services", name, "hosts", index), host)
        for name, service in application.public_services().items()
        for index, host in enumerate(service.hosts)
    ]
    frontend = application.frontend
    if isinstance(frontend, ViteFrontend) and frontend.url:
        named.append(((*_UP, "frontend", "url"), frontend.url.removeprefix("https://")))
    if not isinstance(email, NoEmail):
        named.append(((*_UP, "email", "domain"), email.domain))
    for path, host in named:
        if not within(host, zone):
            rule = f"it does not lie in the zone {zone}"
            yield refused_at(path, host, rule, "correct the name, or take the zone that has it")


def _files(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    if isinstance(topology.frontend, EdgePages):
        yield from _beside(topology, topology.frontend, application)
    elif isinstance(application.frontend, ViteFrontend) and topology.worker.assets is None:
        rule = "the application's frontend is files, and nothing serves them"
        yield refused_at(("worker", "assets"), None, rule, "write assets: {directory: …} with the folder of its build")


def _health(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    """What is asked under the host of the pages has to be the Worker's: of a path that it has not, they say 200."""
    host = topology.routed_beside(application)
    if not (topology.zone.health_checks and host):
        return
    for name, service in application.public_services().items():
        asked = service.health_path or "/"
        if not service.hosts and not topology.worker.routes[host].answers(asked):
            rule = f"services.{name} is asked by {host}{asked}, which the pages answer, whether it is well or not"
            remedy = f"add {asked} to worker.routes.{host}.paths, or take this out"
            yield refused_at(("zone", "health_checks"), given=True, rule=rule, remedy=remedy)


def _beside(topology: Cloudflare, site: EdgePages, application: Application) -> Iterator[InitErrorDetails]:
    """The frontend at Pages, and the Worker under hosts of its own or under paths of the frontend's."""
    frontend = application.frontend
    if not isinstance(frontend, ViteFrontend):
        yield no_files(site.kind, "worker")
        return
    yield from pages_problems(site, None, application, frontend)
    if topology.worker.assets is not None:
        rule = "the frontend's files are at Pages, and would be here a second time"
        yield refused_at(("worker", "assets"), {}, rule, "take it out, or write frontend: {kind: worker}")
    if not application.services[frontend.api].hosts and not topology.routed_beside(application):
        rule = "the pages call this service by https, and no host of its own and no path of theirs leads to it"
        remedy = "give it a host in the zone, or route paths of the host of frontend.url, with record: {kind: there}"
        yield refused_at((*_UP, "services", frontend.api, "hosts"), [], rule, remedy)
    if frontend.url:
        yield from shared_host(application, frontend.url)
    yield from _shared(topology, site, application)


def _shared(topology: Cloudflare, site: EdgePages, application: Application) -> Iterator[InitErrorDetails]:
    """What functions at Pages cannot find of the Worker's."""
    there = [name for name in topology.bound(application) if name not in topology.worker.objects]
    for part, told in {"production": site.production, "preview": site.preview}.items():
        for index, name in enumerate(told.shared):
            if name in topology.worker.objects:
                rule = "the Worker has this class, and only Cloudflare knows the id by which others would find it"
                remedy = "write worker: WORKER, and let functions ask the Worker"
                yield refused_at(("frontend", part, "shared", index), name, rule, remedy)
            elif name not in there:
                rule = f"the Worker finds {', '.join(there) or 'nothing'} besides its variables and objects"
                remedy = f"{nearest(name, there)}correct it, or take it out"
                yield refused_at(("frontend", part, "shared", index), name, rule, remedy)


_CHECKS = (
    _services,
    _data,
    _machines_work,
    _names,
    _files,
    _health,
    routes,
    bindings,
    dead_letters,
    gradual,
    worker_turnstile,
    no_static_network,
    one_environment,
)
