"""What people read of a verdict: the whole of it, and nothing that a name or a message could turn into Markdown."""

from __future__ import annotations

import pytest

from slipway.danger.judging import dangers
from slipway.engine.results import PreviewResult, Step, Violation
from slipway.exit_codes import ENDANGERED, FAILED, FINDINGS, USAGE
from slipway.gate.summary import SIMULATED, markdown, text
from slipway.gate.verdict import Judgement, Verdict, failure, judge_preview

BUCKET = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::uploads"
EVIL = "</details><script>|`[x](javascript:1)|\n# title\n![i](http://x)"
REPLACED = Step(
    "replace", BUCKET, old={"type": "aws:s3/bucket:Bucket", "custom": True}, new={}, replace_reasons=("bucket",)
)


def verdict(**fields: object) -> Verdict:
    about: dict[str, object] = {"stage": "preview", "stack": "dev", "exit_code": 0, "headline": "1 to create."}
    return Verdict(**{**about, **fields})  # type: ignore[arg-type]  # a test's own choice of fields


def test_the_log_names_each_change_once_and_ends_with_the_verdict() -> None:
    halves = [Step(op, BUCKET) for op in ("create-replacement", "delete-replaced")]
    same = Step("same", "urn:pulumi:dev::shop::a:b:C::left")
    log = text(verdict(steps=(halves[0], REPLACED, same, halves[1])))
    change = "  ± uploads  aws:s3/bucket:Bucket  [bucket]  (successor first)"
    assert log.splitlines() == [change, "preview dev: goes on: 1 to create."]


def test_a_replacement_that_deletes_first_says_so_in_both() -> None:
    halves = [Step(op, BUCKET) for op in ("create-replacement", "delete-replaced")]
    shown = verdict(steps=(halves[1], REPLACED, halves[0]))
    assert "[bucket]  (deleted first)" in text(shown)
    assert "| ± deleted first | `uploads` |" in markdown(shown)
    assert "first" not in text(verdict(steps=(REPLACED, halves[1])))  # half of it tells nothing


@pytest.mark.parametrize("render", [text, markdown])
def test_a_simulation_says_so(render: object) -> None:
    assert callable(render)
    assert SIMULATED in render(verdict(simulated=True))
    assert SIMULATED not in render(verdict())


def test_endangered_data_and_findings_stand_in_both() -> None:
    danger = dangers([REPLACED])
    found = Violation("slipway", "shared-redis", "mandatory", "second is a Redis cache besides cache", BUCKET)
    for render in (text, markdown):
        shown = render(verdict(danger=danger, violations=(found,), exit_code=ENDANGERED))
        assert f"DATA ENDANGERED: {BUCKET}" in shown
        assert "shared-redis" in shown
        assert "stopped: data endangered" in shown


def test_names_and_messages_cannot_become_markdown() -> None:
    shown = markdown(
        verdict(
            stack=EVIL,
            headline=EVIL,
            steps=(Step("create", f"urn:pulumi:dev::shop::a:b:C::{EVIL}"),),
            violations=(Violation("p", EVIL, EVIL, EVIL, BUCKET),),
        )
    )
    outside = [line for line in shown.splitlines() if not line.startswith(("<details>", "</details>"))]
    for line in outside:
        for number, part in enumerate(line.split("`")):
            if number % 2 == 0:  # outside of code
                assert "<script" not in part.replace("\\<", "")
                assert "](" not in part.replace("\\]", "")
        assert not line.startswith("# title")
    rows = [line for line in outside if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {5}


def test_what_the_engine_said_cannot_end_its_block() -> None:
    shown = markdown(verdict(detail="one\n````\n# two", exit_code=FAILED))
    assert "\n`````text\none\n````\n# two\n`````\n" in shown


def test_a_preview_that_fails_is_a_finding_only_where_a_mandatory_rule_fails() -> None:
    broken = PreviewResult(1, "", "", violations=(Violation("p", "r", "mandatory", "m"),))
    advice = PreviewResult(1, "", "error: no", violations=(Violation("p", "r", "advisory", "m"),))
    assert judge_preview(broken, dangers([]), (), "dev").exit_code == FINDINGS
    failed = Judgement(FAILED, "the preview failed: nothing is deployed.", "error: no")
    assert judge_preview(advice, dangers([]), (), "dev") == failed


def test_data_that_is_lost_needs_an_approval_and_an_old_approval_is_no_ornament() -> None:
    preview = PreviewResult(0, "{}", "", steps=(REPLACED,))
    assert judge_preview(preview, dangers([REPLACED]), (), "dev").exit_code == ENDANGERED
    assert judge_preview(preview, dangers([REPLACED], [BUCKET]), (), "dev").exit_code == 0
    stale = judge_preview(PreviewResult(0, "{}", ""), dangers([], [BUCKET]), (BUCKET,), "dev")
    assert (stale.exit_code, stale.detail) == (USAGE, BUCKET)


@pytest.mark.parametrize(
    ("code", "said", "expected", "remedy"),
    [
        (6, "error: no stack named 'dev' found", USAGE, "pulumi stack init dev"),
        (1, "error: the stack is currently locked by 1 lock(s). Either wait", FAILED, "pulumi cancel --stack dev"),
        (1, "error: [409] Conflict: Another update is currently in progress.", FAILED, "pulumi cancel --stack dev"),
        (255, "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE", FAILED, "docs/deploying.md"),
        (1, "error: anything", FAILED, "error: anything"),
    ],
)
def test_a_known_failure_says_what_to_do(code: int, said: str, expected: int, remedy: str) -> None:
    judged = failure(code, said, "dev", "failed")
    assert judged.exit_code == expected
    assert remedy in judged.detail
