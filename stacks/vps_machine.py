"""What the server of a stack is: everything that cloud-init is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.server import single_server
from components.server.backups import BackedUp, BackupParts, backup_files
from components.server.cloud_init import TooLong, user_data
from components.server.engine import engine_files
from components.server.health import health_files
from components.server.nginx import PACKAGES, configuration, first_state, upstream, upstream_file
from components.server.release import ReleaseSessions
from components.server.release_program import PLACE, release_program, release_units
from components.server.sessions import session_keeper
from components.server.single_server import Certificate, SingleServer, Sources
from components.server.web import BehindCloudflare, WebFolder, WebFrontend, WebService, WebSite, cloudflare_ranges
from config.aws_front import CloudflareZone
from config.data import LocalPostgres, LocalRedis, PostgresSessions, Sqlite
from config.frontend import ViteFrontend
from config.release import PG, PM2
from config.vps import ServedFiles
from config.vps_certificate import RecordProof
from config.vps_containers import PROXY_PORT
from config.vps_data import BackupPlace
from config.vps_server import USER_DATA_LIMITS, DataVolume
from stacks.site import page_sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.server.single_server import Postgres, Redis
    from config.stack import StackSettings
    from config.vps import Vps

DRAIN, DRAIN_WEBSOCKETS = 60, 120  # seconds
_PROXY = "containers"  # what nginx calls the one that it leads to where services run in containers


@dataclass(frozen=True, slots=True)
class _Own:
    """What a server has for the way in which its services run; `SingleServer` has the same fields."""

    programs: Mapping[str, str]
    first: Mapping[str, str]
    packages: tuple[str, ...]
    timers: tuple[str, ...]


def drain_seconds(stack: StackSettings, service: str) -> int:
    """How long a service that shall stop may go on answering those who are connected."""
    return DRAIN_WEBSOCKETS if stack.application.services[service].websockets else DRAIN


def machine(stack: StackSettings, topology: Vps) -> str:
    """What cloud-init is given. What makes it too long is the application's own, so that ends the program."""
    limit = topology.limit()
    try:
        return user_data(single(stack, topology), limit)
    except TooLong as error:
        raise pulumi.RunError(
            f"slipway:topology: {error}: name fewer hosts, paths, keys and sources, or keep less on the server"
            f" (data, sessions){_roomier(limit)}"
        ) from None


def _roomier(limit: int) -> str:
    """The providers that take more; nothing where none does."""
    found = sorted((most, kind) for kind, most in USER_DATA_LIMITS.items() if most > limit)
    more = ", ".join(f"{kind} {most}" for most, kind in found)
    return f"; or take a provider that takes more: {more}" if more else ""


def web_networks(topology: Vps) -> tuple[str, ...]:
    """The networks that may ask for pages: everybody's, or Cloudflare's alone where all goes through it."""
    dns = topology.dns
    through = isinstance(dns, CloudflareZone) and dns.proxied and isinstance(topology.certificate, RecordProof)
    return cloudflare_ranges() if through else ()


def single(stack: StackSettings, topology: Vps) -> SingleServer:
    """The server."""
    application, web = stack.application, site(stack, topology)
    sqlite = application.data.sqlite
    packages = topology.packages
    volume = isinstance(topology.volume, DataVolume)
    copier = sqlite.path if isinstance(sqlite, Sqlite) and topology.continuous(application) else None
    own = (
        _of_containers(web, volume=volume)
        if topology.images
        else _of_programs(stack, topology, volume=volume, copier=copier)
    )
    return SingleServer(
        stack=pulumi.get_stack(),
        app=stack.app,
        services=tuple(application.services),
        architecture=topology.plan().architecture,
        node=application.runtime.version,
        pm2=PM2,
        pg=PG,
        keys=topology.ssh.keys,
        operators=topology.ssh.operators,
        ssh_networks=topology.ssh.networks,
        web_networks=web_networks(topology),
        volume=volume,
        sqlite=sqlite.path if isinstance(sqlite, Sqlite) else None,
        copier=copier is not None,
        swap=topology.swap,
        redis=None if topology.images else _redis(stack, topology),
        postgres=_postgres(stack, topology),
        certificate=Certificate(
            web.names,
            topology.certificate.email,
            "cloudflare" if isinstance(topology.certificate, RecordProof) else "file",
        ),
        sources=Sources(packages.debian, packages.node, packages.npm),
        programs={**configuration(web), **own.programs},
        first={path: text for path, text in {**first_state(web), **own.first}.items() if path not in own.programs},
        packages=(*PACKAGES, *own.packages),
        timers=own.timers,
        containers=topology.images is not None,
    )


def _of_programs(stack: StackSettings, topology: Vps, *, volume: bool, copier: str | None) -> _Own:
    """What brings a release to the server, watches over it and copies its data."""
    application, backups = stack.application, _backups(stack, topology)
    health = health_files(
        stack.app, list(application.services), volume=volume, backups=topology.copies(application), copier=copier
    )
    return _Own(
        programs={
            **release_program(),
            **_units(stack),
            **_session_program(stack),
            **backups.programs,
            **health.programs,
        },
        first=health.first,
        packages=backups.packages,
        timers=(*backups.timers, *health.timers),
    )


def _of_containers(web: WebSite, *, volume: bool) -> _Own:
    """The engine of containers, to whose proxy nginx leads."""
    engine = engine_files(volume=volume)
    ways = {upstream_file(service.name): upstream((PROXY_PORT,)) for service in web.services}
    return _Own(programs={**engine.programs, **ways}, first={}, packages=engine.packages, timers=engine.timers)


def site(stack: StackSettings, topology: Vps) -> WebSite:
    """What the server shows the internet."""
    application, dns = stack.application, topology.dns
    edge = dns.edge if isinstance(dns, CloudflareZone) else None
    proxied = isinstance(dns, CloudflareZone) and dns.proxied
    return WebSite(
        application=stack.app,
        hosts=topology.hosts(application),
        services=_in_containers(stack) if topology.images else _services(stack),
        redirects={} if edge else dict(topology.redirects),
        frontend=_frontend(stack, topology),
        static=()
        if topology.images  # the files lie in containers
        else tuple(WebFolder(directory=each.directory, path=each.path) for each in application.static),
        rate_limit=application.rate_limit,
        body_mib=topology.body,
        cloudflare=BehindCloudflare(only=bool(web_networks(topology))) if proxied else None,
    )


def _services(stack: StackSettings) -> tuple[WebService, ...]:
    return tuple(
        WebService(
            name=name,
            hosts=service.hosts,
            paths=service.paths,
            websockets=service.websockets,
            long_polling=service.long_polling,
            webhooks=service.webhooks,
        )
        for name, service in stack.application.public_services().items()
    )


def _in_containers(stack: StackSettings) -> tuple[WebService, ...]:
    """One for all: the proxy in a container, which knows what host and path lead to."""
    public = stack.application.public_services().values()
    return (
        WebService(
            name=_PROXY,
            websockets=any(service.websockets for service in public),
            webhooks=tuple(dict.fromkeys(path for service in public for path in service.webhooks)),
        ),
    )


def _frontend(stack: StackSettings, topology: Vps) -> WebFrontend | None:
    frontend = stack.application.frontend
    if not isinstance(topology.frontend, ServedFiles) or not isinstance(frontend, ViteFrontend) or not frontend.url:
        return None
    return WebFrontend(
        hosts=(frontend.url.removeprefix("https://"),),
        directory=frontend.output if frontend.directory == "." else f"{frontend.directory}/{frontend.output}",
        sources=page_sources(stack, topology.frontend),
    )


def _units(stack: StackSettings) -> dict[str, str]:
    application, sqlite = stack.application, stack.application.data.sqlite
    sessions = application.data.sessions
    return release_units(
        stack.app,
        {name: drain_seconds(stack, name) for name in application.services},
        sessions=(
            ReleaseSessions(sessions.service, application.services[sessions.service].directory)
            if isinstance(sessions, PostgresSessions)
            else None
        ),
        data_path=sqlite.path.rpartition("/")[0] if isinstance(sqlite, Sqlite) else None,
    )


def _session_program(stack: StackSettings) -> dict[str, str]:
    """What keeps the table of sessions, by path. What migrates comes with a release, and there is room for this one."""
    sessions = stack.application.data.sessions
    return {f"{PLACE}/sessions.mjs": session_keeper(sessions.table)} if isinstance(sessions, PostgresSessions) else {}


def _backups(stack: StackSettings, topology: Vps) -> BackupParts:
    """What copies the server's data; nothing where nobody wants that, or it keeps none."""
    place, data = topology.backups, stack.application.data
    if not isinstance(place, BackupPlace) or not topology.copies(stack.application):
        return BackupParts({}, (), ())
    return backup_files(
        BackedUp(
            stack=pulumi.get_stack(),
            at=place.at,
            days=place.days,
            postgres=data.postgres.name if isinstance(data.postgres, LocalPostgres) else None,
            sqlite=data.sqlite.path if isinstance(data.sqlite, Sqlite) else None,
            redis=isinstance(data.redis, LocalRedis),
            copier=topology.continuous(stack.application) is not None,
        )
    )


def _redis(stack: StackSettings, topology: Vps) -> Redis | None:
    if not isinstance(stack.application.data.redis, LocalRedis):
        return None
    return single_server.Redis(topology.redis.memory, topology.redis.full)


def _postgres(stack: StackSettings, topology: Vps) -> Postgres | None:
    settings = stack.application.data.postgres
    if not isinstance(settings, LocalPostgres):
        return None
    own = topology.postgres
    return single_server.Postgres(settings.name, settings.user, own.memory, own.connections, topology.size.cores)
