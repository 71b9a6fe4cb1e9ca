"""What is deployed is what was reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slipway.engine.results import Step
from slipway.errors import ProgramError, SlipwayError, UsageError
from slipway.gate.reviewed import Review

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "4f2d7c0a" * 5


def step(op: str, urn: str, **inputs: str) -> Step:
    changed = tuple(key for key in inputs if key != "name") if op == "update" else ()
    state = {"inputs": inputs, "propertyDependencies": {key: [] for key in inputs}}
    return Step(op, f"urn:pulumi:dev::shop::aws:s3/bucket:Bucket::{urn}", new=state, diff_reasons=changed)


def review(*steps: Step, stack: str = "dev", commit: str = COMMIT) -> Review:
    return Review.of(stack, commit, steps)


def test_the_same_steps_in_another_order_are_the_same(tmp_path: Path) -> None:
    reviewed = review(step("create", "a"), step("same", "b"), step("delete", "c"))
    reviewed.write(tmp_path / "reviewed.json")
    Review.read(tmp_path / "reviewed.json").must_be(review(step("delete", "c"), step("create", "a")))


@pytest.mark.parametrize(
    ("fresh", "said"),
    [
        (review(step("update", "a", key="one"), step("delete", "b")), "::b: reviewed: no change; now: delete"),
        (review(), "::a: reviewed: update; now: no change"),
        (review(step("replace", "a", key="one")), "::a: reviewed: update; now: replace"),
        (review(step("update", "a", key="two")), "::a: update, not as it was reviewed: key"),
        (review(step("update", "a", tags="one")), "::a: update, not as it was reviewed: (reasons), key, tags"),
    ],
    ids=["more", "less", "other", "another value", "another property"],
)
def test_anything_else_stops(fresh: Review, said: str) -> None:
    with pytest.raises(ProgramError, match="is not what was reviewed") as refused:
        review(step("update", "a", key="one")).must_be(fresh)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("reviewed", "fresh", "kind", "said"),
    [
        (review(commit="a" * 40), review(), ProgramError, f"reviewed was commit {'a' * 40}"),
        (review(), review(commit=""), ProgramError, "checked out is no known commit"),
        (review(), review(commit=f"{COMMIT}+changes"), ProgramError, "checked out is"),
        (review(commit=f"{COMMIT}+changes"), review(commit=f"{COMMIT}+changes"), ProgramError, "nobody can review"),
        (review(commit=""), review(commit=""), ProgramError, "no known commit: nobody can review"),
        (review(stack="prod"), review(), UsageError, "one of stack 'prod', not of 'dev'"),
    ],
)
def test_another_commit_or_stack_stops(reviewed: Review, fresh: Review, kind: type[SlipwayError], said: str) -> None:
    with pytest.raises(kind) as refused:
        reviewed.must_be(fresh)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 1, "stack": "dev", "commit": "", "steps": {}}',
        '{"version": 2}',
        "[" * 100_000,
        *(
            f'{{"version": 2, "stack": "dev", "commit": "", "steps": {steps}}}'
            for steps in ("5", '{"a": 5}', '{"a": {}}')
        ),
        '{"version": 2, "stack": "dev", "commit": "", "steps": {"a": {"operations": "create", "properties": []}}}',
    ],
)
def test_a_file_that_is_no_review_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "reviewed.json"
    file.write_text(text)
    with pytest.raises(UsageError) as refused:
        Review.read(file)
    assert str(refused.value).startswith(str(file))


def test_whoever_runs_jobs_again_is_told_which() -> None:
    with pytest.raises(ProgramError, match="`Re-run all jobs`"):
        review(step("create", "a")).must_be(review())


def test_a_missing_review_says_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`tools/gate preview` writes it"):
        Review.read(tmp_path / "reviewed.json")
