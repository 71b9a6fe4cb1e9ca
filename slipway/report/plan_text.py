"""A plan and its findings as text for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from slipway.report.tree import outputs_text, plan_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from plan.model import Plan
    from policies.finding import Finding

_STYLES = {"mandatory": "bold red", "advisory": "yellow"}


def print_plan(console: Console, plan: Plan, findings: Sequence[Finding]) -> None:
    """The resources as a tree, then outputs, then findings."""
    console.print(plan_tree(plan))
    if plan.outputs:
        console.print(Text("Outputs", style="bold"))
        for line in outputs_text(plan):
            console.print(line)
    print_findings(console, plan, findings)


def print_findings(console: Console, plan: Plan, findings: Sequence[Finding]) -> None:
    """Each finding with its remedy, or one line that there is none."""
    if not findings:
        console.print(Text.assemble(("Findings", "bold"), f"  none: {plan.stack} passes every rule"))
        return
    console.print(Text.assemble(("Findings", "bold"), f"  {len(findings)} in {plan.stack}"))
    for finding in findings:
        style = _STYLES.get(finding.level, "")
        console.print(
            Text.assemble("  ", (f"{finding.level} {finding.status}", style), f"  {finding.rule} ({finding.severity})")
        )
        console.print(Text(f"    {finding.urn}", style="dim"))
        console.print(Text(f"    {finding.message}"))
        console.print(Text(f"    To do: {finding.remedy}"))
