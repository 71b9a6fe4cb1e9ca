"""What is said of a preview, in one sentence that is true of it."""

from __future__ import annotations

from slipway.danger.findings import Danger, Endangered
from slipway.engine.results import PreviewResult
from slipway.gate.verdict import judge_preview


def test_approvals_that_nothing_needs_are_counted() -> None:
    def headline(*stale: str) -> str:
        return judge_preview(PreviewResult(0, "{}", ""), Danger(), stale, "dev").headline

    assert headline("a") == "1 approval of what is not endangered: take this line out of the approvals file."
    assert headline("a", "b") == "2 approvals of what is not endangered: take these lines out of the approvals file."


def test_data_of_which_nobody_knows_is_not_told_as_lost() -> None:
    def headline(*happens: str) -> str:
        found = [
            Endangered(urn=each, type="t", what="data", happens=each, because=(), why="", remedy="", protected=False)
            for each in happens
        ]
        return judge_preview(PreviewResult(0, "{}", ""), Danger(endangered=tuple(found)), (), "dev").headline

    assert headline("unproven").startswith("the data of 1 resource may be lost, and nobody approved of it")
    assert headline("unproven", "deleted").startswith("the data of 2 resources would be lost, and nobody approved")
