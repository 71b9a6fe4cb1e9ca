"""What a frontend's files by themselves and an application say together and cannot mean, wherever the files lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import refused_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application

_URL = ("..", "application", "frontend", "url")  # leads from the topology to the application's part of the stack


def no_files(kind: str, without: str) -> InitErrorDetails:
    """The topology's frontend of this kind, refused where the application has none; `without` is the kind to write."""
    rule = "the application's frontend is of kind none: its services serve the pages, and there are no files"
    return refused_at(("frontend", "kind"), kind, rule, f"write kind: {without}, or describe its frontend")


def shared_host(application: Application, url: str) -> Iterator[InitErrorDetails]:
    """A frontend's address under a host that a service has. Paths are relative to the topology."""
    for name, service in application.services.items():
        if url.removeprefix("https://") in service.hosts:
            rule = f"services.{name} has this host, and a name leads to one place"
            yield refused_at(_URL, url, rule, "give one of them another name")
