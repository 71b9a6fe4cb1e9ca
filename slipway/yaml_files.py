"""YAML files of a Pulumi project, read as Pulumi reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from config.plain_data import DEEPEST
from config.yaml_scalars import GoLoader
from slipway.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_TOO_DEEP = f"more than {DEEPEST} mappings and lists inside one another, or an alias inside itself; write less deep."


class _Loader(GoLoader):
    """Reads scalars as Go does, and takes no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's
        """The mapping. Raises `ConstructorError` for a key that stands twice, as Go's reader does."""
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key.value!r} stands twice", key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_mapping(file: Path) -> dict[str, Any]:
    """The mapping that a file holds, empty for an empty file. Raises `UsageError` with the line where it holds none."""
    loaded = _read(file)
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise UsageError(f"{file}: given {type(loaded).__name__}; a mapping is wanted.")
    return loaded


def read_list(file: Path) -> list[Any]:
    """The list that a file holds, empty for an empty file. Raises `UsageError` with the line where it holds none."""
    loaded = _read(file)
    if loaded is None:
        return []
    if not isinstance(loaded, list):
        raise UsageError(f"{file}: given {type(loaded).__name__}; a list is wanted.")
    return loaded


def _read(file: Path) -> Any:
    """Any YAML that is not too deep."""
    try:
        loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: is not UTF-8 text (byte {error.start}).") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{file}:{line}: is not YAML: {error.problem}.") from error
    except yaml.reader.ReaderError as error:
        raise UsageError(f"{file}: is not YAML: {error.reason} (character {error.position}).") from error
    except RecursionError:
        raise UsageError(f"{file}: {_TOO_DEEP}") from None
    except ValueError as error:  # a number of thousands of digits, a day that no calendar has
        raise UsageError(f"{file}: has a value that cannot be read: {error}.") from None
    if _is_too_deep(loaded):
        raise UsageError(f"{file}: {_TOO_DEEP}")
    return loaded


def _is_too_deep(value: Any) -> bool:
    """Whether mappings and lists go on inside one another further than anybody writes, or for ever."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        inside = [tuple(each.values()) if isinstance(each, dict) else each for each in level]
        level = list({id(each): each for items in inside for each in items if isinstance(each, dict | list)}.values())
    return bool(level)
