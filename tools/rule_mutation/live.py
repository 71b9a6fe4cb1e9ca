"""A mutant in a process that has long imported the module: its functions, closures included, get the mutant's code."""

from __future__ import annotations

import gc
from collections import defaultdict
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

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
        aside = {"__name__": file.stem, "__file__": str(file)}
        exec(compile(mutant.source(original), file, "exec", dont_inherit=True), aside)  # noqa: S102 - our own module
        made = aside.get(mutant.function)
        if not isinstance(made, FunctionType):
            return False
        held = [one for each in self._functions.values() for one in each if _key(one.__code__) == _key(made.__code__)]
        for function in held:
            function.__defaults__, function.__kwdefaults__ = made.__defaults__, made.__kwdefaults__
        return bool(held)


def _key(code: CodeType) -> tuple[str, int, str]:
    return code.co_filename, code.co_firstlineno, code.co_qualname


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """What is in the old code with what stands in its place in the new one."""
    inside = [[each for each in code.co_consts if isinstance(each, CodeType)] for code in (old, new)]
    if [each.co_name for each in inside[0]] == [each.co_name for each in inside[1]]:
        for before, after in zip(*inside, strict=True):
            yield before, after
            yield from _pairs(before, after)
