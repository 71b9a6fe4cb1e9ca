"""Property paths: one text for one place, the same from the recorder and from the reader."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.paths import join
from slipway.record.values import join as recorded_join

if TYPE_CHECKING:
    from collections.abc import Sequence

# Keys that try to look like other paths, and any other text that JSON can carry.
KEYS = st.one_of(
    st.text(alphabet='ab._[]"\\0 é\n', max_size=6),
    st.sampled_from(["a.b", "a[0]", '["a"]', '"]', "", "0", "_", "a\n"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
STEPS = st.lists(st.one_of(KEYS, st.integers(0, 20)), max_size=4)


def path_of(steps: Sequence[str | int]) -> str:
    path = ""
    for step in steps:
        path = join(path, step) if isinstance(step, str) else f"{path}[{step}]"
    return path


def steps_of(path: str) -> list[str | int]:
    """Read a path back, as anyone may who knows the syntax of docs/plan-format.md."""
    steps: list[str | int] = []
    decoder, at = json.JSONDecoder(), 0
    while at < len(path):
        if path[at] == "[":
            step, at = decoder.raw_decode(path, at + 1)
            assert path[at] == "]"
            at += 1
        else:
            at += path[at] == "."
            end = next((place for place in range(at, len(path)) if path[place] in ".["), len(path))
            step, at = path[at:end], end
        steps.append(step)
    return steps


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        (["tags", "Name"], "tags.Name"),
        (["ingress", 0, "cidrBlocks", 1], "ingress[0].cidrBlocks[1]"),
        (["labels", "a.b"], 'labels["a.b"]'),
        (["a-b", "c"], '["a-b"].c'),
        (["say", 'a "word"'], r'say["a \"word\""]'),
        (["", "0"], '[""]["0"]'),
        (["größe"], '["größe"]'),
        (["line\n"], r'["line\n"]'),
    ],
)
def test_a_path_is_written_in_the_syntax_of_pulumi(steps: list[str | int], path: str) -> None:
    assert path_of(steps) == path


@given(KEYS, STEPS)
def test_a_path_names_one_place_and_can_be_read_back(key: str, steps: list[str | int]) -> None:
    assert steps_of(path_of([key, *steps])) == [key, *steps]


@given(STEPS, KEYS)
def test_the_recorder_writes_paths_as_the_reader_looks_for_them(steps: list[str | int], key: str) -> None:
    path = path_of(steps)
    assert recorded_join(path, key) == join(path, key)
