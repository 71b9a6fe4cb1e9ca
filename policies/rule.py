"""What a rule is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.finding import Finding, Level, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from plan.graph import Graph


@dataclass(frozen=True, slots=True)
class Rule:
    """A demand on every plan.

    `references` are where the demand comes from. `rationale` says what goes wrong without it, `remedy` what to do.
    `judge` reads inputs only and yields a verdict for each resource that does not pass.
    `hidden_in_preview` says which whole documents it reads: the engine's preview hides them as soon as one address in
    them is unknown. There what it cannot prove is told and does not stop; offline, and once all is known, it does.
    Empty where a preview shows what the rule needs, also of what is deployed already.
    """

    id: str
    title: str
    severity: Severity
    level: Level
    clouds: tuple[str, ...]
    references: tuple[str, ...]
    rationale: str
    remedy: str
    judge: Callable[[Graph], Iterable[Verdict]]
    hidden_in_preview: str = ""

    def findings(self, graph: Graph) -> Iterator[Finding]:
        """The rule's findings on a plan. A rule that breaks has proven nothing: that is a finding, not an error."""
        try:
            yield from [self._finding(verdict) for verdict in self.judge(graph)]
        except Exception as error:  # noqa: BLE001 - whatever breaks, the plan must not pass because of it
            what = f"{type(error).__name__}: {error}"
            message = f"the rule {self.id} could not judge this plan ({what})."
            yield self._finding(Verdict("unproven", graph.stack_urn, message, "Report this: it is Slipway's mistake."))

    def _finding(self, verdict: Verdict) -> Finding:
        return Finding(
            rule=self.id,
            level=self.level,
            severity=self.severity,
            status=verdict.status,
            urn=verdict.urn,
            message=verdict.message,
            remedy=verdict.remedy or self.remedy,
        )
