"""Secrets that are not set: a placeholder and a notice instead of a program that cannot be planned."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Callable

    from .lookups import Lookups


def tolerate_missing_secrets(lookups: Lookups) -> None:
    """Make `Config.require_secret` give a placeholder, with a notice, where the engine would stop.

    Only the plain text form: a number or an object cannot be made up.
    """
    strict: Callable[..., pulumi.Output[str]] = pulumi.Config.require_secret

    @functools.wraps(strict)
    def require_secret(self: pulumi.Config, key: str, *args: Any, **kwargs: Any) -> pulumi.Output[str]:
        try:
            return strict(self, key, *args, **kwargs)
        except pulumi.ConfigMissingError:
            full = key if ":" in key else f"{self.name}:{key}"
            lookups.note(
                "secret",
                full,
                f"the secret {full} is not set: a placeholder stands in for it. "
                f"Set it before deployment: pulumi config set --secret {full}",
            )
            return pulumi.Output.secret(f"placeholder for {full}")

    setattr(pulumi.Config, "require_secret", require_secret)  # noqa: B010 - mypy forbids assigning to a method
