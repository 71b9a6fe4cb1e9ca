"""What a stack's objects are called in the account at Cloudflare."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.stack import StackSettings


def named(stack: StackSettings, *parts: str) -> str:
    """A name in the account, which other stacks share. Cloudflare's provider makes none by itself."""
    return "-".join((stack.app, stack.environment.value, *parts))
