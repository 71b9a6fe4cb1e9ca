"""Rules as text for a person: one with its reasons, all as a table, and the page of the documentation."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from policies.catalogue import RULES
from slipway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from policies.rule import Rule


def rule_of(name: str, rules: Sequence[Rule] = RULES) -> Rule:
    """The rule of that id. Raises `UsageError` where there is none."""
    for rule in rules:
        if rule.id == name:
            return rule
    near = get_close_matches(name, [rule.id for rule in rules], n=3)
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    raise UsageError(f"{name!r}: there is no such rule; {meant}`slipway explain` lists all of them.")


def print_rule(console: Console, rule: Rule) -> None:
    """What a rule demands, why, and what to do."""
    console.print(Text.assemble((rule.id, "bold"), f"  {rule.title}"))
    console.print(f"  {rule.severity}, {rule.level}; {', '.join(rule.clouds)}; {'; '.join(rule.references)}")
    console.print(Text(f"  Why: {rule.rationale}"))
    console.print(Text(f"  To do: {rule.remedy}"))


def rules_table(rules: Sequence[Rule] = RULES) -> Table:
    """All rules, a line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("rule", "severity", "level", "demand"):
        table.add_column(heading, no_wrap=heading != "demand")
    for rule in rules:
        table.add_row(rule.id, rule.severity, rule.level, Text(rule.title))
    return table


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule as `--json` prints it."""
    return {
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "level": rule.level,
        "clouds": list(rule.clouds),
        "references": list(rule.references),
        "rationale": rule.rationale,
        "remedy": rule.remedy,
    }


def rules_page(rules: Sequence[Rule] = RULES) -> str:
    """All rules as a page of Markdown."""
    mandatory = sum(rule.level == "mandatory" for rule in rules)
    head = (
        "# All rules\n\n"
        "<!-- written by `make refresh`; change the rules in policies/ instead -->\n\n"
        f"{len(rules)} rules, {mandatory} of them mandatory. [Policies](policies.md) says how they are judged, and "
        "`slipway explain RULE` prints one.\n\n"
        "| rule | demand | severity | level | clouds |\n|---|---|---|---|---|\n"
    )
    rows = "".join(
        f"| [`{rule.id}`](#{rule.id}) | {rule.title} | {rule.severity} | {rule.level} | {', '.join(rule.clouds)} |\n"
        for rule in rules
    )
    return head + rows + "".join(_section(rule) for rule in rules)


def _section(rule: Rule) -> str:
    return (
        f"\n## {rule.id}\n\n**{rule.title}.** {rule.severity.capitalize()}, {rule.level}; "
        f"{', '.join(rule.clouds)}.\n\nWhy: {rule.rationale}\n\nTo do: {rule.remedy}\n\n"
        f"References: {'; '.join(rule.references)}.\n"
    )
