"""A verdict for people: text for the log, and Markdown for the summary of a pipeline's run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plan.urns import name_of, type_of
from slipway.danger.report import report
from slipway.exit_codes import CANCELLED, CLEAN, ENDANGERED, FAILED, FINDINGS, USAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.engine.results import Step, Violation
    from slipway.gate.verdict import Verdict

SIMULATED = "Simulated: no account is touched."
_SIGNS = {
    "create": "+", "update": "~", "delete": "-", "replace": "±", "create-replacement": "±", "delete-replaced": "±",
    "import": "=", "read": ">", "discard": "<",
}  # fmt: skip
_HALVES = {"create-replacement": "successor first", "delete-replaced": "deleted first"}
_SHOWN = 300  # changes in a summary, which may have a megabyte
_LONGEST = 60_000  # characters of what the engine said
_WORDS = {
    CLEAN: "goes on",
    FAILED: "failed",
    USAGE: "wrong usage",
    FINDINGS: "stopped by the rules",
    ENDANGERED: "stopped: data endangered",
    CANCELLED: "cancelled",
}


def text(verdict: Verdict) -> str:
    """What the log says."""
    return "\n".join(_lines(verdict)) + "\n"


def markdown(verdict: Verdict) -> str:
    """What the page of a pipeline's run says. Nothing in it can be taken for Markdown or HTML of ours."""
    return "\n".join(_blocks(verdict)) + "\n\n"


def fence(value: str) -> str:
    """What a program said as a block that nothing in it can end, cut where it is too long for a summary."""
    shown = value.strip("\n")
    if len(shown) > _LONGEST:
        shown = f"{shown[:_LONGEST]}\n… the rest is in the log"
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"\n{marks}text\n{shown}\n{marks}"


def _lines(verdict: Verdict) -> Iterator[str]:
    if verdict.simulated:
        yield SIMULATED
    for step in () if verdict.deployed else _changes(verdict):  # they stand above what was done
        keys = _keys(step)
        first = _first(verdict, step)
        named = f"{_SIGNS.get(step.op, '?')} {name_of(step.urn)}  {type_of(step.urn)}"
        yield f"  {named}{f'  [{keys}]' if keys else ''}{f'  ({first})' if first else ''}"
    for found in verdict.violations:
        yield f"{found.level} finding: {found.policy}: {found.urn}"
        yield from (f"  {line}" for line in found.message.splitlines())
    if _has_dangers(verdict) and not verdict.deployed:
        yield report(verdict.danger).rstrip()
    if verdict.detail:
        yield from (f"  {line}" for line in verdict.detail.splitlines())
    yield f"{verdict.stage} {verdict.stack}: {_outcome(verdict)}: {verdict.headline}"


def _blocks(verdict: Verdict) -> Iterator[str]:
    yield f"### {verdict.stage} {_code(verdict.stack)}: {_outcome(verdict)}"
    yield ""
    yield _plain(verdict.headline) + (f" Commit {_code(verdict.commit)}." if verdict.commit else "")
    if verdict.simulated:
        yield f"\n**{SIMULATED}**"
    if verdict.detail:
        yield fence(verdict.detail)
    if verdict.violations:
        yield "\n| finding | level | resource | |\n|---|---|---|---|"
        yield from (_row(found) for found in verdict.violations)
    if _has_dangers(verdict):
        yield fence(report(verdict.danger))
    changes = _changes(verdict)
    if changes:
        yield f"\n<details><summary>{len(changes)} changes</summary>\n"
        yield "| | resource | type | properties |\n|---|---|---|---|"
        for step in changes[:_SHOWN]:
            sign = " ".join(part for part in (_SIGNS.get(step.op, "?"), _first(verdict, step)) if part)
            yield f"| {sign} | {_code(name_of(step.urn))} | {_code(type_of(step.urn))} | {_code(_keys(step))} |"
        if len(changes) > _SHOWN:
            yield f"\nand {len(changes) - _SHOWN} more, in the log"
        yield "\n</details>"


def _outcome(verdict: Verdict) -> str:
    if verdict.stage == "unlock" and verdict.exit_code == CLEAN:
        return "done"
    return "deployed" if verdict.deployed and verdict.exit_code == CLEAN else _WORDS.get(verdict.exit_code, "failed")


def _changes(verdict: Verdict) -> list[Step]:
    """The steps that a person counts: a replacement once, not its two halves too."""
    shown = [step for step in verdict.steps if step.op not in ("same", *_HALVES)]
    return sorted(shown, key=lambda step: step.urn)


def _first(verdict: Verdict, step: Step) -> str:
    """What comes first in a replacement, where the preview told."""
    if step.op != "replace":
        return ""
    halves = [each.op for each in verdict.steps if each.urn == step.urn and each.op in _HALVES]
    return _HALVES[halves[0]] if len(set(halves)) > 1 else ""


def _has_dangers(verdict: Verdict) -> bool:
    danger = verdict.danger
    return any((danger.endangered, danger.renamed, danger.downtime, danger.notes, danger.one_way, danger.unneeded))


def _row(found: Violation) -> str:
    name = name_of(found.urn)
    return f"| {_code(found.policy)} | {_plain(found.level)} | {_code(name)} | {_plain(found.message)} |"


def _keys(step: Step) -> str:
    return ", ".join(sorted({*step.diff_reasons, *step.replace_reasons, *step.detailed_diff}))


def _code(value: str) -> str:
    """A value as code in a table's cell, whatever is in it."""
    cleaned = " ".join(value.split()).replace("`", "'").replace("|", "\\|")
    return f"`{cleaned}`" if cleaned else ""


def _plain(value: str) -> str:
    """A sentence in which nothing is a sign of Markdown's or HTML's."""
    joined = " ".join(value.split())
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&@-])", r"\\\1", joined)
