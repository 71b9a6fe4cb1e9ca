"""The widget of Turnstile for a Worker's hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.cloudflare.edge_challenge import EdgeChallenge
from config.cloudflare_turnstile import SECRET_KEY, SITE_KEY
from config.cloudflare_turnstile_checks import worker_domains
from stacks.cloudflare_names import named

if TYPE_CHECKING:
    import pulumi

    from config.cloudflare import Cloudflare
    from config.stack import StackSettings


def challenge(stack: StackSettings, topology: Cloudflare, placed: pulumi.ResourceOptions) -> EdgeChallenge | None:
    """The widget with its two keys; None where none is wanted."""
    if topology.turnstile is None:
        return None
    return EdgeChallenge(
        f"{stack.app}-turnstile",
        {
            "account_id": topology.account_id,
            "title": named(stack),
            "domains": list(worker_domains(topology, stack.application)),
            "mode": topology.turnstile.mode,
        },
        placed,
    )


def keys(widget: EdgeChallenge | None) -> tuple[dict[str, pulumi.Input[str]], dict[str, pulumi.Input[str]]]:
    """The plain key and the secret one, by the names under which the Worker finds them."""
    return ({SITE_KEY: widget.site_key}, {SECRET_KEY: widget.secret_key}) if widget else ({}, {})
