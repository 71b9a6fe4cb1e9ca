"""Where the program's own code raised.

Pulumi's runtime passes an exception through several futures, which replace its traceback, so the place is kept on the
exception itself as soon as it leaves the program's code.
"""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_KEPT = "_slipway_trace"


def keep(error: BaseException) -> None:
    """Keep the traceback that the exception has now."""
    with contextlib.suppress(Exception):  # an exception class may forbid attributes (a frozen dataclass)
        if not hasattr(error, _KEPT):
            setattr(error, _KEPT, error.__traceback__)


def kept(error: BaseException) -> TracebackType | None:
    """The traceback that was kept, else the one that the exception has."""
    trace: TracebackType | None = getattr(error, _KEPT, error.__traceback__)
    return trace


def wrap_applies(wrap: Callable[[Callable[[Any], Any]], Callable[[Any], Any]]) -> None:
    """Make `Output.apply` wrap every function it is given, with `keeping` or `forgiving`."""
    plain: Callable[..., pulumi.Output[Any]] = pulumi.Output.apply

    @functools.wraps(plain)
    def apply(self: pulumi.Output[Any], func: Callable[[Any], Any], *args: Any, **kwargs: Any) -> pulumi.Output[Any]:
        return plain(self, wrap(func), *args, **kwargs)

    setattr(pulumi.Output, "apply", apply)  # noqa: B010 - mypy forbids assigning to a method


def keeping(func: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function of an apply, which keeps where it raised."""

    def kept_trace(value: Any) -> Any:
        try:
            return func(value)
        except Exception as error:
            keep(error)
            raise

    return kept_trace


def forgiving(func: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function of an apply in the second pass: where a symbol makes it raise, its result is unknown."""

    def unknown_instead(value: Any) -> Any:
        try:
            return func(value)
        except Exception:  # noqa: BLE001 - whatever a made-up value leads to
            return pulumi.UNKNOWN

    return unknown_instead
