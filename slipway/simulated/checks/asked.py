"""What is asked of a simulated cloud, and the two ways in which it refuses. Inputs are any JSON, hence `Any`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One resource, as a program wants it. `old` are the inputs that it has, where it exists; `id` is its id then.

    `default_tags` are those of the provider.
    """

    token: str
    name: str
    inputs: Mapping[str, Any]
    region: str = "us-east-1"
    old: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    default_tags: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """An input that is a text and known; else empty, which no check takes for a value."""
        value = self.inputs.get(name)
        return value if isinstance(value, str) and value != UNKNOWN else ""

    def sure(self, name: str) -> bool:
        """Whether an input is given for certain: what is unknown yet may turn out to be nothing."""
        value = self.inputs.get(name)
        return bool(value) and value != UNKNOWN

    def texts(self, name: str) -> tuple[str, ...]:
        """The known texts of an input that is a list, or the one that it is."""
        value = self.inputs.get(name)
        found = value if isinstance(value, list) else [value]
        return tuple(each for each in found if isinstance(each, str) and each != UNKNOWN)


class Refusal(NamedTuple):
    """What a provider says of an input before anything is made, and where: a path with dots, empty for the whole."""

    reason: str
    path: str = ""

    def told(self, name: str) -> str:
        """The words that the engine prints, as providers that stand on Terraform's form them; `name` is logical."""
        return f"{self.reason}. Examine values at '{name}.{self.path}'." if self.path else self.reason


class ApiError(Exception):
    """What a cloud's API answers to a request that it does not carry out."""


class InUseError(ApiError):
    """The same, of what another object still uses: providers wait for a while that it may go."""
