"""A stack's frontend, wherever its files lie: what places have in common, and what the stack tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from config.site import Site
    from config.stack import StackSettings


def site_host(stack: StackSettings) -> str | None:
    """The frontend's own host; None where the place of its files gives it one."""
    url = stack.application.frontend.url
    return url.removeprefix("https://") if url else None


def page_sources(stack: StackSettings, settings: Site) -> dict[str, list[str]]:
    """What the pages may load and call: the services, and what the settings add."""
    found: dict[str, list[str]] = {"connect-src": []}
    for name, service in stack.application.public_services().items():
        schemes = ("https", "wss") if service.websockets else ("https",)
        found["connect-src"] += [f"{scheme}://{host}" for host in stack.api_hosts(name) for scheme in schemes]
    for directive, sources in settings.sources.items():
        found.setdefault(directive, []).extend(sources)
    return found


def build_variables(stack: StackSettings) -> dict[str, pulumi.Input[str]]:
    """What the frontend's build is told: everybody who gets the pages can read it."""
    frontend = stack.application.frontend
    return {frontend.api_variable: stack.backend_url()} if frontend.kind == "vite" else {}


def site_outputs(
    stack: StackSettings, url: pulumi.Input[str], place: Mapping[str, pulumi.Input[object]]
) -> Mapping[str, pulumi.Input[object]]:
    """What whoever builds and releases the frontend asks the stack for; `place` is what each place has of its own."""
    return {"frontendUrl": url, **place, "frontendVariables": build_variables(stack)}
