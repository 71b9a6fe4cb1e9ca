"""What a topology in Amazon Web Services, an application and an environment say together and cannot mean.

This holds for all of them; what holds for one is in its own module of checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.alerts import OF_REQUESTS
from config.aws_data_checks import cache_problems, database_problems
from config.aws_front import CloudflareZone, HttpListener, Route53Zone
from config.aws_network import NetworkByIds
from config.aws_site import CloudFrontSite
from config.aws_site_checks import site_problems
from config.cloudflare_turnstile_checks import zone_turnstile
from config.data import ExternalPostgres, ExternalRedis, LocalPostgres, LocalRedis, ManagedPostgres, ManagedRedis
from config.email import NoEmail
from config.pages import PagesSite
from config.service_checks import no_static_network
from config.settings import below, refused_at
from config.site import Site
from config.values import Environment, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.aws_topology import AwsTopology

MIN_ZONES = 2  # an Application Load Balancer takes subnets of two zones at least
MIN_INSTANCES = 2  # of a service in production
UP = ("..", "application")  # leads from the topology to the application's part of the stack


def shared_problems(
    topology: AwsTopology, application: Application, environment: Environment
) -> Iterator[InitErrorDetails]:
    """What does not go together. Paths are relative to the topology; what begins with `..` is the application's."""
    yield from _too_few_zones(topology, environment)
    for check in (
        _load_balancer,
        _nothing_public,
        _same_ports,
        _mixed_clients,
        _names,
        _edge,
        zone_turnstile,
        no_static_network,
        _certificate,
        _closed_network,
        _existing,
        _firewall,
    ):
        yield from check(topology, application)
    yield from cache_problems(topology.cache, application, replaced=topology.existing.cache is not None)
    yield from database_problems(topology.database, application, replaced=topology.existing.database is not None)
    yield from site_problems(topology, application)
    yield from _readable_traffic(topology, environment)
    if environment is Environment.PRODUCTION:
        yield from _unsafe_in_production(topology, application)


def closed(topology: AwsTopology) -> bool:
    """Whether what the stack makes has no way out: a network that is there already may have one."""
    return topology.network.closed() and topology.existing.network is None


def servers_data(application: Application, who: str) -> Iterator[InitErrorDetails]:
    """Data that lies beside a service, where services come and go. `who` says what comes and goes."""
    for part, data in (("redis", application.data.redis), ("postgres", application.data.postgres)):
        if isinstance(data, LocalRedis | LocalPostgres):
            rule = f"{who} come and go, and each would have its own"
            remedy = "write managed or external, or take a topology that is one server"
            yield refused_at((*UP, "data", part, "kind"), "local", rule, remedy)


def too_few(named: dict[str, int], what: str) -> Iterator[InitErrorDetails]:
    """Services that have one instance in production. `named` are the least numbers, `what` what instances are."""
    for name, given in named.items():
        if given < MIN_INSTANCES:
            rule = f"production needs at least 2 {what}, so that one may fail"
            yield refused_at(("services", name, "min"), given, rule, "raise min to 2")


def _too_few_zones(topology: AwsTopology, environment: Environment) -> Iterator[InitErrorDetails]:
    if len(topology.zones) < MIN_ZONES:
        who = "a load balancer" if topology.load_balancer else "a stack"
        who = "production" if environment is Environment.PRODUCTION else who
        rule = f"{who} needs at least two zones"
        yield refused_at(("zones",), list(topology.zones), rule, f"add a zone of {topology.region}")


def _load_balancer(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    """There is one where the internet reaches a service, and none where it does not."""
    given, public = topology.load_balancer, application.public_services()
    if public and given is None:
        rule = f"a load balancer leads the internet to public services, here {', '.join(public)}"
        remedy = "write load_balancer: {listener: {kind: https}}, or http in development"
        yield refused_at(("load_balancer",), None, rule, remedy)
    elif given is not None and not public:
        rule = "no service of the application is public, so a load balancer leads nowhere"
        remedy = "take it out, or set public: true for the service that takes traffic"
        yield refused_at(("load_balancer",), {}, rule, remedy)


def _nothing_public(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    """What is about requests means nothing where no service takes any."""
    if application.public_services():
        return
    rule, remedy = "no service of the application is public, so there are no requests", "take it out"
    if application.rate_limit is not None:
        yield refused_at((*UP, "rate_limit"), application.rate_limit, rule, remedy)
    for name, alert in application.alerts.items():
        if alert.metric in OF_REQUESTS:
            yield refused_at((*UP, "alerts", name, "metric"), alert.metric.value, rule, remedy)
    if isinstance(topology.dns, CloudflareZone) and topology.dns.edge is not None:
        yield refused_at(("dns", "edge"), {}, rule, remedy)


def _same_ports(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    owners: dict[int, str] = {}
    for name, service in application.services.items():
        port = topology.port(service.port)
        owner = owners.setdefault(port, name)
        if owner != name and application.services[owner].port != service.port:
            rule = f"services run without privileges, so on port {port}, which services.{owner} has"
            yield refused_at((*UP, "services", name, "port"), service.port, rule, "take another port")


def _mixed_clients(_: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    """The load balancer knows a machine or a task by one port, and who takes a request there is chance."""
    rule = "with long-polling a client must meet the same process each time; processes that share a port mix them"
    for name, service in application.services.items():
        if service.long_polling and service.processes != 1:
            path = (*UP, "services", name, "processes")
            remedy = "write processes: 1, or switch long-polling off in Socket.IO"
            yield refused_at(path, service.processes, rule, remedy)


def _names(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    dns = topology.dns
    for name, service in application.services.items():
        for index, host in enumerate(service.hosts):
            path = (*UP, "services", name, "hosts", index)
            if dns is None:
                remedy = "set topology.dns, with {kind: elsewhere} if somebody else keeps the name"
                yield refused_at(path, host, "nobody keeps this name: the stack has no zone", remedy)
            elif isinstance(dns, Route53Zone | CloudflareZone) and not within(host, dns.zone):
                remedy = "correct the name, or take the zone that has it"
                yield refused_at(path, host, f"it does not lie in the zone {dns.zone}", remedy)
    email = application.email
    if isinstance(email, NoEmail) or not isinstance(dns, Route53Zone | CloudflareZone):
        return
    if not within(email.domain, dns.zone):
        rule = f"its records cannot stand in the zone {dns.zone}"
        yield refused_at((*UP, "email", "domain"), email.domain, rule, "correct it, or take the zone that has it")


def _edge(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    """What Cloudflare is to do for the whole zone, and what its plan there has of it."""
    dns = topology.dns
    if not isinstance(dns, CloudflareZone) or dns.edge is None or topology.load_balancer is None:
        return
    if not dns.proxied:
        rule = "it answers only what goes through Cloudflare's network, and proxied is false"
        yield refused_at(("dns", "edge"), {}, rule, "take one of the two out")
    if isinstance(topology.frontend, CloudFrontSite) and application.frontend.url:
        rule = "the frontend's name leads past Cloudflare to CloudFront, and so would show the way past what this makes"
        yield refused_at(("dns", "edge"), {}, rule, "take it out, or write frontend: {kind: none}")
    listener = topology.load_balancer.listener
    if isinstance(listener, HttpListener):
        rule = "dns.edge has Cloudflare ask by https alone, with a checked certificate"
        yield refused_at(("load_balancer", "listener", "kind"), "http", rule, "write https, or take dns.edge out")
    elif listener.certificate_arn is None:
        path = ("load_balancer", "listener", "certificate_arn")
        rule = "what proves a new certificate gets names that only deployment tells, so nobody can say before"
        rule = f"{rule} that no record of the zone leads past Cloudflare, which dns.edge promises"
        yield refused_at(path, None, rule, "name one that is there, such as Cloudflare's for origins, imported")
    asked = tuple(host for service in application.public_services().values() for host in service.hosts)
    pages = application.frontend.url if isinstance(topology.frontend, PagesSite) else None
    hosts = (*asked, pages.removeprefix("https://")) if pages else asked
    problems = dns.edge.problems(dns.zone, application.rate_limit, hosts, asked)
    yield from (below(("dns", "edge"), problem) for problem in problems)


def _certificate(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    listener = topology.load_balancer.listener if topology.load_balancer else None
    if listener is None or isinstance(listener, HttpListener) or listener.certificate_arn is not None:
        return
    hosts = [host for service in application.public_services().values() for host in service.hosts]
    path = ("load_balancer", "listener", "certificate_arn")
    if not hosts:
        rule = "https needs a certificate, and one can only be made for host names, which no public service has"
        yield refused_at(path, None, rule, "give services their hosts and set topology.dns, or name a certificate")
    elif not isinstance(topology.dns, Route53Zone | CloudflareZone):
        rule = "https needs a certificate, and one can only be made where its names can be proven"
        yield refused_at(path, None, rule, "set topology.dns to a zone, or name an existing certificate")


def _closed_network(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    """Without egress nothing outside the network can be reached."""
    if not closed(topology):
        return
    reason, remedy = "network.egress is none, and {} outside", "choose another egress, or {}"
    for part, data in (("redis", application.data.redis), ("postgres", application.data.postgres)):
        if isinstance(data, ExternalRedis | ExternalPostgres):
            rule = reason.format(f"this {part} is")
            yield refused_at((*UP, "data", part, "kind"), "external", rule, remedy.format("write managed"))
    if not isinstance(application.email, NoEmail):
        rule = reason.format("mail goes to a service")
        yield refused_at((*UP, "email", "kind"), application.email.kind, rule, remedy.format("write none"))
    if topology.turnstile is not None:
        rule = reason.format("Cloudflare, which says whether a proof holds, is")
        yield refused_at(("dns", "turnstile"), {}, rule, remedy.format("take it out"))


def _existing(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
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


def _firewall(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    balancer, dns = topology.load_balancer, topology.dns
    counted = balancer is None or balancer.firewall or (isinstance(dns, CloudflareZone) and dns.edge)
    if application.rate_limit is not None and not counted:
        rule = "the load balancer itself knows no rate limit, and the application wants one"
        remedy = "set topology.load_balancer.firewall: true"
        yield refused_at((*UP, "rate_limit"), application.rate_limit, rule, f"{remedy}, or take the limit out")


def _readable_traffic(topology: AwsTopology, environment: Environment) -> Iterator[InitErrorDetails]:
    plain = topology.load_balancer is not None and isinstance(topology.load_balancer.listener, HttpListener)
    if environment is not Environment.DEVELOPMENT and plain:
        rule = f"{environment} needs https: over http everyone on the way can read and change the traffic"
        yield refused_at(("load_balancer", "listener", "kind"), "http", rule, "write listener: {kind: https}")


def _unsafe_in_production(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    data, existing, site = application.data, topology.existing, topology.frontend
    parts = (
        ("cache", topology.cache.unsafe(), isinstance(data.redis, ManagedRedis) and existing.cache is None),
        ("database", topology.database.unsafe(), isinstance(data.postgres, ManagedPostgres) and not existing.database),
        ("uploads", topology.uploads.unsafe(), data.uploads.kind != "none"),
        ("frontend", site.unsafe() if isinstance(site, Site) else [], True),
        ("secrets", topology.secrets.unsafe(), bool(application.used_secrets())),
    )
    for part, unsafe, used in parts:
        if used:
            yield from (below((part,), problem) for problem in unsafe)
    if not topology.account_ids:
        rule = "production needs the accounts named, so that no other one gets it by mistake"
        yield refused_at(("account_ids",), [], rule, 'write the account, as in ["123456789012"]')
    if topology.load_balancer is not None and not topology.load_balancer.deletion_protection:
        path = ("load_balancer", "deletion_protection")
        yield refused_at(path, given=False, rule="production needs it", remedy="write true, or leave it out")
