"""A stack's frontend, wherever its files lie: what places have in common, and what the stack tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.cloudflare_turnstile import CHALLENGES

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
    """What the pages may load and call: the services, and what the settings and a widget of Turnstile add."""
    found: dict[str, list[str]] = {"connect-src": []}
    for name, service in stack.application.public_services().items():
        schemes = ("https", "wss") if service.websockets else ("https",)
        found["connect-src"] += [f"{scheme}://{host}" for host in stack.api_hosts(name) for scheme in schemes]
    for directive, sources in settings.sources.items():
        found.setdefault(directive, []).extend(sources)
    if stack.topology.turnstile is not None:
        for directive in ("frame-src", "script-src"):
            found[directive] = list(dict.fromkeys([*found.get(directive, []), CHALLENGES]))
    return found


def build_variables(stack: StackSettings, site_key: pulumi.Input[str] | None) -> dict[str, pulumi.Input[str]]:
    """What the frontend's build is told: everybody who gets the pages can read it.

    `site_key` is the widget's, where the stack has one.
    """
    frontend = stack.application.frontend
    if frontend.kind != "vite":
        return {}
    told: dict[str, pulumi.Input[str]] = {frontend.api_variable: stack.backend_url()}
    if frontend.turnstile_variable is not None and site_key is not None:
        told[frontend.turnstile_variable] = site_key
    return told


def site_outputs(
    url: pulumi.Input[str], place: Mapping[str, pulumi.Input[object]], variables: Mapping[str, pulumi.Input[str]]
) -> Mapping[str, pulumi.Input[object]]:
    """What whoever builds and releases the frontend asks the stack for; `place` is what each place has of its own."""
    return {"frontendUrl": url, **place, "frontendVariables": {**variables}}
