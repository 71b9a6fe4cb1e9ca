"""The effective settings of a stack, and for each where it comes from. Reads files only, without Pulumi."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.resolve import settle
from config.stack_file import read_given

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from config.errors import Path
    from config.stack import StackSettings
    from config.values import Json


@dataclass(frozen=True, slots=True)
class Setting:
    """One effective setting. `file` and `line` say where it was written; both are None for a default."""

    path: Path
    value: bool | int | float | str | None
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Effective:
    """A stack's settings, and the same as single values in the models' order."""

    stack: StackSettings
    settings: tuple[Setting, ...]


def effective(root: pathlib.Path, stack: str, *, builds: bool = True) -> Effective:
    """The effective settings of a stack of the project in `root`. `builds` is whether images must be buildable now.

    Raises `ConfigError` with one message for each thing that is wrong.
    """
    given = read_given(root, stack)
    settings = settle(given, root if builds else None)
    found = []
    for path, value in _leaves(settings.model_dump(mode="json"), ()):
        file, line = given.source(path) or (None, None)
        found.append(Setting(path, value, file, line))
    return Effective(settings, tuple(found))


def _leaves(value: Json, path: Path) -> Iterator[tuple[Path, bool | int | float | str | None]]:
    """Every single value; an empty list or mapping holds none and is left out."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value
