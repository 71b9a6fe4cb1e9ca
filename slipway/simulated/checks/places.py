"""Where in inputs a value stands. Inputs are any JSON, hence `Any`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_WHOLE = "[]"  # at the end of a path: the list itself


def placed(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Each value at a path with dots, with its place as the engine writes it; `value` itself for an empty path.

    A list is given item by item, unless the path ends in `[]`, which stands for the list itself.
    """
    yield from _placed(value, path.split(".") if path else [], "")


def _placed(value: Any, path: list[str], place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list) and path != [_WHOLE]:
        for number, item in enumerate(value):
            yield from _placed(item, path, f"{place}[{number}]")
    elif not path or path == [_WHOLE]:
        yield place, value
    elif isinstance(value, dict) and path[0] in value:
        yield from _placed(value[path[0]], path[1:], f"{place}.{path[0]}" if place else path[0])
