"""What one server shows the internet: hosts, services, files and limits. Plain data, without a word of nginx."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def cloudflare_ranges() -> tuple[str, ...]:
    """The addresses from which Cloudflare asks, as it published them on the day that the file names."""
    text = (resources.files("components.server") / "cloudflare-ranges.json").read_text(encoding="utf-8")
    said = json.loads(text)
    return (*said["ipv4"], *said["ipv6"])


@dataclass(frozen=True, slots=True, kw_only=True)
class WebService:
    """A service that the internet may reach."""

    name: str
    """The service's name in the application."""
    hosts: tuple[str, ...] = ()
    """The host names that lead to it; none means any."""
    paths: tuple[str, ...] = ()
    """The path patterns that lead to it, in which `*` stands for any characters and `?` for one; none means any. A
    service with neither hosts nor paths gets what no other one claims."""
    websockets: bool = False
    """Whether connections may become WebSockets."""
    long_polling: bool = False
    """Whether all requests of one client must meet the same process."""
    webhooks: tuple[str, ...] = ()
    """Paths that other companies' servers call: no rate limit stands before them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFolder:
    """A folder of the release whose files never change under their names."""

    directory: str
    """The folder in the release."""
    path: str
    """The path below which browsers ask for its files, on every host, before any service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFrontend:
    """A browser application: files in the release, and a router in the browser that reads addresses."""

    hosts: tuple[str, ...]
    """The hosts on which it gets what no service claims."""
    directory: str
    """The folder in the release that the build has filled."""
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What its pages may load and call beside their own host, by directive of the Content-Security-Policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindCloudflare:
    """Cloudflare's network stands before the server and says who asks."""

    ranges: tuple[str, ...] = field(default_factory=cloudflare_ranges)
    """The addresses that are believed when they name the client in CF-Connecting-IP; nobody else is."""
    only: bool = False
    """Whether everyone else gets no answer, but to the question of a certificate authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSite:
    """The web side of one server. Raises `ValueError` for what contradicts itself."""

    application: str
    """The application's name, which is also the name of its certificate."""
    hosts: tuple[str, ...]
    """Every host that is served; to others there is no answer."""
    services: tuple[WebService, ...]
    """The public services, in the application's order."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """Hosts that only lead to another one, which is served: www to the bare name, or the other way round."""
    frontend: WebFrontend | None = None
    """The browser application that the server itself serves."""
    static: tuple[WebFolder, ...] = ()
    """Folders that the server itself serves."""
    rate_limit: int | None = None
    """Requests a second that one address may send to the services on average; none means no limit."""
    burst_seconds: int = 10
    """For how many seconds' worth of requests at once the limit has patience."""
    body_mib: int = 10
    """The largest body of a request."""
    cloudflare: BehindCloudflare | None = None
    """Cloudflare before the server; none means that browsers come themselves."""
    drain_seconds: int = 3600
    """How long connections that were open when the configuration changed may go on."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if wrong := list(_contradictions(self)):
            raise ValueError("; ".join(wrong))

    @property
    def names(self) -> tuple[str, ...]:
        """Every host that a certificate must have: those served, and those that lead to them."""
        return (*self.hosts, *self.redirects)

    @property
    def default(self) -> WebService | None:
        """The service that gets what no other one claims."""
        return next((each for each in self.services if not (each.hosts or each.paths)), None)


def _contradictions(site: WebSite) -> Iterator[str]:
    names = [service.name for service in site.services]
    if not site.hosts:
        yield "a site needs a host: name the hosts under which the services answer"
    if len({*site.names}) < len(site.names):
        yield "a host stands twice among hosts and redirects: take it out of one"
    if len({*names}) < len(names):
        yield f"two services have one name: {', '.join(names)}"
    if sum(not (service.hosts or service.paths) for service in site.services) > 1:
        yield "two services claim neither hosts nor paths, and one alone can have the rest: give one of them some"
    for host, target in site.redirects.items():
        if target not in site.hosts:
            yield f"{host} leads to {target}, which is not served: add it to hosts"
    for service in site.services:
        for host in service.hosts:
            if host not in site.hosts:
                yield f"the service {service.name} has the host {host}, which is not served: add it to hosts"
    yield from _shared(site)


def _shared(site: WebSite) -> Iterator[str]:
    """Hosts that two would have as a whole."""
    whole = {host: service.name for service in site.services if not service.paths for host in service.hosts}
    for host in site.frontend.hosts if site.frontend else ():
        if host not in site.hosts:
            yield f"the frontend has the host {host}, which is not served: add it to hosts"
        if host in whole:
            yield f"{host} is the frontend's and leads to {whole[host]} as a whole: give {whole[host]} paths"
    if len(whole) < sum(len(service.hosts) for service in site.services if not service.paths):
        yield "two services have one host as a whole: give one of them paths"
