"""The measurement of what the tests of rules notice, on a few lines; on all rules it is slow."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.machines.servers import wait_for
from tools.rule_mutation import measure
from tools.rule_mutation.mutants import compared_texts, mutants_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[2]
TOOL = str(ROOT / "tools" / "rule-mutation")
SECONDS, HOURS = 120, 3 * 3600  # that it may take on a busy machine: on a few lines, on all rules

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
again = Measurement(where, cache, 2, lambda text: sys.exit("measured once more: " + text))
again.run(modules)
known = again.known(*modules)
assert all(each.seconds > 0 for each in known.values()), known
found = {key: [each.status, each.by] for key, each in known.items()}
(here / "found.json").write_text(json.dumps(found))
"""


# Two jobs: one that waits for what never comes, and one that does nothing.
WAITS = """
import sys, threading
sys.path[:0] = [sys.argv[1]]
from tools.rule_mutation import children
children._AT_LEAST = 0.5
def work(job):
    children.give(0.01)
    if job == "waits":
        threading.Event().wait()
    return b"done"
print(sorted((each.job, each.told, each.late) for each in children.each(["waits", "works"], work, 2)))
"""


# Children that tell by a file that they are at work, and go on for ever.
WORKS = """
import sys, threading
from pathlib import Path
sys.path[:0] = [sys.argv[1]]
from slipway.rehearsal.ending import heard
from tools.rule_mutation.children import each
def work(job):
    Path(sys.argv[2], job).touch()
    threading.Event().wait()
with heard():
    print([*each(["a", "b", "c"], work, 2)])
"""


@contextmanager
def started(*command: str, folder: Path = ROOT) -> Iterator[subprocess.Popen[str]]:
    """A command with a group of its own, of which nothing is left afterwards."""
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def ended(*command: str, folder: Path = ROOT, seconds: float = SECONDS) -> subprocess.CompletedProcess[str]:
    """A command that has ended by itself and in time."""
    with started(*command, folder=folder) as process:
        told = process.communicate(timeout=seconds)
    return subprocess.CompletedProcess(command, process.returncode, *told)


def assert_gone(group: int) -> None:
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


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
    done = ended("-c", MEASURE, str(ROOT), str(tmp_path), folder=tmp_path)
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


def test_a_mutant_that_waits_for_ever_is_ended_as_one_that_computes_for_ever_is() -> None:
    done = ended("-c", WAITS, str(ROOT))
    assert done.stdout == "[('waits', b'', True), ('works', b'done', False)]\n", done.stderr


def test_what_measures_and_what_is_measured_decide_whether_a_result_still_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules").mkdir()
    where = measure.Where(tmp_path, tmp_path / "rules", tmp_path / "tests")
    worlds = [where.world]
    (tmp_path / "rules" / "words.py").write_text(RULES)
    worlds.append(where.world)
    monkeypatch.setattr(measure, "_HERE", tmp_path)
    monkeypatch.setattr(measure, "_MEASURING", [tmp_path / "measure.py"])
    for text in ("one way", "another"):
        (tmp_path / "measure.py").write_text(text)
        worlds.append(where.world)
    assert len({*worlds}) == 4
    assert where.world == worlds[-1]


@pytest.mark.parametrize("option", ["--every", "--at-once"])
def test_a_number_that_is_none_is_refused(option: str) -> None:
    done = ended(TOOL, option, "0")
    assert done.returncode == 2
    assert done.stderr.endswith(f"argument {option}: 0 is given; give a whole number of at least 1\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_ends_it_ends_the_children_in_the_midst_of_their_work(number: signal.Signals, tmp_path: Path) -> None:
    with started("-c", WORKS, str(ROOT), str(tmp_path)) as process:
        assert wait_for(lambda: len([*tmp_path.iterdir()]) == 2)
        os.kill(process.pid, number)
        assert process.communicate(timeout=SECONDS)[1].endswith("KeyboardInterrupt\n")
        assert_gone(process.pid)


def test_to_be_ended_is_no_failure_and_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    with started(TOOL, "policies/judge.py", "--cache", str(tmp_path)) as process:
        assert process.stdout
        while " mutants, " not in (line := process.stdout.readline()):
            assert line, "it ended by itself"
        process.terminate()
        assert process.communicate(timeout=SECONDS)[1] == "interrupted: what was measured is kept.\n"
        assert process.returncode == 130
        assert_gone(process.pid)


@pytest.mark.slow  # tens of minutes
def test_nine_of_ten_changes_of_the_rules_are_noticed() -> None:
    # One at a time: other tests run beside this one.
    done = ended(TOOL, "--no-page", "--at-once", "1", seconds=HOURS)
    assert done.returncode == 0, done.stdout + done.stderr
