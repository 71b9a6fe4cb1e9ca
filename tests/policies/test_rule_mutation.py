"""The measurement of what the tests of rules notice, on a few lines; on all rules it is slow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.rule_mutation.mutants import compared_texts, mutants_of

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]

RULES = '''\
"""Rules of a small world."""

from dataclasses import dataclass


def limit(least):
    def holds(number):
        return number >= least
    return holds


ENOUGH = limit(3)


@dataclass(frozen=True)
class Word:
    text: str

    @property
    def short(self):
        return len(self.text) < 5

    def ends(self, with_="d"):
        return self.text[-1] == with_


def greet(name, sign="!"):
    return f"hello {name}{sign}"


def count(number):
    while number > 0:
        number -= 1
    return number


def nobody():
    return 1 + 1
'''
TESTS = """\
import rules.words as words


def test_three_is_enough():
    assert words.ENOUGH(3) and not words.ENOUGH(2)


def test_a_short_word():
    assert words.Word("four").short and not words.Word("fives").short


def test_an_end():
    assert words.Word("word").ends()


def test_a_greeting():
    assert words.greet("you") == "hello you!"


def test_counting_ends():
    assert words.count(3) <= 0
"""
MEASURE = """
import json, sys
from pathlib import Path
root, here = Path(sys.argv[1]), Path(sys.argv[2])
sys.path[:0] = [str(root), str(here)]
from tools.rule_mutation.measure import Measurement, Where
from tools.rule_mutation.results import Cache
cache = Cache(here / "cache", here)
where = Where(here, here / "rules", here / "tests")
modules = cache.modules(where.modules)
measured = Measurement(where, cache, 2, lambda text: None)
measured.run(modules)
found = {key: [each.status, each.by] for key, each in measured.results["rules/words.py"].items()}
(here / "found.json").write_text(json.dumps(found))
"""


def changes(source: str, compared: Iterable[str] = ()) -> list[tuple[str, str]]:
    found = mutants_of(source, frozenset(compared))
    return [(source[each.start : each.end], each.text) for each in found]


def test_a_function_is_changed_in_one_place_at_a_time() -> None:
    source = "LIMIT = 3\n\n\ndef f(a: int = 1):\n    return a == 2 and not g(a)\n"
    assert changes(source) == [
        ("1", "2"),
        ("a == 2 and not g(a)", "a == 2 or not g(a)"),
        (" == 2", " != 2"),
        ("2", "3"),
        ("not g(a)", "g(a)"),
        ("g(a)", "g(None)"),
    ]


def test_properties_are_changed_and_what_breaks_at_once_or_is_wording_is_not() -> None:
    source = 'class A:\n    @property\n    def p(self):\n        return len("ab"), "some words", "word"\n'
    assert {old for old, _ in changes(source)} == {'"word"'}
    assert {old for old, _ in changes(source, ["some words"])} == {'"some words"', '"word"'}


def test_what_anything_is_compared_with_is_no_wording(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text('if a == "one two" or b in ("three four",):\n    c("five six")\nkind: Literal["seven eight"]\n')
    assert compared_texts([file]) == {"one two", "three four", "seven eight"}


def test_each_mutant_meets_the_tests_that_call_its_function(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "rules" / "words.py").write_text(RULES)
    (tmp_path / "tests" / "test_words.py").write_text(TESTS)
    command = [sys.executable, "-c", MEASURE, str(ROOT), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    found = {key: tuple(told) for key, told in json.loads((tmp_path / "found.json").read_text()).items()}
    where = "tests/test_words.py::"
    assert found["limit: >= least -> > least #1"] == ("killed", f"{where}test_three_is_enough")
    assert found["Word.short: < 5 -> <= 5 #1"] == ("killed", f"{where}test_a_short_word")
    assert found["Word.short: 5 -> 6 #1"] == ("killed", f"{where}test_a_short_word")
    assert found['greet: "!" -> "XX!XX" #1'] == ("killed", f"{where}test_a_greeting")
    assert found['Word.ends: "d" -> "XXdXX" #1'] == ("killed", f"{where}test_an_end")
    assert found["count: number -= 1 -> number += 1 #1"] == ("timed out", "")
    assert found["count: > 0 -> >= 0 #1"] == ("survived", "")
    assert found["nobody: 1 + 1 -> 1 - 1 #1"] == ("unreached", "")


@pytest.mark.slow  # tens of minutes
def test_nine_of_ten_changes_of_the_rules_are_noticed() -> None:
    command = [sys.executable, str(ROOT / "tools" / "rule-mutation"), "--no-page"]
    done = subprocess.run(command, capture_output=True, check=False, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
