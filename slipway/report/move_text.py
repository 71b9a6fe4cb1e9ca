"""A runbook as Markdown: for a page, a wiki or a terminal at night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.move.shell import chained

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.move.model import Phase, Runbook, Step

_HOUR = 60


def markdown(book: Runbook) -> str:
    """The whole runbook."""
    return "\n".join(_lines(book)).rstrip() + "\n"


def _lines(book: Runbook) -> Iterator[str]:
    yield from (f"# Move {book.application}: {book.source} → {book.target}", "")
    closed = (
        f"Nobody is served for some {_spoken(book.closed)} (an estimate)." if book.closed else "Nobody is shut out."
    )
    yield from (closed, "")
    yield from ("| what | from | to | what happens |", "|---|---|---|---|")
    for line in book.lines:
        yield "| " + " | ".join(_cell(text) for text in (line.what, line.source, line.target, line.how)) + " |"
    yield ""
    if book.open_points:
        yield from ("**Settle before anything else**", "", *(f"- {point}" for point in book.open_points), "")
    yield from ("**What going back loses**", "", *(f"- {text}" for text in book.loses), "")
    yield from ("**Times**", "", *(f"- {text}" for text in book.estimates), "")
    yield from ("**In each shell, from the project's folder**", "")
    if book.needs:
        yield from ("Export first:", "", *(f"- {text}" for text in book.needs), "")
    yield from _block(book.setup)
    for number, phase in enumerate(book.phases, 1):
        yield from _phase(number, phase)


def _phase(number: int, phase: Phase) -> Iterator[str]:
    yield from (f"## {number}. {phase.title}", "", phase.text, "")
    for step in phase.steps:
        yield from _step(step)


def _step(step: Step) -> Iterator[str]:
    when = f"{_time(step.at)} " if step.at is not None else ""
    took = "" if step.minutes <= 1 else f" ({_spoken(step.minutes)})"
    yield from (f"### {when}{step.title}{took}", "")
    if step.text:
        yield from (step.text, "")
    if step.commands:
        yield from _block(chained(step.commands))
    if step.good:
        yield from (f"Good: {step.good}", "")


def _block(commands: tuple[str, ...]) -> tuple[str, ...]:
    return ("```bash", *commands, "```", "")


def _time(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), _HOUR)
    return f"T{sign}{hours}:{rest:02d}"


def _spoken(minutes: int) -> str:
    if minutes < 2 * _HOUR:
        return f"{minutes} min"
    return f"{minutes / _HOUR:g} h" if minutes % _HOUR == 0 else f"{minutes // _HOUR} h {minutes % _HOUR} min"


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "-"
