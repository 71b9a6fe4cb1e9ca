"""What holds for every file of the repository."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
LONG = 300
# One code with its reason behind it, as the lists in pyproject.toml have to have.
CODE = re.compile(r'^\s+"[A-Z]+\d*",?(?P<reason>\s+# \S.*)?$')
# A suppression in the source: `noqa: CODE - reason`, `type: ignore[code]  # reason`.
SUPPRESSED = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?::\s*([A-Z0-9, ]+)|\[([\w, -]+)\])?(.*)")


@pytest.fixture(scope="session")
def files(require_program: Callable[[str], Path]) -> list[Path]:
    """Every file that is committed or is about to be."""
    command = [str(require_program("git")), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def modules(files: list[Path]) -> list[Path]:
    """Our own Python; the programs under tests/ stand for other people's."""
    inside = {file: file.relative_to(ROOT).parts for file in files if file.suffix == ".py"}
    return [file for file, parts in inside.items() if parts[0] != "tests" or "programs" not in parts]


def shown(file: Path, line: int = 0) -> str:
    name = file.relative_to(ROOT).as_posix()
    return f"{name}:{line}" if line else name


def test_no_file_names_a_package_index_or_a_place_of_this_machine(files: list[Path]) -> None:
    index = r'(?:index-url|find-links|registry = "|"resolved": ?")[^"\n]*https?:'
    home = Path.home()
    places = [re.escape(f"{place}/") for place in (ROOT, home) if len(place.parts) > 1]
    pattern = re.compile("|".join([index, *places]).encode())
    assert [shown(file) for file in files if pattern.search(file.read_bytes())] == []


def test_no_file_is_a_binary(files: list[Path]) -> None:
    assert [shown(file) for file in files if b"\0" in file.read_bytes()] == []


def said_twice(text: str) -> list[str]:
    """The keys that an object of a JSON text has more than once; readers take the last one and say nothing."""
    found: list[str] = []

    def note(pairs: list[tuple[str, object]]) -> None:
        counted = Counter(key for key, _ in pairs)
        found.extend(key for key, times in counted.items() if times > 1)

    json.loads(text, object_pairs_hook=note)
    return found


def test_no_object_of_a_json_file_has_a_key_twice(files: list[Path]) -> None:
    ours = [file for file in files if file.suffix == ".json"]
    assert [f"{shown(file)}: {key}" for file in ours for key in said_twice(file.read_text(encoding="utf-8"))] == []


def test_tests_stand_in_modules_that_pytest_collects(modules: list[Path]) -> None:
    lost = [
        shown(file, node.lineno)
        for file in modules
        if file.is_relative_to(ROOT / "tests") and not file.name.startswith("test_")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert lost == [], "rename the module to test_*.py, or no one runs these"


def is_python(file: Path) -> bool:
    """Whether it is a module, or a script of another name that says so in its first line."""
    if file.suffix:
        return file.suffix == ".py"
    with file.open("rb") as content:
        first = content.readline()
    return first.startswith(b"#!") and b"python" in first


def test_a_long_module_says_why(files: list[Path]) -> None:
    silent = [
        shown(file)
        for file in filter(is_python, files)
        for text in [file.read_text()]
        if text.count("\n") > LONG and "longer than 300 lines" not in (ast.get_docstring(ast.parse(text)) or "").lower()
    ]
    assert silent == [], "split it, or let its docstring say: Longer than 300 lines because ..."


def test_every_rule_that_ruff_ignores_has_a_reason() -> None:
    lists = (ROOT / "pyproject.toml").read_text().partition("[tool.ruff.lint]")[2].partition("[tool.mypy]")[0]
    codes = [match for line in lists.splitlines() if '"ALL"' not in line and (match := CODE.match(line))]
    assert codes, "the lists are not where they were"
    assert [match[0].strip() for match in codes if not match["reason"]] == []


def unexplained(source: str) -> Iterator[int]:
    """The lines that suppress a rule without naming it, or name one that nothing so far gives a reason for."""
    explained: set[str] = set()
    for number, line in enumerate(source.splitlines(), 1):
        if match := SUPPRESSED.search(line):
            codes = set(re.findall(r"[\w-]+", match[1] or match[2] or ""))
            if re.search(r"\w{3}", match[3]):
                explained |= codes
            if not codes or not codes <= explained:
                yield number


def test_every_suppression_in_the_source_names_its_rule_and_a_file_says_once_why(modules: list[Path]) -> None:
    ours = [file for file in modules if file != Path(__file__)]
    assert [shown(file, line) for file in ours for line in unexplained(file.read_text())] == []


def test_every_make_target_that_a_document_names_exists(files: list[Path]) -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    missing = [
        f"{shown(file)}: make {target}"
        for file in files
        if file.suffix == ".md"
        for target in re.findall(r"(?:`|^\s*(?:\$ )?)make ([a-z][\w-]*)", file.read_text(), re.MULTILINE)
        if target not in targets
    ]
    assert missing == []
