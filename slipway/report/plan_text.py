"""A plan and its findings as text for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from slipway.report.tree import outputs_text, plan_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from plan.model import Plan
    from policies.exceptions import Excepted
    from policies.finding import Finding

_STYLES = {"mandatory": "bold red", "advisory": "yellow"}


def print_plan(console: Console, plan: Plan, findings: Sequence[Finding], excepted: Sequence[Excepted]) -> None:
    """The resources as a tree, then outputs, then findings and what is excepted."""
    console.print(plan_tree(plan))
    if plan.outputs:
        console.print(Text("Outputs", style="bold"))
        for line in outputs_text(plan):
            console.print(line)
    print_findings(console, plan, findings, excepted)


def print_findings(console: Console, plan: Plan, findings: Sequence[Finding], excepted: Sequence[Excepted]) -> None:
    """Each finding with its remedy, or one line that there is none; then what is excepted, until when and by whom."""
    if findings:
        _print_each(console, plan, findings)
    else:
        but = " but for what is excepted" if excepted else ""
        console.print(Text.assemble(("Findings", "bold"), f"  none: {plan.stack} passes every rule{but}"))
    if excepted:
        console.print(Text.assemble(("Exceptions", "bold"), f"  {len(excepted)} in {plan.stack}"))
    for each in excepted:
        until = f"until {each.exception.expires}, {each.exception.owner}: {each.exception.reason}"
        console.print(Text.assemble("  ", (f"accepted {each.finding.status}", "yellow"), f"  {each.finding.rule}"))
        console.print(Text(f"    {each.finding.urn}", style="dim"))
        console.print(Text(f"    {each.finding.message}"))
        console.print(Text(f"    Accepted {until}"))


def _print_each(console: Console, plan: Plan, findings: Sequence[Finding]) -> None:
    console.print(Text.assemble(("Findings", "bold"), f"  {len(findings)} in {plan.stack}"))
    for finding in findings:
        style = _STYLES.get(finding.level, "")
        console.print(
            Text.assemble("  ", (f"{finding.level} {finding.status}", style), f"  {finding.rule} ({finding.severity})")
        )
        console.print(Text(f"    {finding.urn}", style="dim"))
        console.print(Text(f"    {finding.message}"))
        console.print(Text(f"    To do: {finding.remedy}"))
