"""What holds of an nginx, and how the configuration is broken so that it does not: each is seen to fail.

A case names the site, a check, and a part of the rendered text with what stands in its place when it is broken.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.nginx.backend import Backend
from tests.nginx.proxy import Nginx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from _pytest.mark import ParameterSet

    from components.server.web import WebSite


@dataclass(frozen=True)
class Running:
    """An nginx and a process for each service."""

    nginx: Nginx
    services: dict[str, Backend]


@dataclass(frozen=True)
class Case:
    """What holds of a site."""

    site: WebSite
    check: Callable[[Running], None]
    old: str
    new: str


def once(cases: Mapping[str, Case]) -> list[ParameterSet]:
    """One case for each check, for what holds as it is."""
    found = {case.check.__name__.replace("_", "-"): case for case in cases.values()}
    return [pytest.param(case, id=name) for name, case in found.items()]


@contextlib.contextmanager
def running(site: WebSite, *, old: str = "", new: str = "") -> Iterator[Running]:
    """The site with a process for each service, its text broken in each place where it says `old`."""
    found = False

    def changed(text: str) -> str:
        nonlocal found
        found = found or bool(old and old in text)
        return text.replace(old, new) if old else text

    with contextlib.ExitStack() as stack:
        services = {each.name: stack.enter_context(Backend(each.name)) for each in site.services}
        nginx = Nginx(site, changed)
        nginx.first = {name: (service.port,) for name, service in services.items()}
        stack.enter_context(nginx)
        assert found or not old, f"nothing to break: no text has {old}"
        yield Running(nginx, services)


def holds(case: Case) -> None:
    """Check it on the text as it is."""
    with running(case.site) as made:
        case.check(made)


def is_noticed(case: Case) -> None:
    """Check that the check fails on the broken text, which nginx takes all the same."""
    noticed = (AssertionError, OSError, pytest.fail.Exception)
    with running(case.site, old=case.old, new=case.new) as made, pytest.raises(noticed):
        case.check(made)
