"""What services in AWS must keep to themselves: the application's secrets, and the key of its widget of Turnstile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.aws.secrets import SecretArgs, Secrets
from config.cloudflare_turnstile_checks import domains
from config.values import Deletion
from stacks.cloudflare_names import named
from stacks.environment import WIDGET_SECRET

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from config.cloudflare_turnstile import ZoneTurnstile
    from config.stack import StackSettings
    from stacks.environment import Places

_KEY = "SECRET_KEY"


@dataclass(frozen=True, slots=True)
class Kept:
    """Secrets in AWS, by name."""

    arns: Mapping[str, pulumi.Input[str]]
    """Where each is."""
    values: Mapping[str, pulumi.Output[str]]
    """The values, secret."""
    site_key: pulumi.Output[str] | None = None
    """The key of the widget that everybody may see, where there is a widget."""


def secrets_of(stack: StackSettings, values: Mapping[str, pulumi.Output[str]], placed: pulumi.ResourceOptions) -> Kept:
    """All that the stack has. `values` are those that were given."""
    own = _declared(stack, values, placed)
    widget = stack.aws.turnstile
    if widget is None:
        return own
    made = _widget(stack, widget, placed)
    return Kept({**own.arns, **made.arns}, {**own.values, **made.values}, made.site_key)


def widget_outputs(places: Places) -> Mapping[str, pulumi.Input[object]]:
    """What whoever builds pages with the widget asks the stack for."""
    return {"turnstileSiteKey": places.site_key} if places.site_key is not None else {}


def _declared(stack: StackSettings, values: Mapping[str, pulumi.Output[str]], placed: pulumi.ResourceOptions) -> Kept:
    """The application's own, and those that managed data brings along."""
    args: dict[str, SecretArgs] = {}
    read = stack.aws.used_secrets(stack.application)
    for name, secret in stack.used_secrets().items():
        if secret.generate:
            args[name] = {"generate": True}
        elif name in values and name in read:  # what only pages at Cloudflare find is no business of AWS
            args[name] = {"generate": False, "value": values[name]}
    if not args:
        return Kept({}, {})
    settings = stack.aws.secrets
    made = Secrets(
        f"{stack.app}-secrets",
        {"secrets": args, "recovery_days": settings.recovery, "deletion": settings.deletion},
        placed,
    )
    return Kept(made.arns, made.values)


def _widget(stack: StackSettings, settings: ZoneTurnstile, placed: pulumi.ResourceOptions) -> Kept:
    from components.cloudflare.edge_challenge import EdgeChallenge  # noqa: PLC0415 - its SDK takes a second

    challenge = EdgeChallenge(
        f"{stack.app}-turnstile",
        {
            "account_id": settings.account_id,
            "title": named(stack),
            "domains": list(domains(stack.application)),
            "mode": settings.mode,
        },
        placed,
    )
    # A copy: the widget has it too. Protected, it would stop the deployment that gives the widget up.
    made = Secrets(
        f"{stack.app}-turnstile-secrets",
        {
            "secrets": {_KEY: {"generate": False, "value": challenge.secret_key}},
            "recovery_days": stack.aws.secrets.recovery,
            "deletion": Deletion.DESTROY,
        },
        placed,
    )
    return Kept({WIDGET_SECRET: made.arns[_KEY]}, {WIDGET_SECRET: made.values[_KEY]}, challenge.site_key)
