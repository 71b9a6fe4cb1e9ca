"""What the server of a stack is told to run: the release, with the environment of its services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.server.backups import CREDENTIALS, restic_environment
from components.server.litestream import CREDENTIALS as LITESTREAM
from components.server.litestream import Replica, litestream_config
from components.server.release import Archive, Copier, Deployment, Front, ReleasedService, ReleaseMigration, Revision
from components.server.release import ReleaseSessions as Sessions
from components.server.release_program import standard_input
from components.server.server_release import ServerRelease, ServerReleaseArgs
from config.data import LocalPostgres, NoPostgres, PostgresSessions, Sqlite
from config.release import GitRelease
from config.variables import HIDDEN, Source
from config.vps_certificate import RecordProof
from config.vps_data import BackupPlace
from config.vps_release import FetchedArchive
from config.vps_room import processes_of
from stacks.environment import sources
from stacks.vps_data import POSTGRES_PASSWORD, REDIS_PASSWORD
from stacks.vps_machine import drain_seconds, web_networks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.stack import StackSettings
    from config.vps import Vps
    from config.vps_data import ContinuousSqlite
    from config.vps_release import VpsRelease
    from stacks.vps_data import Stored
    from stacks.vps_server import Server

_TLS_PORT = 443
_S3 = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def release(
    stack: StackSettings,
    topology: Vps,
    made: Server,
    stored: Stored,
    placed: pulumi.ResourceOptions,
) -> ServerRelease:
    """Bring the release to the server. The deployment ends when it serves."""
    environments = {
        name: {"env": plain, "secrets": hidden}
        for name in stack.application.services
        for plain, hidden in [environment(stack, topology, name, stored)]
    }
    token = topology.release.token if isinstance(topology.release, FetchedArchive) else None
    told = pulumi.Output.all(
        environments, stored.secrets[token] if token else None, credentials(stack, topology, stored)
    )
    args: ServerReleaseArgs = {
        "server_id": made.server_id,
        "address": made.address,
        "private_key": stored.secrets[topology.ssh.private_key],
        "document": told.apply(lambda all_: _document(stack, topology, *all_)),
    }
    if topology.ssh.host_key is not None:
        args["host_key"] = topology.ssh.host_key
    return ServerRelease(f"{stack.app}-release", args, placed)


def environment(
    stack: StackSettings, topology: Vps, service: str, stored: Stored
) -> tuple[dict[str, pulumi.Input[str]], dict[str, pulumi.Input[str]]]:
    """The plain variables of a service and the secret ones, by name. An optional secret that is not set is left out."""
    own, known = stack.application.services[service], stack.known_variables(service)
    found = sources(stored.places, lambda name: _secret(stored, name))
    plain: dict[str, pulumi.Input[str]] = {**own.env}
    hidden: dict[str, pulumi.Input[str]] = {
        name: stored.secrets[name] for name in own.secrets if name in stored.secrets
    }
    for variable, source in own.derived.items():
        if source in HIDDEN:
            hidden[variable] = found[source]
        elif source is not Source.PORT:  # each process has one of its own
            plain[variable] = known[variable] if variable in known else found[source]
    if stored.writer is not None and topology.uploads is not None and Source.UPLOADS_BUCKET in own.derived.values():
        plain["AWS_REGION"] = topology.uploads.region
        hidden |= dict(zip(_S3, (stored.writer.key_id, stored.writer.secret_key), strict=True))
    return plain, hidden


def credentials(stack: StackSettings, topology: Vps, stored: Stored) -> dict[str, pulumi.Input[str]]:
    """What the server itself needs of others, by the name of the file that holds it there, readable by root alone."""
    found: dict[str, pulumi.Input[str]] = {}
    if isinstance(topology.certificate, RecordProof):
        token = stored.secrets[topology.certificate.token]
        found["cloudflare.ini"] = pulumi.Output.concat("dns_cloudflare_api_token = ", token, "\n")
    if isinstance(place := topology.backups, BackupPlace):
        secrets = [stored.secrets[name] for name in (place.passphrase, place.access_key, place.secret_key)]
        repository = place.repository(pulumi.get_stack())
        continuous, sqlite = topology.continuous(stack.application), stack.application.data.sqlite
        if continuous and isinstance(sqlite, Sqlite):
            found[LITESTREAM] = _copying(sqlite.path, place, continuous, stored)
        found[CREDENTIALS] = pulumi.Output.all(*secrets).apply(lambda all_: restic_environment(repository, *all_))
    return found


def _copying(file: str, place: BackupPlace, how: ContinuousSqlite, stored: Stored) -> pulumi.Output[str]:
    """The configuration of what copies a SQLite file all the time."""
    copied = Replica(
        file=file,
        endpoint=f"https://{place.endpoint}",
        region=place.region(),
        bucket=place.bucket,
        path=place.replica(pulumi.get_stack()),
        hours=how.hours,
    )
    keys = [stored.secrets[name] for name in (how.identity, place.access_key, place.secret_key)]
    return pulumi.Output.all(*keys).apply(lambda all_: litestream_config(copied, *all_))


def _secret(stored: Stored, name: str) -> pulumi.Output[str]:
    """A secret's value, or what the server puts its own password in the place of."""
    if name in (POSTGRES_PASSWORD, REDIS_PASSWORD):
        return pulumi.Output.from_input(f"${{server:{name}}}")
    return stored.secrets[name]


def _document(
    stack: StackSettings,
    topology: Vps,
    environments: Mapping[str, Any],  # Any: plain and secret variables by name, as Pulumi hands dictionaries on
    token: str | None,
    files: Mapping[str, str],
) -> str:
    """The whole document, when everything is known."""
    application, declared = stack.application, topology.release
    postgres = application.data.postgres
    sessions, continuous = application.data.sessions, topology.continuous(application)
    deployment = Deployment(
        app=stack.app,
        release=_told(declared, token),
        services=tuple(
            _service(stack, topology, name, number, environments[name])
            for number, name in enumerate(application.services)
        ),
        migration=(
            ReleaseMigration(
                application.migrations.command,
                application.migrations.service,
                application.services[application.migrations.service].directory,
                postgres=not isinstance(postgres, NoPostgres),
            )
            if application.migrations
            else None
        ),
        sessions=(
            Sessions(sessions.service, application.services[sessions.service].directory)
            if isinstance(sessions, PostgresSessions)
            else None
        ),
        shared_data=isinstance(application.data.sqlite, Sqlite),
        made={
            **({POSTGRES_PASSWORD: "generated/postgres"} if isinstance(postgres, LocalPostgres) else {}),
            **({REDIS_PASSWORD: "generated/redis"} if application.data.redis.kind == "local" else {}),
        },
        credentials=dict(files),
        copier=Copier(continuous.url, continuous.sha256) if continuous else None,
    )
    return standard_input(deployment)


def _told(declared: VpsRelease, token: str | None) -> Archive | Revision:
    if isinstance(declared, FetchedArchive):
        return Archive(declared.url, declared.sha256, token)
    assert isinstance(declared, GitRelease), "images run in containers"  # noqa: S101  # a promise to the reader
    return Revision(declared.repository, declared.revision)


def _service(
    stack: StackSettings,
    topology: Vps,
    name: str,
    number: int,
    variables: Mapping[str, Mapping[str, str]],
) -> ReleasedService:
    service, declared = stack.application.services[name], stack.application.secrets
    path, host = service.health_path or "/", (*service.hosts, *topology.hosts(stack.application))[:1]
    # Where Cloudflare alone is answered, the server's own question would not be.
    asked = service.public and not service.paths and not web_networks(topology)
    return ReleasedService(
        name=name,
        directory=service.directory,
        entry=service.entry,
        number=number,
        processes=processes_of(topology, service.processes),
        health_path=service.health_path,
        drain_seconds=drain_seconds(stack, name),
        env=variables["env"],
        secrets=variables["secrets"],
        min_secret_lengths={each: declared[each].min_length for each in service.secrets},
        process_memory=topology.process_memory,
        overlap=topology.overlaps(name),
        front=Front(host[0], path, _TLS_PORT, tls=True) if asked and host else None,
    )
