"""A proof that who fills in a form is a person."""

from typing import TypedDict

import pulumi

from components.cloudflare.sdk import cloudflare


class EdgeChallengeArgs(TypedDict):
    """A widget of Turnstile."""

    account_id: pulumi.Input[str]
    """The account."""
    title: str
    """What it is called there; two may have one name."""
    domains: list[str]
    """The hosts that it works on, with those below them."""
    mode: str
    """How visitors see it: managed, non-interactive or invisible."""


class EdgeChallenge(pulumi.ComponentResource):
    """Guarantees a widget that works on these hosts alone, and that the key which checks proofs is secret."""

    site_key: pulumi.Output[str]
    """The key that pages show."""
    secret_key: pulumi.Output[str]
    """The key by which a proof is checked, secret."""

    def __init__(self, name: str, args: EdgeChallengeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:cloudflare:EdgeChallenge", name, {}, opts)
        widget = cloudflare.TurnstileWidget(
            f"{name}-widget",
            account_id=args["account_id"],
            name=args["title"],
            domains=args["domains"],
            mode=args["mode"],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.site_key = widget.sitekey
        self.secret_key = pulumi.Output.secret(widget.secret)
        self.register_outputs({"siteKey": self.site_key, "secretKey": self.secret_key})
