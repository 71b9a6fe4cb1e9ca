"""The secrets that a program makes, kept in this process only, so that they can be taken out of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Callable


def keep_secrets(found: set[str]) -> None:
    """Make `Output.secret` put every text that it hides into `found`."""
    plain: Callable[[Any], pulumi.Output[Any]] = pulumi.Output.secret  # Any: whatever a program hides

    def secret(val: Any) -> pulumi.Output[Any]:
        output = plain(val)
        output.apply(lambda value: found.update(_texts(value)))
        return output

    setattr(pulumi.Output, "secret", staticmethod(secret))  # noqa: B010 - mypy forbids assigning to a method


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []
