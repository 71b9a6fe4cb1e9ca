"""What the names of a single server, its certificate and its frontend cannot mean together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_front import CloudflareZone, DnsElsewhere
from config.email import NoEmail
from config.frontend import ViteFrontend
from config.pages import PagesSite
from config.pages_checks import pages_problems
from config.settings import below, nearest, refused_at
from config.site_checks import no_files, shared_host
from config.values import within
from config.vps_certificate import RecordProof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.vps import Vps

_UP = ("..", "application")  # leads from the topology to the application's part of the stack
_HTTPS = "https://"
_OWN = ("node", "systemd")  # what the server itself has a folder in /opt, users and units of
_WEB = ("www", "data")  # Debian's user www-data, as whom nginx runs
_CERTIFIED = 100  # names in one certificate of Let's Encrypt: letsencrypt.org/docs/profiles
_Path = tuple[str | int, ...]


def names(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """Names lie in the zone that is said, and there is one at all."""
    if not topology.hosts(application):
        rule = "a certificate is made for host names, and no public service has one"
        yield refused_at((*_UP, "services"), {}, rule, "give one its hosts, as in [www.example.com]")
    dns = topology.dns
    if isinstance(dns, DnsElsewhere):
        return
    for path, given in _named(topology, application):
        if not within(given.removeprefix(_HTTPS), dns.zone):
            rule = f"it does not lie in the zone {dns.zone}"
            yield refused_at(path, given, rule, "correct the name, or take the zone that has it")


def own_names(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """No folder, user or unit of the application is one that the server has already; containers have none there."""
    name, (app, service) = application.name, _WEB
    if topology.images:
        return
    if name in _OWN:
        rule = "the server has a folder, users or units under this name itself"
        yield refused_at((*_UP, "name"), name, rule, f"give the application another name, as in {name}-app")
    if name == app and service in application.services:
        rule = f"together with the application's name it is {app}-{service}, as whom nginx runs"
        yield refused_at((*_UP, "services", service, "[key]"), service, rule, "give the service another name")


def _named(topology: Vps, application: Application) -> Iterator[tuple[_Path, str]]:
    """What gets a record in the zone, as it is written, and where."""
    for name, service in application.public_services().items():
        for index, host in enumerate(service.hosts):
            yield (*_UP, "services", name, "hosts", index), host
    if not isinstance(application.email, NoEmail):
        yield (*_UP, "email", "domain"), application.email.domain
    if topology.frontend.kind == "release" and application.frontend.url is not None:
        yield (*_UP, "frontend", "url"), application.frontend.url
    for host in topology.redirects:
        yield ("redirects", host, "[key]"), host


def reached(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """Some host leads to each public service. One that a service has as a whole goes before paths without hosts."""
    public, hosts = application.public_services(), topology.hosts(application)
    whole = {host for service in public.values() if not service.paths for host in service.hosts}
    files = application.frontend.url if topology.frontend.kind == "release" else None
    left = [host for host in hosts if host not in whole]
    for name, service in public.items():
        if service.hosts or not hosts:
            continue
        path = (*_UP, "services", name)
        if service.paths and not left:
            rule = (
                f"no host leads there: other services have {', '.join(hosts)} as a whole, and a host goes before a path"
            )
            remedy = f"give it the host too, as in hosts: [{hosts[0]}]"
            yield refused_at((*path, "paths"), list(service.paths), rule, remedy)
        if not service.paths and not [host for host in left if f"{_HTTPS}{host}" != files]:
            rule = f"it would get what nothing else claims, and {', '.join(hosts)} belong to others as a whole"
            yield refused_at(
                (*path, "public"), given=True, rule=rule, remedy="give it a host of its own, or write false"
            )


def redirects(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """A host leads to one place, and to one that answers."""
    dns, hosts = topology.dns, topology.hosts(application)
    if (named := len(hosts) + len(topology.redirects)) > _CERTIFIED:
        most = f"a certificate of Let's Encrypt has at most {_CERTIFIED} names"
        rule = f"{most}, and with the server's hosts these are {named}"
        yield refused_at(("redirects",), len(topology.redirects), rule, "lead fewer hosts here")
    if topology.redirects and isinstance(dns, CloudflareZone) and dns.edge is not None:
        rule = "Cloudflare answers before the server, and has redirects of its own in dns.edge"
        yield refused_at(("redirects",), {}, rule, "write them as dns.edge.redirects")
        return
    for source, target in topology.redirects.items():
        if source in hosts:
            rule = "the server answers under this host itself, and a name leads to one place"
            yield refused_at(("redirects", source, "[key]"), source, rule, "take it out of one of them")
        elif target not in hosts:
            rule = f"it leads nowhere: the server's hosts are {', '.join(hosts) or 'none'}"
            yield refused_at(("redirects", source), target, rule, f"{nearest(target, hosts)}write one of them")


def edge(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """What Cloudflare does before the server."""
    dns = topology.dns
    if not isinstance(dns, CloudflareZone) or dns.edge is None:
        return
    if not isinstance(topology.certificate, RecordProof):
        rule = "dns.edge sends all that comes by http to https, so that Let's Encrypt would not find the file"
        yield refused_at(("certificate", "kind"), "file", rule, "write kind: record, with a token")
    if not dns.proxied:
        rule = "it answers only what goes through Cloudflare's network, and proxied is false"
        yield refused_at(("dns", "edge"), {}, rule, "take one of the two out")
    hosts = topology.hosts(application)
    told = dns.edge.problems(dns.zone, application.rate_limit, hosts, hosts)
    yield from (below(("dns", "edge"), each) for each in told)


def certificate(topology: Vps, _: Application) -> Iterator[InitErrorDetails]:
    """A record is made where the names are kept."""
    if isinstance(topology.certificate, RecordProof) and not isinstance(topology.dns, CloudflareZone):
        rule = "the record is made at Cloudflare, which does not keep the names"
        yield refused_at(("certificate", "kind"), "record", rule, "write kind: file")


def files(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """Files by themselves are there, and have an address of their own."""
    frontend, place = application.frontend, topology.frontend
    if place.kind == "none":
        return
    if not isinstance(frontend, ViteFrontend):
        yield no_files(place.kind, "none")
        return
    if isinstance(place, PagesSite):
        yield from pages_problems(place, topology.dns, application, frontend)
    elif frontend.url is None:
        rule = "the server serves the files under a host of their own, and a certificate is made for it"
        yield refused_at((*_UP, "frontend", "url"), None, rule, "write it as in https://www.example.com")
    if frontend.url is not None:
        yield from shared_host(application, frontend.url)
