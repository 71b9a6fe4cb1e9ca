"""What the topology `vps`, an application and an environment say together and cannot mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.cloudflare_turnstile_checks import zone_turnstile
from config.data import LocalPostgres, ManagedPostgres, ManagedRedis, Sqlite, UploadedFiles
from config.pages import PagesSite
from config.production import KEPT
from config.release_checks import wrongly_built
from config.server_plans import cheapest, offer
from config.service_checks import unknown_services
from config.settings import below, refused_at
from config.values import Deletion, Environment
from config.vps_containers_checks import containers, unsafe_containers
from config.vps_data import BackupPlace, ContinuousSqlite, NoBackups
from config.vps_names_checks import certificate, edge, files, names, own_names, reached, redirects
from config.vps_room import memory, room
from config.vps_server import AwsPlace, DataVolume, DigitalOceanPlace, LinodePlace, NoVolume, UptimeCheck
from config.vps_static import static_problems, whole_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.vps import Vps

_UP = ("..", "application")  # leads from the topology to the application's part of the stack
# Folders that the server has already: where its volume is, and what its own programs keep.
_TAKEN = ("/mnt/data", "/var/lib/nginx", "/var/lib/postgresql", "/var/lib/redis")
# Users and databases of PostgreSQL's own.
_POSTGRES_OWN = ("postgres", "template0", "template1")


def problems(topology: Vps, application: Application, environment: Environment) -> Iterator[InitErrorDetails]:
    """What does not go together. Paths are relative to the topology; what begins with `..` is the application's."""
    yield from unknown_services(topology.services, application)
    for check in (
        zone_turnstile,
        _data,
        _folders,
        _uploads,
        static_problems,
        whole_site,
        names,
        own_names,
        reached,
        redirects,
        edge,
        certificate,
        files,
        _plan,
        memory,
        room,
        _keys,
        _uptime,
        _backups,
        _continuous,
        containers,
        _machines_work,
    ):
        yield from check(topology, application)
    yield from wrongly_built(topology.release, application, "the server builds")
    if environment is Environment.PRODUCTION:
        yield from _unsafe_in_production(topology, application)


def _data(_: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """Nobody runs a database or a Redis for a single server."""
    for part, data in (("redis", application.data.redis), ("postgres", application.data.postgres)):
        if isinstance(data, ManagedRedis | ManagedPostgres):
            rule = "a single server has no managed one beside it"
            remedy = "write local for one on the server itself, or external for one that lives elsewhere"
            yield refused_at((*_UP, "data", part, "kind"), "managed", rule, remedy)

    postgres = application.data.postgres
    if isinstance(postgres, LocalPostgres):
        for key, given in (("name", postgres.name), ("user", postgres.user)):
            if given in _POSTGRES_OWN or given.startswith("pg_"):
                rule = "PostgreSQL has this for itself, and its own user may do everything on the server's databases"
                yield refused_at((*_UP, "data", "postgres", key), given, rule, "take another name, as in app")


def _folders(_: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """A SQLite file has a folder of its own, which is mounted from the volume."""
    sqlite = application.data.sqlite
    if not isinstance(sqlite, Sqlite):
        return
    for folder in _TAKEN:
        if sqlite.path.startswith(f"{folder}/"):
            rule = f"the server keeps something of its own in {folder}"
            yield refused_at((*_UP, "data", "sqlite", "path"), sqlite.path, rule, "write it as in /var/lib/app/data.db")


def _uploads(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    wanted = isinstance(application.data.uploads, UploadedFiles)
    if wanted and topology.uploads is None:
        rule = "the application's uploads lie in object storage, never on a server's disk, and none is said here"
        remedy = "write uploads: {kind: s3, region: …}"
        yield refused_at(("uploads",), None, rule, remedy)
    if not wanted and topology.uploads is not None:
        rule = "the application uploads nothing, so nobody would use it"
        yield refused_at(("uploads",), {}, rule, "take it out, or set data.uploads")
    provider = topology.provider
    if topology.uploads is not None and isinstance(provider, AwsPlace) and topology.uploads.region != provider.region:
        rule = f"the server is in {provider.region}, and what a stack has in AWS lies in one region"
        yield refused_at(("uploads", "region"), topology.uploads.region, rule, f"write {provider.region}")


def _plan(topology: Vps, _: Application) -> Iterator[InitErrorDetails]:
    """A size that its provider has."""
    size, provider = topology.size.wanted(), topology.provider.kind
    if cheapest(provider, size) is None:
        rule = f"{provider} has no plan with all of that: {offer(provider, size)}"
        yield refused_at(("size",), {}, rule, "ask for less, or take another provider")


def _keys(topology: Vps, _: Application) -> Iterator[InitErrorDetails]:
    """What a provider takes for keys."""
    provider, ssh = topology.provider, topology.ssh
    if isinstance(provider, LinodePlace) and ssh.known_keys:
        rule = "linode gives a server keys as they are, and knows none by a name"
        yield refused_at(("ssh", "known_keys"), list(ssh.known_keys), rule, "take it out")
    if not isinstance(provider, AwsPlace):
        return
    if len(ssh.known_keys) > 1:
        rule = "a machine in AWS is made with one key; ssh.keys get there without it"
        yield refused_at(("ssh", "known_keys", 1), ssh.known_keys[1], rule, "keep one")
    if not ssh.known_keys and not ssh.keys[0].startswith(("ssh-ed25519 ", "ssh-rsa ")):
        kind = ssh.keys[0].partition(" ")[0]
        rule = "the first key is registered in AWS, which takes ssh-ed25519 and ssh-rsa only"
        yield refused_at(("ssh", "keys", 0), kind, rule, "put such a key first")


def _uptime(topology: Vps, _: Application) -> Iterator[InitErrorDetails]:
    uptime, provider = topology.uptime, topology.provider
    if not isinstance(uptime, UptimeCheck):
        return
    if uptime.kind == "provider" and not isinstance(provider, DigitalOceanPlace | AwsPlace):
        rule = f"{provider.kind} asks no application whether it answers"
        yield refused_at(("uptime", "kind"), "provider", rule, "write digitalocean or route53, or none")


def _backups(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """Copies of what is on the server itself; what containers keep has none."""
    if topology.images is not None:
        return
    kept = [part for part in topology.keeps(application) if part != "redis"]
    if kept and topology.backups is None:
        rule = f"the server keeps the application's only {' and '.join(kept)}"
        remedy = "write backups: {kind: s3, endpoint: …, bucket: …}, or {kind: none} where it may be lost"
        yield refused_at(("backups",), None, rule, remedy)
    if not topology.keeps(application) and topology.backups is not None:
        rule = "the server keeps nothing of the application's data"
        yield refused_at(("backups",), {}, rule, "take it out")


def _continuous(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """Something to copy all the time."""
    place = topology.backups
    if not isinstance(place, BackupPlace) or not isinstance(place.sqlite, ContinuousSqlite):
        return
    if "sqlite" not in topology.keeps(application):
        rule = "the server keeps no SQLite file, and litestream copies nothing else"
        yield refused_at(("backups", "sqlite"), "litestream", rule, "take it out")


def _machines_work(_: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """What the application's file asks for and nobody would do here."""
    for name in application.schedules:
        rule = "nothing on the server runs commands at times of their own"
        remedy = "take aws-ecs; or take it out here, and let the service run it itself"
        yield refused_at((*_UP, "schedules", name, "[key]"), name, rule, remedy)
    if application.alerts:
        rule = "nothing here measures what these are about, and they would never go off"
        remedy = "write alerts: null; topology.uptime says who looks whether the application answers"
        yield refused_at((*_UP, "alerts"), {}, rule, remedy)


def _unsafe_in_production(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    yield from unsafe_containers(topology)
    volume, what = topology.volume, f"production needs {KEPT[0]}"
    keeps = topology.keeps(application)
    if keeps and isinstance(volume, NoVolume):
        rule = "production needs data to outlive its server"
        yield refused_at(("volume", "kind"), "none", rule, "write volume: {kind: volume}")
    if isinstance(volume, DataVolume) and volume.deletion is Deletion.DESTROY:
        yield refused_at(("volume", "deletion"), "destroy", what, KEPT[1])
    if isinstance(topology.backups, NoBackups):
        rule = "production needs copies of its data somewhere else"
        yield refused_at(("backups", "kind"), "none", rule, "write {kind: s3, endpoint: …, bucket: …}")
    if topology.uploads is not None:
        yield from (below(("uploads",), each) for each in topology.uploads.unsafe())
    if isinstance(topology.frontend, PagesSite):
        yield from (below(("frontend",), each) for each in topology.frontend.unsafe())
    if isinstance(topology.provider, AwsPlace) and not topology.provider.account_ids:
        rule = "production names the accounts that it may be deployed to"
        yield refused_at(("provider", "account_ids"), [], rule, "write the account's 12 digits, in quotes")
    if not topology.snapshots:
        rule = "production needs copies of the server"
        yield refused_at(("snapshots",), given=False, rule=rule, remedy="write true")
