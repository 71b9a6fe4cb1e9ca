"""YAML files of a Pulumi project, read as Pulumi reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from config.yaml_scalars import GoLoader
from slipway.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


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
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise UsageError(f"{file}: given {type(loaded).__name__}; a mapping is wanted.")
    return loaded
