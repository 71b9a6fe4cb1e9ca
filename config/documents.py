"""YAML files with the line of every key, read as the engine reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml
from yaml.reader import ReaderError

from config.errors import ConfigError, dotted, printable
from config.plain_data import DEEPEST, MOST, unfit
from config.yaml_scalars import GoLoader

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

    from config.errors import Path
    from config.values import Json


_TOO_DEEP = f"at most {DEEPEST} levels are allowed; write less deep"


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name as messages show it, its content and the line (from 1) of every key and item."""

    file: str
    data: dict[str, Json]
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of a key, or of the nearest one above it that the file has."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read_document(file: pathlib.Path, shown: str) -> Document:
    """The file's content. `shown` is its name in messages.

    Raises `ConfigError` where the file cannot be read, is not YAML, is empty or is no mapping, repeats a key, or holds
    what no setting is: half characters, endless numbers, or more than a person writes.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"{shown}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise ConfigError([f"{shown}: byte {error.start} is not UTF-8; save the file as UTF-8 text"]) from None
    try:
        return _Reader(text, shown).document()
    except RecursionError:
        raise ConfigError([f"{shown}:1: {_TOO_DEEP}"]) from None
    except ReaderError as error:
        line = 1 + text.count("\n", 0, error.position)
        raise ConfigError([f"{shown}:{line}: not YAML: a sign that does not print; take it out"]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError([f"{shown}:{line}: not YAML: {error.problem}; correct the line"]) from None
    except yaml.YAMLError as error:
        raise ConfigError([f"{shown}: not YAML: {error}; correct it"]) from None


class _Reader:
    """Walks the YAML nodes of one text, collecting values, lines and what is wrong."""

    def __init__(self, text: str, shown: str) -> None:
        self._loader = GoLoader(text)
        self._shown = shown
        self._lines: dict[Path, int] = {(): 1}
        self._wrong: list[str] = []
        self._count = 0

    def document(self) -> Document:
        node = self._loader.get_single_node()
        if node is None:
            raise ConfigError([f"{self._shown}: given an empty file; a mapping of settings is wanted; fill it"])
        value = self._value(node, (), frozenset())
        if self._wrong:
            raise ConfigError(self._wrong)
        if not isinstance(value, dict):
            what = "a list" if isinstance(value, list) else "a single value"
            raise ConfigError(
                [f"{self._shown}:1: given {what}; a mapping of settings is wanted; write it as in key: value"]
            )
        return Document(self._shown, value, self._lines)

    def _value(self, node: yaml.Node, path: Path, above: frozenset[int]) -> Json:
        if id(node) in above:
            raise ConfigError([f"{self._at(node)}: an alias contains itself; write the value out"])
        if len(above) > DEEPEST:
            raise ConfigError([f"{self._at(node, path)}: {_TOO_DEEP}"])
        self._count += 1
        if self._count > MOST:
            raise ConfigError([f"{self._at(node, path)}: at most {MOST:,} values are allowed; write fewer aliases"])
        above |= {id(node)}
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, above)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(item, (*path, index), above) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _scalar(self, node: yaml.Node, path: Path) -> Json:
        try:
            value: Json = self._loader.construct_object(node)
        except (
            ValueError,
            KeyError,
            AttributeError,
        ):  # as PyYAML lets them through: `0x_`, `!!bool x`, `!!timestamp x`
            self._wrong.append(f"{self._at(node, path)}: not YAML: a value that is not what it says it is; correct it")
            return None
        if problem := unfit(value):
            self._wrong.append(f"{self._at(node, path)}: {problem}")
            return None
        return value

    def _item(self, node: yaml.Node, path: Path, above: frozenset[int]) -> Json:
        self._lines[path] = node.start_mark.line + 1
        return self._value(node, path, above)

    def _mapping(self, node: yaml.MappingNode, path: Path, above: frozenset[int]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if problem := unfit(key):
                self._wrong.append(f"{self._at(key_node)}: {printable(key)}: {problem}")
                continue
            here = (*path, key)
            if key in found:
                first = self._lines[here]
                self._wrong.append(
                    f"{self._at(key_node)}: {printable(key)}: given twice, first in line {first}; keep one of them"
                )
                continue
            self._lines[here] = key_node.start_mark.line + 1
            found[key] = self._value(value_node, here, above)
        return found

    def _at(self, node: yaml.Node, path: Path = ()) -> str:
        place = f"{self._shown}:{node.start_mark.line + 1}"
        keys = path[1:] if path[:1] == ("config",) else path  # as all messages name the keys of a stack's file
        return f"{place}: {dotted(keys)}" if keys else place
