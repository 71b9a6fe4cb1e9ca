"""A mutant in a process that has long imported the module: its functions, closures included, get the mutant's code."""

from __future__ import annotations

import gc
import inspect
from collections import defaultdict
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.rule_mutation.mutants import Mutant


class Live:
    """Every function of the modules below a folder that this process holds, wherever it is kept."""

    def __init__(self, folder: Path) -> None:
        self._functions: defaultdict[tuple[str, int, str], list[FunctionType]] = defaultdict(list)
        within = f"{folder}/"
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(within):
                self._functions[_key(each.__code__)].append(each)

    def put(self, file: Path, original: str, mutant: Mutant) -> bool:
        """Let the functions of a module be the mutant's. False where no function that is held has changed."""
        old, new = (compile(text, file, "exec", dont_inherit=True) for text in (original, mutant.source(original)))
        put = [self._put(before, after) for before, after in _pairs(old, new) if before != after]
        return any(put) or self._put_defaults(file, original, mutant)

    def _put(self, before: CodeType, after: CodeType) -> bool:
        put = False
        for function in self._functions.get(_key(before), ()):
            if len(after.co_freevars) == len(function.__code__.co_freevars):
                function.__code__ = after
                put = True
        return put

    def _put_defaults(self, file: Path, original: str, mutant: Mutant) -> bool:
        """Default values are no part of a function's code: they come from running the mutant's module aside."""
        held = [one for key, each in self._functions.items() if key[0] == str(file) for one in each]
        aside = {"__name__": held[0].__module__ if held else file.stem, "__file__": str(file)}
        exec(compile(mutant.source(original), file, "exec", dont_inherit=True), aside)  # noqa: S102 - our own module
        made = _function(aside, mutant.function)
        if made is None:
            return False
        same = [one for one in held if _key(one.__code__) == _key(made.__code__)]
        for function in same:
            function.__defaults__, function.__kwdefaults__ = made.__defaults__, made.__kwdefaults__
        return bool(same)


def _function(namespace: dict[str, Any], name: str) -> FunctionType | None:  # Any: whatever a module holds
    """A function by its qualified name, out of what it is wrapped in."""
    first, *rest = name.split(".")
    found = namespace.get(first)
    for part in rest:
        found = inspect.getattr_static(found, part, None)
    for wrapping in ("__func__", "fget", "func", "__wrapped__"):
        found = getattr(found, wrapping, found)
    return found if isinstance(found, FunctionType) else None


def _key(code: CodeType) -> tuple[str, int, str]:
    return code.co_filename, code.co_firstlineno, code.co_qualname


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """What is in the old code with what stands in its place in the new one."""
    inside = [[each for each in code.co_consts if isinstance(each, CodeType)] for code in (old, new)]
    if [each.co_name for each in inside[0]] == [each.co_name for each in inside[1]]:
        for before, after in zip(*inside, strict=True):
            yield before, after
            yield from _pairs(before, after)
