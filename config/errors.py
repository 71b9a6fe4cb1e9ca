"""What is wrong with a user's files, as messages: file, line, key path, what was given, what is allowed, what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from config.settings import MISSING, REFUSED, UNKNOWN_KEY
from config.values import looks_secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
_COUNTS = ("too_short", "too_long")  # pydantic counts the sound items alone, so a broken one makes a list too short
_LONGEST = 80  # characters of a given value that a message shows

# pydantic's name for an error, what is wanted instead and what to do.
_WANTED = {
    "int_type": ("a whole number is wanted", "write it without quotes and without a fraction"),
    "int_from_float": ("a whole number is wanted", "write it without a fraction"),
    "bool_type": ("true or false is wanted", "write one of them, without quotes"),
    "string_type": ("a text is wanted", "put it in quotes"),
    "tuple_type": ("a list is wanted", "write it as in [one, two]"),
    "dict_type": ("a mapping of names to values is wanted", "write it as in {name: value}"),
    "model_type": ("a mapping of settings is wanted", "write it as in {key: value}"),
    "model_attributes_type": ("a mapping of settings is wanted", "write it as in {key: value}"),
    "greater_than": ("more than {gt} is wanted", "raise it"),
    "multiple_of": ("a multiple of {multiple_of} is wanted", "raise or lower it"),
    "greater_than_equal": ("at least {ge} is wanted", "raise it"),
    "less_than_equal": ("at most {le} is allowed", "lower it"),
    "too_short": ("at least {min_length} is wanted", "add one"),
    "too_long": ("at most {max_length} are allowed", "take some out"),
}


class ConfigError(Exception):
    """A user's files do not make a stack. `messages` has one line for each thing that is wrong."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = tuple(messages)


class Place(Protocol):
    """Says where a setting stands: `file:line: key path`."""

    def __call__(self, path: Path) -> str: ...  # noqa: D102 - the class says it


def messages(error: ValidationError, given: object, place: Place) -> list[str]:
    """Each line of a validation error as one message. `given` is the data that was validated."""
    lines = [(line, key_path(line["loc"], given)) for line in error.errors(include_url=False)]
    broken = {path[:depth] for _, path in lines for depth in range(len(path))}  # what something is wrong below
    told = [(line, path) for line, path in lines if path not in broken or line["type"] not in _COUNTS]
    return list(dict.fromkeys(_message(line, path, place) for line, path in told))


def key_path(location: Path, given: object) -> Path:
    """The keys that a user wrote, out of pydantic's location: without the names of unions' members."""
    path: list[str | int] = []
    at: Any = given  # Any: plain data of unknown shape
    member = False  # whether the member's name was passed already: a key may have the same one, as `image` has
    for number, part in enumerate(location, 1):
        named = isinstance(at, dict) and not member and part == at.get("kind")
        if part == "[key]" or (named and (part not in at or number < len(location))):
            member = part != "[key]"
            continue
        member = False
        path.append(part)
        inside = part in at if isinstance(at, dict) else isinstance(at, list) and isinstance(part, int)
        at = at[part] if inside and (isinstance(at, dict) or int(part) < len(at)) else None
    return tuple(path)


def dotted(path: Path) -> str:
    """A key path as users write it: `services.api.port`, `zones[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{printable(part)}" if text else printable(part)
    return text


def printable(text: str) -> str:
    """A key as it was written, or, where it holds line feeds or other signs that do not print, as JSON."""
    return text if text.isprintable() else json.dumps(text)


def shown(given: object, path: Path) -> str:
    """A given value as messages show it: `[hidden]` where it may be secret, by its keys' names or by its looks."""
    if isinstance(given, dict):
        return "a mapping"
    values = given if isinstance(given, list) else [given]
    if any(looks_secret(str(name), str(value)) for name in ("", *path) for value in values):
        return "[hidden]"
    text = json.dumps(given, ensure_ascii=False, default=str)
    if not text.isprintable():
        text = json.dumps(given, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _message(line: ErrorDetails, path: Path, place: Place) -> str:
    kind, context = line["type"], line.get("ctx", {})
    if kind == UNKNOWN_KEY:
        return f"{place(path)}: unknown key; allowed: {context['allowed']}; {context['remedy']}"
    if kind == MISSING:
        return f"{place(path)}: missing; {_sentence(context['about'])}; add it"
    if kind == "union_tag_not_found":
        return f"{place((*path, 'kind'))}: missing; it says which form is meant; add it"
    if kind == "union_tag_invalid":
        tag = shown(context["tag"], (*path, "kind"))
        return f"{place((*path, 'kind'))}: given {tag}; allowed: {context['expected_tags']}; write one of these"
    rule, remedy = _rule(line)
    if line["input"] is None and kind == REFUSED:
        return f"{place(path)}: {rule}; {remedy}"
    given = "[hidden]" if context.get("hide") else shown(line["input"], path)
    return f"{place(path)}: given {given}; {rule}; {remedy}"


def _rule(line: ErrorDetails) -> tuple[str, str]:
    """What is allowed, and what to do."""
    kind, context = line["type"], line.get("ctx", {})
    if kind in _WANTED:
        rule, remedy = _WANTED[kind]
        return rule.format_map(context), remedy
    if kind == REFUSED:
        return context["rule"], context["remedy"]
    if kind in {"literal_error", "enum"}:
        return f"allowed: {context['expected']}", f"write one of these{_quotes(line['input'], context['expected'])}"
    return _sentence(line["msg"]), "correct it"


def _quotes(given: object, expected: str) -> str:
    """What to say about quotes where a number stands for a text, or a text for a number."""
    if expected.startswith("'") == isinstance(given, str):
        return ""
    return ", in quotes" if expected.startswith("'") else ", without quotes"


def _sentence(text: str) -> str:
    """The first sentence of a text, to stand inside another."""
    first = " ".join(text.split()).partition(". ")[0].rstrip(".")
    return first[:1].lower() + first[1:] or "it is needed"
