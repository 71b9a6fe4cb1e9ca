"""Any site that can be described is one that nginx takes, and each request gets to the service that the model names.

The model is written from the words of docs/front.md, without an expression: what claims host and path goes before what
claims the host, and that before what claims the path.
"""

from __future__ import annotations

import contextlib
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.server.web import BehindCloudflare, WebFolder, WebFrontend, WebService, WebSite
from components.server.web_routes import expression, literal, raw
from config.application import Application
from config.frontend import ViteFrontend
from tests.conftest import ROOT
from tests.nginx.backend import Backend
from tests.nginx.proxy import Nginx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DrawFn

HOSTS = ("a.example.com", "b.example.com", f"{'long-' * 11}host.{'long-' * 11}host.{'long-' * 11}host.example.com")
NAMES = ("one", "two", "three", "four")
# Few characters, so that patterns meet; and those that mean something to nginx or in an expression.
_SEGMENTS = st.text("ab.$\"'+~@&:-", min_size=1, max_size=4)
_PATHS = st.lists(_SEGMENTS, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))


@st.composite
def patterns(draw: DrawFn) -> str:
    """A path, some characters of which stand for others."""
    path = draw(_PATHS)
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(1, len(path)))
        path = path[:place] + draw(st.sampled_from("*?")) + path[place:]
    return path


@st.composite
def sites(draw: DrawFn) -> WebSite:
    """A site that does not contradict itself."""
    hosts = HOSTS[: draw(st.integers(1, len(HOSTS)))]
    made = [
        WebService(
            name=name,
            hosts=tuple(draw(st.lists(st.sampled_from(hosts), max_size=2, unique=True))),
            paths=tuple(draw(st.lists(patterns(), min_size=1, max_size=3, unique=True))),
            websockets=draw(st.booleans()),
            long_polling=draw(st.booleans()),
            webhooks=tuple(draw(st.lists(_PATHS | st.just("/a%20b;'{}$"), max_size=1))),
        )
        for name in NAMES[: draw(st.integers(1, len(NAMES)))]
    ]
    if draw(st.booleans()):
        made[0] = WebService(name=made[0].name)
    whole = draw(st.none() | st.sampled_from(hosts)) if len(made) > 1 else None
    if whole:
        made[-1] = WebService(name=made[-1].name, hosts=(whole,))
    pages = [host for host in hosts if host != whole]
    shown = bool(pages) and draw(st.booleans())
    folders = draw(st.lists(_PATHS | st.just("/s%20t;'(=)/"), max_size=1))
    return WebSite(
        application="generated",
        hosts=hosts,
        services=tuple(made),
        redirects={"www.example.com": hosts[0]} if draw(st.booleans()) else {},
        frontend=WebFrontend(hosts=(pages[0],), directory="web/dist") if shown else None,
        static=tuple(WebFolder(directory="none/at-all", path=path) for path in folders),
        rate_limit=draw(st.sampled_from([None, 10_000])),
        cloudflare=draw(st.sampled_from([None, BehindCloudflare()])),
    )


def matches(pattern: str, path: str) -> bool:
    """Whether a path is one that a pattern stands for."""
    if not pattern:
        return not path
    if pattern[0] == "*":
        return any(matches(pattern[1:], path[start:]) for start in range(len(path) + 1))
    return bool(path) and pattern[0] in {"?", path[0]} and matches(pattern[1:], path[1:])


@dataclass(frozen=True)
class Claim:
    """That a service wants a request, and how much it says about which."""

    kind: int
    own: int
    wild: int
    pattern: str
    service: str

    @property
    def rank(self) -> tuple[int, int, int, str, str]:
        """Lower goes first."""
        return (-self.kind, -self.own, self.wild, self.pattern, self.service)


def model(site: WebSite, host: str, path: str) -> str | None:
    """The service that gets a request; None where files or nobody do."""
    claims = []
    for service in site.services:
        if service.hosts and host not in service.hosts:
            continue
        for pattern in service.paths or ("*",):
            if matches(pattern, path):
                wild = sum(each in "*?" for each in pattern) if service.paths else 0
                kind = 2 * bool(service.hosts) + bool(service.paths)
                own = len(pattern) - wild if service.paths else 0
                claims.append(Claim(kind, own, wild, pattern, service.name))
    if site.frontend and host in site.frontend.hosts:
        claims = [claim for claim in claims if claim.kind > 0]
    return min(claims, key=lambda claim: claim.rank).service if claims else None


@pytest.fixture(scope="module")
def processes() -> Iterator[dict[str, Backend]]:
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(Backend(name)) for name in NAMES}


@st.composite
def requests(draw: DrawFn, site: WebSite) -> tuple[str, str]:
    """A request for one of the hosts: for what a pattern stands for, or for anything."""
    known = [pattern for service in site.services for pattern in service.paths]
    path = draw(st.sampled_from(known) | _PATHS if known else _PATHS)
    filled = "".join(draw(st.text("ab", max_size=2)) if each == "*" else "a" if each == "?" else each for each in path)
    return draw(st.sampled_from(site.hosts)), filled


def is_plain(path: str) -> bool:
    """Whether nginx takes a path as it is: no empty segment and none of dots alone, and nothing of a static folder."""
    return all(part.strip(".") for part in path.removeprefix("/").split("/"))


def asked(nginx: Nginx, host: str, path: str) -> str | None:
    """The service that answers."""
    answer = nginx.ask(quote(path, safe="/"), host=host)
    return str(answer.said["service"]) if answer.headers["Content-Type"] == "application/json" else None


@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_each_request_gets_to_the_service_that_the_model_names(
    processes: dict[str, Backend], data: st.DataObject
) -> None:
    site = data.draw(sites())
    ports = {service.name: (processes[service.name].port,) for service in site.services}
    with Nginx(site, first=ports) as nginx:
        assert nginx.check().returncode == 0, nginx.check().stderr
        for _ in range(8):
            host, path = data.draw(requests(site))
            in_folder = any(path.startswith(f"{folder.path.rstrip('/')}/") for folder in site.static)
            if is_plain(path) and not in_folder:
                assert asked(nginx, host, path) == model(site, host, path), (host, path)


@given(text=st.text(string.printable, max_size=20))
def test_no_character_of_a_path_is_read_otherwise_by_nginx(text: str) -> None:
    for written in (expression(f"/{text}"), raw(f"/{text}"), literal(f"/{text}")):
        assert not set(written) & set("\"'${};#\n\r\t "), "it stands between quotes, and brings no variable"


APPLICATIONS = sorted(file.stem for file in (ROOT / "config" / "apps").glob("*.yaml"))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_nginx_takes_the_site_of_every_application(name: str) -> None:
    app = Application.model_validate(yaml.safe_load((ROOT / "config" / "apps" / f"{name}.yaml").read_text()))
    frontend = None
    if isinstance(app.frontend, ViteFrontend):
        directory = f"{app.frontend.directory}/{app.frontend.output}"
        frontend = WebFrontend(hosts=("www.example.com",), directory=directory)
    services = tuple(
        WebService(
            name=each,
            paths=service.paths,
            websockets=service.websockets,
            long_polling=service.long_polling,
            webhooks=service.webhooks,
        )
        for each, service in app.public_services().items()
    )
    site = WebSite(
        application=app.name,
        hosts=("www.example.com", "api.example.com"),
        services=services,
        redirects={"example.com": "www.example.com"},
        frontend=frontend,
        static=tuple(WebFolder(directory=each.directory, path=each.path) for each in app.static),
        rate_limit=app.rate_limit,
        cloudflare=BehindCloudflare(only=True),
    )
    with Nginx(site) as nginx:
        assert nginx.check().returncode == 0, nginx.check().stderr
