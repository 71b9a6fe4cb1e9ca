"""Paths of a host that a Worker answers, while something else may answer the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from config.settings import Settings, below, refused_at
from config.values import Hostname, Matches, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.cloudflare import Cloudflare

RoutedHost = Annotated[
    str,
    Matches(
        r"(?=.{1,253}$)(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
        "a full host name in small letters is wanted, or *. and one for all hosts below it",
        "write it as in www.example.com or *.example.com",
    ),
]
RoutePath = Annotated[
    str,
    Matches(
        r"/[A-Za-z0-9._~%/-]{0,255}\*?",
        "a path with a leading / is wanted, without query; * stands at its end alone",
        "write it as in /api/*",
    ),
]
_EVERYTHING = "/*"


class RecordThere(Settings):
    """A record that is no route's: somebody else's, or that of the frontend's project at Pages."""

    kind: Literal["there"]
    """Always `there`: a record of the host is there without the route, and goes through Cloudflare's network."""


class RecordNowhere(Settings):
    """A record that leads to no machine."""

    kind: Literal["nowhere"]
    """Always `nowhere`: a record is made that leads to no machine, so that nothing answers other paths."""


class RecordOrigin(Settings):
    """A record that leads to what answers all other paths."""

    kind: Literal["origin"]
    """Always `origin`: a record is made that leads to another host, through Cloudflare's network."""
    host: Hostname
    """That host, as in shop.example.net. It answers by HTTPS with a checked certificate."""


class Route(Settings):
    """What of a host the Worker answers. Without a record that goes through Cloudflare's network, nobody gets there."""

    paths: Annotated[tuple[RoutePath, ...], Field(min_length=1)]
    """The paths, as in [/api/*]. One that does not end in * is that path alone."""
    record: Annotated[RecordThere | RecordNowhere | RecordOrigin, Field(discriminator="kind")]
    """How the host's record comes, without which no request arrives: there, nowhere or origin."""

    def answers(self, path: str) -> bool:
        """Whether the Worker answers this path."""
        return any(each == path or _covers(each, path) for each in self.paths)


def routes(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    """Routes that cannot be meant; paths are relative to the topology."""
    zone, domains = topology.zone.name, topology.hosts(application)
    for host, route in topology.worker.routes.items():
        path = ("worker", "routes", host)
        if not within(host.removeprefix("*."), zone):
            rule = f"it does not lie in the zone {zone}"
            yield refused_at((*path, "[key]"), host, rule, "correct the name, or take the zone that has it")
        elif host in domains:
            rule = "the Worker answers every path of it: it is a host of the application"
            yield refused_at((*path, "[key]"), host, rule, "take it out of the services' hosts, or out of the routes")
        elif host in topology.zone.redirects:
            rule = "zone.redirects sends every path of it to another host"
            yield refused_at((*path, "[key]"), host, rule, "take it out of one of them")
        yield from (below(path, found) for found in _paths(host, route))
        yield from (below(path, found) for found in _pages(host, route, topology.pages_host(application)))


def _pages(host: str, route: Route, pages: str) -> Iterator[InitErrorDetails]:
    """A route goes before Pages, whose host has its record already."""
    if host == pages and not isinstance(route.record, RecordThere):
        rule = "the frontend's pages are under this host, and its record leads to them"
        yield refused_at(("record", "kind"), route.record.kind, rule, "write {kind: there}, or take another host")
    wide = host.startswith("*.") and pages.endswith(host.removeprefix("*"))
    for index, path in enumerate(route.paths):
        if wide and path == _EVERYTHING:
            rule = f"the Worker would answer in the place of the frontend's pages under {pages}"
            yield refused_at(
                ("paths", index), path, rule, "write the paths that are the Worker's, or the hosts one by one"
            )


def _paths(host: str, route: Route) -> Iterator[InitErrorDetails]:
    for index, path in enumerate(route.paths):
        where = ("paths", index)
        others = [other for at, other in enumerate(route.paths) if at != index]
        if path in route.paths[:index]:
            yield refused_at(where, path, "this path is routed already", "take it out")
        elif wider := next((each for each in others if _covers(each, path)), None):
            yield refused_at(where, path, f"{wider} covers it already", "take one of them out")
        elif path == _EVERYTHING and not host.startswith("*."):
            rule = "the Worker would answer every path of it, which is what a custom domain is for"
            remedy = f"give a service the host {host}, and take it out of the routes"
            yield refused_at(where, path, rule, remedy)
    if isinstance(route.record, RecordOrigin) and route.record.host == host:
        rule = "the host's record would lead to itself"
        yield refused_at(("record", "host"), host, rule, "write the host of what answers the other paths")


def _covers(wide: str, narrow: str) -> bool:
    return wide.endswith("*") and wide != narrow and narrow.startswith(wide[:-1])
