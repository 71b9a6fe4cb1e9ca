"""The mutants of a module: each is its text with one small change, as mutmut makes them.

Only mutmut's operators are used, of its exact version. Its runner starts pytest anew for each mutant and leaves out
every decorated function, such as properties.

What is no mutant here, and why:
- what stands outside functions: tables and titles, which are data;
- annotations and decorators, which decide no verdict;
- `Rule(...)`, whose titles, levels and references are data wherever they stand;
- `len(...)` and `isinstance(...)`, as in mutmut: without an argument they break, which any test sees;
- the wording of messages: a text of several words, unless something is compared with it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider, WhitespaceInclusivePositionProvider
from mutmut.mutation.mutators import mutation_operators

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_NEVER_INSIDE: Final = frozenset({"len", "isinstance", "Rule"})
_WORDS: Final = re.compile(r"\w\W? [\w{]|^ \w|\w $")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module in which the text between `start` and `end` is another one. `function` is the outermost around it."""

    function: str
    first: int
    last: int
    line: int
    start: int
    end: int
    text: str

    def source(self, original: str) -> str:
        """The module with the change."""
        return original[: self.start] + self.text + original[self.end :]

    def shown(self, original: str) -> tuple[str, str]:
        """The lines before and after the change, each on one line."""
        before = original.rfind("\n", 0, self.start) + 1
        after = original.find("\n", self.end)
        left, right = original[before : self.start], original[self.end : after]
        return _one_line(left + original[self.start : self.end] + right), _one_line(left + self.text + right)


def compared_texts(files: Iterable[Path]) -> frozenset[str]:
    """The texts that anything is compared with anywhere, or that stand in an annotation: these decide something."""
    found: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            inside: list[ast.AST | None] = []
            if isinstance(node, ast.Compare):
                inside = [node.left, *node.comparators]
            elif isinstance(node, (ast.AnnAssign, ast.arg)):
                inside = [node.annotation]
            elif isinstance(node, ast.Subscript):
                inside = [node.slice]
            elif isinstance(node, ast.Dict):
                inside = [*node.keys]
            found |= {
                each.value
                for part in inside
                if part is not None
                for each in ast.walk(part)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
    return frozenset(found)


def mutants_of(source: str, compared: frozenset[str]) -> tuple[Mutant, ...]:
    """Every mutant of a module, in the order of its text."""
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    visitor = _Visitor(source, compared)
    wrapper.visit(visitor)
    return tuple(sorted(visitor.found, key=lambda mutant: (mutant.start, mutant.end)))


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider, WhitespaceInclusivePositionProvider)

    def __init__(self, source: str, compared: frozenset[str]) -> None:
        super().__init__()
        self.found: list[Mutant] = []
        self._source = source
        self._compared = compared
        self._module = cst.Module([])
        self._starts = [0, *(match.end() for match in re.finditer("\n", source))]
        self._functions = [*_functions(ast.parse(source))]

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator) or _never_inside(node):
            return False
        place = self.get_metadata(PositionProvider, node, None)
        if place is not None and not self._is_wording(node):
            line = place.start.line
            for around in self._functions:
                if around[1] <= line <= around[2]:
                    self.found += self._mutants(node, line, around)
        return True

    def _mutants(self, node: cst.CSTNode, line: int, around: tuple[str, int, int]) -> Iterator[Mutant]:
        whole = self.get_metadata(WhitespaceInclusivePositionProvider, node)
        start = self._starts[whole.start.line - 1] + whole.start.column
        end = self._starts[whole.end.line - 1] + whole.end.column
        for kind, operator in mutation_operators:
            for changed in operator(node) if isinstance(node, kind) else ():
                mutant = Mutant(*around, line, start, end, self._module.code_for_node(changed))
                if _compiles(mutant.source(self._source)):
                    yield mutant

    def _is_wording(self, node: cst.CSTNode) -> bool:
        if not isinstance(node, cst.SimpleString):
            return False
        text = node.evaluated_value
        return isinstance(text, str) and bool(_WORDS.search(text)) and text not in self._compared


def _never_inside(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _NEVER_INSIDE


def _functions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, int, int]]:
    """The functions that stand in no other one, by their qualified names, with their first and last line."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield within + node.name, first, node.end_lineno or node.lineno
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{within}{node.name}.")


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _one_line(text: str) -> str:
    return " ".join(text.split())
