"""The secrets that a program makes, kept in this process only: to take them out of messages, and to tell their way."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi

from . import placeholders

if TYPE_CHECKING:
    from collections.abc import Callable

    from .values import Decoded

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s:/@\"'?#]*:[^\s@/\"'?#]+@", re.IGNORECASE)
_PULUMI = "pulumi"  # it marks what the settings hold as secret


@dataclass(slots=True)
class SeenSecrets:
    """Every text that became secret.

    `given` was plain text in the program, marked by an SDK or by the program itself; `marked` was secret already, or
    came out of a resource or a look-up.
    """

    marked: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)

    @property
    def all(self) -> set[str]:
        """The texts, however they came."""
        return self.marked | self.given

    def plain_in(self, inputs: Decoded) -> list[str]:
        """Where secrets stand that the program gave as plain text. What its environment hands over is not one."""
        plain = self.given - self.marked - set(os.environ.values())
        return [path for path, texts in sorted(inputs.hidden.items()) if texts and texts <= plain]


def addresses_in(inputs: Decoded, paths: list[str]) -> list[str]:
    """Those of the paths at which an address with a password in it stands."""
    return [path for path in paths if any(_ADDRESS.search(text) for text in inputs.hidden[path])]


def keep_secrets(seen: SeenSecrets) -> None:
    """Make `Output.secret` remember every text that it hides."""
    plain: Callable[[Any], pulumi.Output[Any]] = pulumi.Output.secret  # Any: whatever a program hides

    def secret(val: Any) -> pulumi.Output[Any]:
        output = plain(val)
        caller = str(sys._getframe(1).f_globals.get("__name__", ""))  # noqa: SLF001 - who marks it is the question
        of_settings = caller.partition(".")[0] == _PULUMI or caller == placeholders.__name__
        if not of_settings and not isinstance(val, pulumi.Output):
            seen.given.update(_texts(val))
        else:
            output.apply(lambda value: seen.marked.update(_texts(value)))
        return output

    setattr(pulumi.Output, "secret", staticmethod(secret))  # noqa: B010 - mypy forbids assigning to a method


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []
