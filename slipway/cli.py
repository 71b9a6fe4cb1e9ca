"""The command `slipway`: the arguments of every command, and how it ends."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.errors import SlipwayError, UsageError
from slipway.terminal import report_error, report_output, stderr, stdout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.planning import Order, Planned

FINDINGS = 3  # exit code: mandatory findings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Plan, judge and rehearse a Pulumi stack before anyone owns an account.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Stacks = Annotated[
    list[str] | None, typer.Argument(metavar="[STACK]...", help="Stacks of the project; its only one where it has one.")
]
All = Annotated[bool, typer.Option("--all", help="Every stack that has a file.")]
ProjectFolder = Annotated[
    Path | None, typer.Option("--project", metavar="DIR", help="A Pulumi project in Python; this one where not given.")
]
Answers = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FILE", help="Results of look-ups, as YAML or JSON (docs/answers.md)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON alone on standard output.")]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=1.0, help="How long a program may take to plan.")
]
_DEFAULT_TIMEOUT = 60.0


@app.command()
def plan(
    stacks: Stacks = None, *, every: All = False, project: ProjectFolder = None, answers: Answers = None,
    as_json: AsJson = False, timeout: Timeout = _DEFAULT_TIMEOUT,
) -> None:  # fmt: skip
    """What `pulumi up` would create, offline: resources as a tree, findings, outputs.

    Exit codes: 0 clean, 1 the program failed, 2 a bad stack file, 3 mandatory findings.
    """
    planned = _planned(stacks or [], every=every, project=project, answers=answers, timeout=timeout)
    judged = [(one, _findings(one)) for one in planned]
    if as_json:
        _print_json(
            [{**one.document, "findings": [each.to_json() for each in found], "cost": None} for one, found in judged]
        )
    else:
        from slipway.report.plan_text import print_plan  # noqa: PLC0415 - only where a person reads

        for one, found in judged:
            print_plan(stdout(), one.plan, found)
    _end([found for _, found in judged])


@app.command()
def check(
    stacks: Stacks = None, *, every: All = False, project: ProjectFolder = None, answers: Answers = None,
    as_json: AsJson = False, timeout: Timeout = _DEFAULT_TIMEOUT,
) -> None:  # fmt: skip
    """The findings of all rules on a stack's plan, offline.

    Exit codes: 0 clean, 1 the program failed, 2 a bad stack file, 3 mandatory findings.
    """
    planned = _planned(stacks or [], every=every, project=project, answers=answers, timeout=timeout)
    judged = [(one, _findings(one)) for one in planned]
    if as_json:
        _print_json(
            [{"project": one.plan.project, "stack": one.plan.stack, "findings": [each.to_json() for each in found]}
             for one, found in judged]
        )  # fmt: skip
    else:
        from slipway.report.plan_text import print_findings  # noqa: PLC0415 - only where a person reads

        for one, found in judged:
            print_findings(stdout(), one.plan, found)
    _end([found for _, found in judged])


def main() -> None:
    """Run the command; whatever goes wrong ends with a message and its exit code."""
    try:
        app()
    except SlipwayError as error:
        report_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        stderr().print("interrupted")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left: nobody to tell
        sys.exit(0)


def _planned(
    names: list[str], *, every: bool, project: Path | None, answers: Path | None, timeout: float
) -> list[Planned]:
    from slipway.planning import plan_stacks  # noqa: PLC0415 - imports what `--help` does not need

    order = _order(project, answers, timeout)
    planned = plan_stacks(order, _chosen(order, names, every=every))
    for one in planned:
        report_output(one.plan.stack, one.output)
        for notice in one.plan.notices:
            stderr().print(f"note: {one.plan.stack}: {notice.message}", style="yellow", markup=False)
    return planned


def _order(project: Path | None, answers: Path | None, timeout: float) -> Order:
    from slipway.planning import Order  # noqa: PLC0415
    from slipway.project import Project, read_answers  # noqa: PLC0415

    return Order(Project.find(project or Path.cwd()), read_answers(answers) if answers else {}, timeout)


def _chosen(order: Order, names: Sequence[str], *, every: bool) -> list[str]:
    """The stacks that are meant. Raises `UsageError` where that is not clear."""
    known = order.project.stacks()
    if every:
        if names:
            raise UsageError("give either stack names or --all, not both.")
        if not known:
            raise UsageError(f"{order.project.config_directory}: no stack file here, so --all means nothing.")
        return known
    if names:
        return list(dict.fromkeys(names))
    if len(known) > 1:
        raise UsageError(f"name a stack, or give --all. Stacks here: {', '.join(known)}.")
    return known or ["dev"]


def _findings(planned: Planned) -> Sequence[Any]:
    from policies.judge import judge  # noqa: PLC0415

    return judge(planned.plan)


def _print_json(documents: list[dict[str, Any]]) -> None:
    shown = documents[0] if len(documents) == 1 else documents
    sys.stdout.write(json.dumps(shown, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def _end(found: Sequence[Sequence[Any]]) -> None:
    if any(each.level == "mandatory" for findings in found for each in findings):
        raise typer.Exit(FINDINGS)
