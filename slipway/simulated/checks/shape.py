"""Inputs that do not have the form that the SDK declares: unknown, missing, of another kind. For every package.

Providers that stand on Terraform's convert between texts, numbers and flags where the text is one; so does this. What
is unknown yet passes. Inputs are any JSON, hence `Any`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import Refusal
from slipway.simulated.inputs import Form, inputs_of
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_ASSET = "4dabf18193072939515e22adb298388d"
_OWN = "__"  # the engine's own entries begin so
_ANY = Form("any")


def misfits(inputs: Mapping[str, Any], sdk: Path, token: str) -> Iterator[Refusal]:
    """Each input that a type does not have, lacks or has in another kind; nothing for a type that the SDK lacks."""
    fields = inputs_of(sdk, token)
    if fields is not None:
        yield from _object(inputs, fields, "")


def in_kind(inputs: Mapping[str, Any], sdk: Path, token: str) -> dict[str, Any]:
    """The inputs with every text, number and flag as what the SDK declares, as a provider converts them."""
    fields = inputs_of(sdk, token) or {}
    return {name: _in_kind(value, fields.get(name, _ANY)) for name, value in inputs.items()}


def _in_kind(value: Any, form: Form) -> Any:
    if isinstance(value, list):
        return [_in_kind(item, form.of or _ANY) for item in value]
    if isinstance(value, dict):
        fields = form.fields if form.kind == "object" else {}
        return {name: _in_kind(item, fields.get(name, form.of or _ANY)) for name, item in value.items()}
    if value is None or value == UNKNOWN or not _is(value, form.kind):
        return value
    return _SCALARS[form.kind](value)


def _object(value: Mapping[str, Any], fields: Mapping[str, Form], path: str) -> Iterator[Refusal]:
    for name in value:
        if name not in fields and not name.startswith(_OWN):
            yield Refusal("Invalid or unknown key", path + name)
    for name, form in fields.items():
        given = value.get(name)
        if given is not None:
            yield from _fits(given, form, path + name)
        elif form.required:
            yield Refusal(f"Missing required property '{path}{name}'")


def _fits(value: Any, form: Form, path: str) -> Iterator[Refusal]:
    if value == UNKNOWN or form.kind == "any" or (isinstance(value, dict) and _ASSET in value):
        return
    items = _items(value, form, path)
    if items is not None:
        for place, item in items:
            yield from _fits(item, form.of or _ANY, place)
    elif form.kind == "object" and isinstance(value, dict):
        if form.fields:
            yield from _object(value, form.fields, f"{path}.")
    elif not _is(value, form.kind):
        yield Refusal(f"expected {_WORDS[form.kind]} type, got {_told(value)}", path)


def _items(value: Any, form: Form, path: str) -> list[tuple[str, Any]] | None:
    """The items of a list or a map, each with its place; None where the value is none or should be none."""
    if form.kind == "list" and isinstance(value, list):
        return [(f"{path}[{number}]", item) for number, item in enumerate(value) if item is not None]
    if form.kind == "map" and isinstance(value, dict):
        return [(f"{path}.{key}", value[key]) for key in value if value[key] is not None and not key.startswith(_OWN)]
    return None


def _is(value: Any, kind: str) -> bool:
    """Whether a scalar is of a kind, or a text that says one."""
    if kind == "text":
        return isinstance(value, str | int | float)
    if kind == "flag":
        return isinstance(value, bool) or value in ("true", "false")
    if kind == "number":
        return (isinstance(value, int | float) and not isinstance(value, bool)) or _number(value)
    return False


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_number(value: Any) -> int | float:
    number = float(value)
    return int(number) if number.is_integer() else number


_SCALARS: Mapping[str, Callable[[Any], Any]] = {
    "flag": lambda value: value in (True, "true"),
    "number": _as_number,
    "text": _as_text,
}


def _number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return isinstance(value, str)


_WORDS = {"text": "string", "number": "number", "flag": "bool", "list": "[]", "map": "object", "object": "object"}


def _told(value: Any) -> str:
    """A value's kind, and the value where it is short and cannot be a secret's: a number or a flag."""
    if isinstance(value, bool):
        return f"{str(value).lower()} of type bool"
    if isinstance(value, int | float):
        return f"{value} of type number"
    if isinstance(value, list):
        return "a value of type []"
    return "a value of type object" if isinstance(value, dict) else "a value of type string"
