"""What changed in an object's inputs, and whether that needs a new object. Inputs are any JSON, hence `Any`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slipway.simulated.facts import Facts


@dataclass(frozen=True, slots=True)
class Change:
    """One input that differs. `kind` is add, delete or update."""

    name: str
    kind: str
    replaces: bool


def changes(old: dict[str, Any], new: dict[str, Any], facts: Facts, ignored: Sequence[str] = ()) -> tuple[Change, ...]:
    """The inputs that differ, in order of name, but for those whose change is `ignored`."""
    passed_over = {path.split(".")[0].split("[")[0] for path in ignored}
    keys = sorted(key for key in {*old, *new} - passed_over if not key.startswith("__"))  # no inputs of a program
    differing = [key for key in keys if old.get(key) != new.get(key)]
    return tuple(
        Change(
            key,
            "add" if key not in old else "delete" if key not in new else "update",
            any(_replaces(path, key, old, new) for path in facts.replace),
        )
        for key in differing
    )


def _replaces(path: str, key: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    head, _, rest = path.partition(".")
    if path in ("*", key):
        return True
    return head == key and list(values_at(old.get(key), rest)) != list(values_at(new.get(key), rest))


def values_at(value: Any, path: str) -> Iterator[Any]:
    """The values at a dotted path, through every item of each list on the way; None where there is nothing."""
    if isinstance(value, list):
        for item in value:
            yield from values_at(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        head, _, rest = path.partition(".")
        yield from values_at(value.get(head), rest)
