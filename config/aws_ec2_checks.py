"""What the topology `aws-ec2`, an application and an environment say together and cannot mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_data_checks import cache_problems, database_problems
from config.aws_front import CloudflareZone, HttpListener, Route53Zone
from config.aws_network import NatInstance, NetworkByIds
from config.data import (
    ExternalPostgres,
    ExternalRedis,
    LocalPostgres,
    LocalRedis,
    ManagedPostgres,
    ManagedRedis,
    Sqlite,
)
from config.email import NoEmail
from config.machines import runs_on
from config.release import GitRelease, ImageRelease
from config.settings import below, nearest, refused_at
from config.values import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.aws_ec2 import AwsEc2

MIN_ZONES = 2  # an Application Load Balancer takes subnets of two zones at least
MIN_MACHINES = 2  # in production
_UP = ("..", "application")  # leads from the topology to the application's part of the stack


def problems(topology: AwsEc2, application: Application, environment: Environment) -> Iterator[InitErrorDetails]:
    """What does not go together. Paths are relative to the topology; what begins with `..` is the application's."""
    yield from _too_few_zones(topology, environment)
    for check in (
        _unknown_services,
        _nothing_public,
        _wrong_architectures,
        _servers_data,
        _one_machine,
        _same_ports,
        _names,
        _certificate,
        _closed_network,
        _built_on_machines,
        _existing,
        _firewall,
    ):
        yield from check(topology, application)
    yield from cache_problems(topology.cache, application, replaced=topology.existing.cache is not None)
    yield from database_problems(topology.database, application, replaced=topology.existing.database is not None)
    yield from _readable_traffic(topology, environment)
    if environment is Environment.PRODUCTION:
        yield from _unsafe_in_production(topology, application)


def _too_few_zones(topology: AwsEc2, environment: Environment) -> Iterator[InitErrorDetails]:
    if len(topology.zones) < MIN_ZONES:
        who = "production" if environment is Environment.PRODUCTION else "a load balancer"
        rule = f"{who} needs at least two zones"
        yield refused_at(("zones",), list(topology.zones), rule, f"add a zone of {topology.region}")


def _unknown_services(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    known = ", ".join(application.services)
    for name in topology.services:
        if name not in application.services:
            remedy = f"{nearest(name, application.services)}take it out or correct it"
            path = ("services", name, "[key]")
            yield refused_at(path, name, f"the application's services are {known}", remedy)


def _nothing_public(_: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    if not application.public_services():
        rule = "no service of the application is public, so a load balancer leads nowhere"
        remedy = "set public: true for the service that takes traffic"
        yield refused_at(("load_balancer",), {}, rule, remedy)


def _wrong_architectures(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    wanted = topology.image.architecture
    groups = topology.groups(application)
    types = {("services", name, "instance_type"): topology.machines(name).instance_type for name in groups}
    egress = topology.network.egress
    if isinstance(egress, NatInstance) and egress.instance_type:
        types["network", "egress", "instance_type"] = egress.instance_type
    for path, given in types.items():
        if not runs_on(given, wanted):
            rule = f"the image is for {wanted}, and this type is not"
            yield refused_at(path, given, rule, "take another type, or set topology.image.architecture")


def _servers_data(_: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    for part, data in (("redis", application.data.redis), ("postgres", application.data.postgres)):
        if isinstance(data, LocalRedis | LocalPostgres):
            rule = "machines of an auto-scaling group come and go, and each would have its own"
            remedy = "write managed or external, or take a topology that is one server"
            yield refused_at((*_UP, "data", part, "kind"), "local", rule, remedy)


def _one_machine(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    """A SQLite file lies on one volume, which one machine at a time can attach."""
    if not isinstance(application.data.sqlite, Sqlite):
        return
    first, *others = application.services
    machines = topology.machines(first)
    for key, given in (("min", machines.min), ("max", machines.max)):
        if given != 1:
            rule = "a SQLite file lies on the volume of one machine, and a second one could not reach it"
            remedy = "write min: 1 and max: 1, or move to PostgreSQL"
            yield refused_at(("services", first, key), given, rule, remedy)
    for name in others:
        if name in topology.services:
            rule = f"all services share the SQLite file, so they run on the machine of {first}"
            yield refused_at(("services", name, "[key]"), name, rule, f"say what it needs at services.{first}")


def _same_ports(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    owners: dict[int, str] = {}
    for name, service in application.services.items():
        port = topology.port(service.port)
        owner = owners.setdefault(port, name)
        if owner != name and application.services[owner].port != service.port:
            rule = f"services run without privileges, so on port {port}, which services.{owner} has"
            yield refused_at((*_UP, "services", name, "port"), service.port, rule, "take another port")


def _names(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    dns = topology.dns
    for name, service in application.services.items():
        for index, host in enumerate(service.hosts):
            path = (*_UP, "services", name, "hosts", index)
            if dns is None:
                remedy = "set topology.dns, with {kind: elsewhere} if somebody else keeps the name"
                yield refused_at(path, host, "nobody keeps this name: the stack has no zone", remedy)
            elif isinstance(dns, Route53Zone | CloudflareZone) and not _within(host, dns.zone):
                remedy = "correct the name, or take the zone that has it"
                yield refused_at(path, host, f"it does not lie in the zone {dns.zone}", remedy)
    email = application.email
    if isinstance(email, NoEmail) or not isinstance(dns, Route53Zone | CloudflareZone):
        return
    if not _within(email.domain, dns.zone):
        rule = f"its records cannot stand in the zone {dns.zone}"
        yield refused_at((*_UP, "email", "domain"), email.domain, rule, "correct it, or take the zone that has it")


def _within(host: str, zone: str) -> bool:
    return host == zone or host.endswith(f".{zone}")


def _certificate(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    listener = topology.load_balancer.listener
    if isinstance(listener, HttpListener) or listener.certificate_arn is not None:
        return
    hosts = [host for service in application.public_services().values() for host in service.hosts]
    path = ("load_balancer", "listener", "certificate_arn")
    if not hosts:
        rule = "https needs a certificate, and one can only be made for host names, which no public service has"
        yield refused_at(path, None, rule, "give services their hosts and set topology.dns, or name a certificate")
    elif not isinstance(topology.dns, Route53Zone | CloudflareZone):
        rule = "https needs a certificate, and one can only be made where its names can be proven"
        yield refused_at(path, None, rule, "set topology.dns to a zone, or name an existing certificate")


def _closed_network(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    """Without egress nothing outside the network can be reached."""
    if not topology.network.closed() or topology.existing.network is not None:
        return
    reason, remedy = "network.egress is none, and {} outside", "choose another egress, or {}"
    for part, data in (("redis", application.data.redis), ("postgres", application.data.postgres)):
        if isinstance(data, ExternalRedis | ExternalPostgres):
            rule = reason.format(f"this {part} is")
            yield refused_at((*_UP, "data", part, "kind"), "external", rule, remedy.format("write managed"))
    if not isinstance(application.email, NoEmail):
        rule = reason.format("mail goes to a service")
        yield refused_at((*_UP, "email", "kind"), application.email.kind, rule, remedy.format("write none"))
    if isinstance(topology.release, GitRelease):
        rule = reason.format("the repository and the packages that it is built with are")
        yield refused_at(("release", "kind"), "git", rule, remedy.format("build an archive"))
    if isinstance(topology.release, ImageRelease):
        rule = reason.format("the packages that run a container are installed when a machine starts, from")
        yield refused_at(("release", "kind"), "image", rule, remedy.format("build an archive"))


def _built_on_machines(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    """A machine builds a revision with npm alone, and with one command."""
    if not isinstance(topology.release, GitRelease):
        return
    for key, given, wanted in (
        ("packages", application.runtime.packages, "npm"),
        ("build", application.runtime.build, "npm run build"),
    ):
        if given != wanted:
            rule = f"topology.release is of kind git, and machines build a revision with {wanted} only"
            yield refused_at((*_UP, "runtime", key), given, rule, "build an archive")


def _existing(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    network, cache, database = topology.existing.network, topology.existing.cache, topology.existing.database
    if isinstance(network, NetworkByIds):
        for name, zone in network.missing(topology.zones):
            rule = f"each zone of the stack needs a subnet here, and {zone} has none"
            yield refused_at(("existing", "network", name), {}, rule, f"add {zone}, or take it out of zones")
    pairs = (
        ("cache", cache, "redis", isinstance(application.data.redis, ManagedRedis)),
        ("database", database, "postgres", isinstance(application.data.postgres, ManagedPostgres)),
    )
    for part, settings, data, managed in pairs:
        if settings is None:
            continue
        if not managed:
            rule = f"data.{data} is not managed, so it would be a second one"
            yield refused_at(("existing", part), {}, rule, f"take it out, or write data.{data}: {{kind: managed}}")
        if settings.password not in application.secrets:
            rule = "the application's `secrets` do not have this name"
            remedy = f"add it there, as in {settings.password}: {{}}"
            yield refused_at(("existing", part, "password"), settings.password, rule, remedy)


def _firewall(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    if application.rate_limit is not None and not topology.load_balancer.firewall:
        rule = "the load balancer itself knows no rate limit, and the application wants one"
        remedy = "set topology.load_balancer.firewall: true"
        yield refused_at((*_UP, "rate_limit"), application.rate_limit, rule, f"{remedy}, or take the limit out")


def _readable_traffic(topology: AwsEc2, environment: Environment) -> Iterator[InitErrorDetails]:
    if environment is not Environment.DEVELOPMENT and isinstance(topology.load_balancer.listener, HttpListener):
        rule = f"{environment} needs https: over http everyone on the way can read and change the traffic"
        yield refused_at(("load_balancer", "listener", "kind"), "http", rule, "write listener: {kind: https}")


def _unsafe_in_production(topology: AwsEc2, application: Application) -> Iterator[InitErrorDetails]:
    data, existing = application.data, topology.existing
    parts = (
        ("cache", topology.cache.unsafe(), isinstance(data.redis, ManagedRedis) and existing.cache is None),
        ("database", topology.database.unsafe(), isinstance(data.postgres, ManagedPostgres) and not existing.database),
        ("uploads", topology.uploads.unsafe(), data.uploads.kind != "none"),
        ("volume", topology.volume.unsafe(), isinstance(data.sqlite, Sqlite)),
        ("secrets", topology.secrets.unsafe(), bool(application.used_secrets())),
    )
    for part, unsafe, used in parts:
        if used:
            yield from (below((part,), problem) for problem in unsafe)
    if not topology.account_ids:
        rule = "production needs the accounts named, so that no other one gets it by mistake"
        yield refused_at(("account_ids",), [], rule, 'write the account, as in ["123456789012"]')
    if not topology.load_balancer.deletion_protection:
        path = ("load_balancer", "deletion_protection")
        yield refused_at(path, given=False, rule="production needs it", remedy="write true, or leave it out")
    if not isinstance(data.sqlite, Sqlite):
        for name in application.services:
            given = topology.machines(name).min
            if given < MIN_MACHINES:
                rule = "production needs at least 2 machines, so that one may fail"
                yield refused_at(("services", name, "min"), given, rule, "raise min to 2")
