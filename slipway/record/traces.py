"""Where the program's own code raised.

Pulumi's runtime passes an exception through several futures, which replace its traceback, so the place is kept on the
exception itself as soon as it leaves the program's code.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

_KEPT = "_slipway_trace"
_CALLED, _MEANT = "_slipway_called", "_slipway_meant"


def keep(error: BaseException) -> None:
    """Keep the traceback that the exception has now."""
    with contextlib.suppress(Exception):  # an exception class may forbid attributes (a frozen dataclass)
        if not hasattr(error, _KEPT):
            setattr(error, _KEPT, error.__traceback__)


def kept(error: BaseException) -> TracebackType | None:
    """The traceback that was kept, else the one that the exception has."""
    trace: TracebackType | None = getattr(error, _KEPT, error.__traceback__)
    return trace


def called_at(error: BaseException) -> list[tuple[str, int]]:
    """Where the program made what failed later, the outermost call first; empty where that is not known."""
    places: list[tuple[str, int]] = getattr(error, _CALLED, [])
    return places


def meant(error: BaseException) -> str:
    """What the program made there: a type and a name; empty where that is not known."""
    return str(getattr(error, _MEANT, ""))


def keep_callers(manager: Any) -> None:  # Any: the SDK's own, without types
    """Make each registration that fails remember which line of the program asked for it.

    The SDK registers later, in a task of its own: by then no line of the program is among the callers.
    """
    plain = manager.do_rpc

    def do_rpc(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        asked = sys._getframe(1)  # noqa: SLF001 - who asks is the question
        told = [str(asked.f_locals.get(each, "")) for each in ("ty", "name")]
        places: list[tuple[str, int]] = []
        frame: FrameType | None = asked
        while frame is not None:
            places.append((frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back

        async def remembering(*args: Any, **kwargs: Any) -> Any:
            try:
                return await function(*args, **kwargs)
            except Exception as error:
                with contextlib.suppress(Exception):  # as above
                    setattr(error, _CALLED, places[::-1])
                    setattr(error, _MEANT, " ".join(told) if all(told) else "")
                raise

        made: Callable[..., Any] = plain(name, remembering)
        return made

    manager.do_rpc = do_rpc


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
