"""The widget of Turnstile, and the keys that the Worker is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.cloudflare.edge_challenge import EdgeChallenge
from config.cloudflare_turnstile import SECRET_KEY, SITE_KEY, domains
from stacks.cloudflare_names import named

if TYPE_CHECKING:
    import pulumi

    from config.cloudflare import Cloudflare
    from config.stack import StackSettings


def challenge(
    stack: StackSettings, topology: Cloudflare, placed: pulumi.ResourceOptions
) -> tuple[dict[str, pulumi.Input[str]], dict[str, pulumi.Input[str]]]:
    """The plain values and the secret ones, by name; none where no widget is wanted."""
    if topology.turnstile is None:
        return {}, {}
    made = EdgeChallenge(
        f"{stack.app}-turnstile",
        {
            "account_id": topology.account_id,
            "title": named(stack),
            "domains": list(domains(topology, stack.application)),
            "mode": topology.turnstile.mode,
        },
        placed,
    )
    return {SITE_KEY: made.site_key}, {SECRET_KEY: made.secret_key}
