"""A value of a YAML text changed in place: comments, order and spelling of all else stay as somebody wrote them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from config.yaml_scalars import GoLoader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./:@+-]*(?<!:)\Z")


class UneditableError(Exception):
    """A text in which a value cannot be changed without changing something else."""


def changed(text: str, path: Sequence[str], value: Any) -> str:
    """The text with another value, any JSON, at a path of keys that it has.

    What is read from the result differs from what is read from `text` there and nowhere else: raises `UneditableError`
    where it would not, as with an alias that others use, and where there is no such path.
    """
    key, old = _found(text, path)
    edited = text
    for start, end, new in sorted(_edits(text, key, old, value), reverse=True):
        edited = edited[:start] + new + edited[end:]
    if _read(edited) != _with(_read(text), path, value):
        raise UneditableError
    return edited


def flow(value: Any) -> str:
    """A value, any JSON, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return _scalar(value)


def _found(text: str, path: Sequence[str]) -> tuple[yaml.Node, yaml.Node]:
    """The nodes of the last key of a path, and of its value."""
    try:
        key, node = None, yaml.compose(text, Loader=GoLoader)
    except yaml.YAMLError:
        raise UneditableError from None
    for name in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        key, node = next((pair for pair in pairs if pair[0].value == name), (None, None))
    if key is None or node is None:
        raise UneditableError
    return key, node


def _edits(text: str, key: yaml.Node, node: yaml.Node, value: Any) -> Iterator[tuple[int, int, str]]:
    """What is to be put where: first and last index, and text."""
    if isinstance(node, yaml.MappingNode) and isinstance(value, dict):
        inner = {each.value: (each, item) for each, item in node.value}
        if inner and inner.keys() <= value.keys():
            for name, (each, item) in inner.items():
                yield from _edits(text, each, item, value[name])
            if more := {name: item for name, item in value.items() if name not in inner}:
                yield _added(text, node, more)
            return
    start = node.start_mark.index
    if isinstance(node, yaml.ScalarNode):
        if yaml.load(text[start : node.end_mark.index], Loader=GoLoader) != value:  # noqa: S506 - a SafeLoader
            yield start, _end(node), _scalar(value, node.style)
        return
    after = key.end_mark.index + 1
    if text[after:start].isspace():  # a block, which begins on a line of its own
        yield after, _end(node), f" {flow(value)}"
    else:
        yield start, _end(node), flow(value)


def _added(text: str, node: yaml.MappingNode, more: dict[str, Any]) -> tuple[int, int, str]:
    """More keys behind the last one of a mapping; in a block each on its own line, behind the last one's comment."""
    pairs = [f"{_scalar(name)}: {flow(value)}" for name, value in more.items()]
    end = _end(node.value[-1][1])
    if node.flow_style:
        return end, end, "".join(f", {pair}" for pair in pairs)
    line = re.compile(r"[^\r\n]*").match(text, end)
    end = line.end() if line else end
    ending = "\r\n" if "\r\n" in text else "\n"
    return end, end, "".join(f"{ending}{' ' * node.start_mark.column}{pair}" for pair in pairs)


def _end(node: yaml.Node) -> int:
    """Where a value ends. A block reaches to what comes next, over comments: its last value does not."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _scalar(value: Any, style: str | None = None) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    plain = style is None and _PLAIN.match(value) and yaml.load(value, Loader=GoLoader) == value  # noqa: S506 - a SafeLoader
    return value if plain else json.dumps(value)


def _read(text: str) -> Any:
    try:
        return yaml.load(text, Loader=GoLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError):
        raise UneditableError from None


def _with(data: Any, path: Sequence[str], value: Any) -> Any:
    if not path:
        return value
    return {**data, path[0]: _with(data[path[0]], path[1:], value)}
