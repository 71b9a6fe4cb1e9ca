"""What is said of services and cannot be meant, in every topology."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import nearest, refused_at
from config.variables import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application

_UP = ("..", "application")  # leads from the topology to the application's part of the stack


def unknown_services(
    named: Iterable[str], application: Application, path: tuple[str, ...] = ("services",)
) -> Iterator[InitErrorDetails]:
    """Settings for services that the application has not. `path` leads from the topology to the map of them."""
    known = ", ".join(application.services)
    for name in named:
        if name not in application.services:
            remedy = f"{nearest(name, application.services)}take it out or correct it"
            yield refused_at((*path, name, "[key]"), name, f"the application's services are {known}", remedy)


def no_static_network(_: object, application: Application) -> Iterator[InitErrorDetails]:
    """An address derived from a network before static folders that the stack does not have."""
    for name, service in application.services.items():
        for variable, source in service.derived.items():
            if source is Source.STATIC_URL:
                rule = "a declared variable needs a source, and the stack has no network before its static folders"
                remedy = "set topology.static of a single server (vps), or take it out"
                yield refused_at((*_UP, "services", name, "derived", variable), source.value, rule, remedy)
