"""Where the program's own code raised.

Pulumi's runtime passes an exception through several futures, which replace its traceback, so the place is kept on the
exception itself as soon as it leaves the program's code.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_KEPT = "_slipway_trace"


def keep(error: BaseException) -> None:
    """Keep the traceback that the exception has now."""
    if not hasattr(error, _KEPT):
        setattr(error, _KEPT, error.__traceback__)


def kept(error: BaseException) -> TracebackType | None:
    """The traceback that was kept, else the one that the exception has."""
    trace: TracebackType | None = getattr(error, _KEPT, error.__traceback__)
    return trace


def keep_in_applies() -> None:
    """Make `Output.apply` keep where its function raised."""
    plain: Callable[..., pulumi.Output[Any]] = pulumi.Output.apply

    @functools.wraps(plain)
    def apply(self: pulumi.Output[Any], func: Callable[[Any], Any], *args: Any, **kwargs: Any) -> pulumi.Output[Any]:
        return plain(self, _keeping(func), *args, **kwargs)

    setattr(pulumi.Output, "apply", apply)  # noqa: B010 - mypy forbids assigning to a method


def _keeping(func: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def keeping(value: Any) -> Any:
        try:
            return func(value)
        except Exception as error:
            keep(error)
            raise

    return keeping
