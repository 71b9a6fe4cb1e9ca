"""Every shipped stack on the real engine: one whole rehearsal and the outline of all others, crashes of stacks and at
creations that the commit chooses, and in `make test-all` the crash at every creation."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from slipway.project import Project
from slipway.rehearsal.everywhere import crash_stack_everywhere
from slipway.rehearsal.order import Order
from slipway.rehearsal.rehearse import rehearse, rehearse_crashes, rehearse_outline
from slipway.rehearsal.results import Outcome
from slipway.rehearsal.subject import creations
from tests.rehearsal.points import ROOT, commit, crashed, points
from tests.rehearsal.projects import Quiet

if TYPE_CHECKING:
    from pathlib import Path

    from slipway.rehearsal.chain import Crash
    from slipway.rehearsal.results import Rehearsal

pytestmark = pytest.mark.usefixtures("pulumi_cli")

PROJECT = Project.find(ROOT)
WHOLE = "orders-production"  # it protects its data
OTHERS = [stack for stack in PROJECT.stacks() if stack != WHOLE]
ANSWERS = ROOT / "examples" / "answers.yaml"
OUTLINE = ("preview", "up", "nothing to do", "release", "rollback", "teardown")


def order(stack: str, logs: Path, capsys: pytest.CaptureFixture[str]) -> Order:
    """A rehearsal with the crash points of this commit, which are said where everybody sees them."""
    plain = Order(project=PROJECT, stack=stack, answers=ANSWERS, logs=logs)
    subject = plain.subject()
    plain.record(subject)
    chosen = points(commit(), stack, creations(subject.plan.result()))
    with capsys.disabled():
        sys.stdout.write(f"\n{stack}: crashes after creations {', '.join(map(str, chosen))} (commit {commit()[:12]})\n")
    return Order(project=PROJECT, stack=stack, answers=ANSWERS, logs=logs, crash_at=chosen)


def wrong(rehearsal: Rehearsal) -> list[str]:
    allowed = (Outcome.PASSED, Outcome.NOT_APPLICABLE)
    return [f"{each.name}: {each.detail}" for each in rehearsal.results if each.outcome not in allowed]


def test_a_shipped_stack_passes_its_whole_rehearsal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rehearsal = rehearse(order(WHOLE, tmp_path, capsys), Quiet())

    assert wrong(rehearsal) == []
    assert {each.outcome for each in rehearsal.results} == {Outcome.PASSED}


@pytest.mark.parametrize("stack", OTHERS)
def test_a_shipped_stack_is_deployed_released_brought_back_and_taken_down(stack: str, tmp_path: Path) -> None:
    rehearsal = rehearse_outline(Order(project=PROJECT, stack=stack, answers=ANSWERS, logs=tmp_path), Quiet())

    assert wrong(rehearsal) == []
    assert [each.name for each in rehearsal.results] == list(OUTLINE)


@pytest.mark.parametrize("stack", crashed(commit(), OTHERS))
def test_a_shipped_stack_recovers_from_crashes_that_the_commit_chooses(
    stack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rehearsal = rehearse_crashes(order(stack, tmp_path, capsys), Quiet())

    assert wrong(rehearsal) == []
    assert [each.name for each in rehearsal.results][-1] == "recovered"


@pytest.mark.slow  # some 1,600 deployments
def test_every_shipped_stack_recovers_from_a_crash_at_every_creation(tmp_path: Path) -> None:
    def crashed(stack: str) -> list[Crash]:
        return crash_stack_everywhere(
            Order(project=PROJECT, stack=stack, answers=ANSWERS), tmp_path / stack, lambda _: None
        )

    stacks = PROJECT.stacks()
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(stacks, pool.map(crashed, stacks), strict=True))

    for stack, crashes in found.items():
        subject = Order(project=PROJECT, stack=stack, answers=ANSWERS).subject()
        Order(project=PROJECT, stack=stack, answers=ANSWERS).record(subject)
        assert len(crashes) == 2 * creations(subject.plan.result()), stack


def test_the_same_commit_chooses_the_same_points_and_another_one_others() -> None:
    chosen = points("a" * 40, "orders-dev", 90)

    assert chosen == points("a" * 40, "orders-dev", 90)
    assert len({points(str(number), "orders-dev", 90) for number in range(20)}) > 15
    assert list(chosen) == sorted(set(chosen))
    assert all(1 <= point <= 90 for point in chosen)
    assert points("a", "small", 2) == (1, 2)
    assert crashed("a" * 40, OTHERS) == crashed("a" * 40, OTHERS[::-1])
    assert {stack for number in range(40) for stack in crashed(str(number), OTHERS)} == set(OTHERS)


def test_without_git_the_content_chooses(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "one.py").write_text("1")
    first = commit(tmp_path)
    (tmp_path / "stacks" / "one.py").write_text("2")

    assert first != commit(tmp_path)
    assert len(first) == 64
