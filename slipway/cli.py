"""The command `slipway`: the arguments of every command, and how it ends."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.errors import SlipwayError, UsageError
from slipway.recording import PATIENCE, Child
from slipway.terminal import (
    accept_any_text,
    discard_output,
    report_error,
    report_output,
    stderr,
    stdout,
    write_result,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.planning import Planned
    from slipway.project import Project

FINDINGS = 3  # exit code: mandatory findings
_UNNAMED = "dev"  # a project without stack files may be planned under any name

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Plan and judge a Pulumi stack before anyone owns an account.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Stacks = Annotated[
    list[str] | None,
    typer.Argument(metavar="STACK", help="Stacks of the project; its only one where it has one.", show_default=False),
]
Stack = Annotated[str, typer.Argument(metavar="STACK", help="A stack of the project.", show_default=False)]
All = Annotated[bool, typer.Option("--all", help="Every stack that has a file.", show_default=False)]
ProjectFolder = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="Any Pulumi project in Python; this folder's where not given."),
]
Answers = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FILE", help="Results of look-ups, as YAML or JSON (docs/answers.md)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON alone on standard output.", show_default=False)]
WithReach = Annotated[
    bool, typer.Option("--reach", help="Also who can reach whom, and by which path.", show_default=False)
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write; other files there are left alone.")]
Logs = Annotated[
    Path | None,
    typer.Option("--logs", metavar="DIR", help="Where the logs go; else .cache/rehearsals/STACK of the project."),
]
CrashAt = Annotated[
    str | None,
    typer.Option("--crash-at", metavar="N[,N…]", help="After which creations the provider dies; else one is chosen."),
]
Sarif = Annotated[
    Path | None,
    typer.Option("--sarif", metavar="FILE", help="Also write the findings as SARIF 2.1.0, for code hosts."),
]
Junit = Annotated[
    Path | None,
    typer.Option("--junit", metavar="FILE", help="Also write the findings as JUnit XML, for build servers."),
]
RuleName = Annotated[
    str | None,
    typer.Argument(metavar="[RULE]", help="The id of a rule; all rules where not given.", show_default=False),
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="REF", help="The upgrade from this git revision instead (docs/upgrades.md)."),
]
Approve = Annotated[
    list[str] | None,
    typer.Option("--approve", metavar="URN", help="With --from: the loss of this resource's data is wanted."),
]
Approvals = Annotated[
    Path | None,
    typer.Option(
        "--approvals",
        metavar="FILE",
        help="With --from: the same, one URN per line; else approvals/STACK.txt beside the stack files.",
    ),
]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=1.0, help="How long a program may take to plan.")
]


class SchemaKind(enum.StrEnum):
    """What a schema describes."""

    stack = "stack"
    application = "application"


SchemaOf = Annotated[SchemaKind, typer.Argument(metavar="[stack|application]", help="What the schema describes.")]


@app.command()
def plan(  # noqa: PLR0913 - one parameter per option of the command
    stacks: Stacks = None, *, every: All = False, project: ProjectFolder = None, answers: Answers = None,
    as_json: AsJson = False, timeout: Timeout = PATIENCE,
) -> None:  # fmt: skip
    """What `pulumi up` would create, offline: resources as a tree, findings, outputs.

    Exit codes: 0 clean, 1 the program failed, 2 a bad stack file or usage, 3 mandatory findings.
    """
    planned = _planned(stacks or [], every=every, project=project, answers=answers, timeout=timeout)
    if as_json:
        _print_json([one.document for one in planned])
    else:
        from slipway.report.plan_text import print_plan  # noqa: PLC0415 - only where a person reads

        for one in planned:
            print_plan(stdout(), one.plan, one.findings, one.excepted)
    _end(planned)


@app.command()
def check(  # noqa: PLR0913 - one parameter per option of the command
    stacks: Stacks = None, *, every: All = False, project: ProjectFolder = None, answers: Answers = None,
    as_json: AsJson = False, sarif: Sarif = None, junit: Junit = None, with_reach: WithReach = False,
    timeout: Timeout = PATIENCE,
) -> None:  # fmt: skip
    """What the rules find in a stack's plan, offline.

    Exit codes: 0 clean, 1 the program failed, 2 a bad stack file or usage, 3 mandatory findings.
    """
    planned = _planned(stacks or [], every=every, project=project, answers=answers, timeout=timeout)
    if sarif is not None:
        from slipway.report.sarif import sarif as as_sarif  # noqa: PLC0415 - only where it is asked for

        _write(sarif, as_sarif(planned, _stack_files(project, planned)))
    if junit is not None:
        from slipway.report.junit import junit as as_junit  # noqa: PLC0415 - only where it is asked for

        _write(junit, as_junit(planned))
    if as_json:
        _print_json([_checked(one, with_reach=with_reach) for one in planned])
    else:
        from slipway.report.plan_text import print_findings  # noqa: PLC0415 - only where a person reads
        from slipway.report.reach_text import print_reach  # noqa: PLC0415

        for one in planned:
            print_findings(stdout(), one.plan, one.findings, one.excepted)
            if with_reach:
                print_reach(stdout(), one.plan)
    _end(planned)


@app.command()
def explain(rule: RuleName = None, *, as_json: AsJson = False) -> None:
    """What a rule demands, why, and what to do where it is broken; all rules where none is named."""
    from policies.catalogue import RULES  # noqa: PLC0415 - not needed for `--help`
    from slipway.report.rules_text import print_rule, rule_json, rule_of, rules_table  # noqa: PLC0415

    if rule is not None:
        found = rule_of(rule)
        if as_json:
            _print_json([rule_json(found)])
        else:
            print_rule(stdout(), found)
    elif as_json:
        _print_json([{"rules": [rule_json(each) for each in RULES]}])
    else:
        stdout().print(rules_table())


@app.command()
def config(stack: Stack, *, project: ProjectFolder = None, as_json: AsJson = False) -> None:
    """The effective settings of a stack, with file and line of each."""
    from slipway.project import Project  # noqa: PLC0415 - not needed for `--help`
    from slipway.report.settings_text import origin, settings_table  # noqa: PLC0415
    from slipway.settings import settings_of  # noqa: PLC0415

    found = Project.find(project or Path.cwd())
    found.config(stack)
    effective = settings_of(found, stack)
    if as_json:
        settings = [{"path": list(each.path), "value": each.value, "from": origin(each)} for each in effective.settings]
        _print_json([{"stack": stack, "settings": settings}])
    else:
        stdout().print(settings_table(effective))


@app.command()
def schema(of: SchemaOf = SchemaKind.stack) -> None:
    """The JSON schema of a stack file's settings, or of an application's file, for editors."""
    from config.schema import application_schema, stack_schema  # noqa: PLC0415

    _print_json([stack_schema() if of is SchemaKind.stack else application_schema()])


@app.command()
def render(  # noqa: PLR0913 - one parameter per option of the command
    stack: Stack, *, out: Out, project: ProjectFolder = None, answers: Answers = None, as_json: AsJson = False,
    timeout: Timeout = PATIENCE,
) -> None:  # fmt: skip
    """Every file that a stack puts on its machines, and what deploying it takes.

    Exit codes: 0 clean, 1 the program failed, 2 a bad stack file or usage.
    """
    from slipway.project import Project  # noqa: PLC0415 - not needed for `--help`
    from slipway.render.files import left_over, write_files  # noqa: PLC0415
    from slipway.render.rendering import rendering  # noqa: PLC0415
    from slipway.settings import has_settings, settings_of  # noqa: PLC0415

    (planned,) = _planned([stack], every=False, project=project, answers=answers, timeout=timeout)
    found = Project.find(project or Path.cwd())
    made = rendering(planned.plan, settings_of(found, stack).stack if has_settings(found) else None)
    write_files(out, made.files)
    old = [
        f"{file}: this rendering has no such file; remove it if an earlier one left it."
        for file in left_over(out, made.files)
    ]
    for note in (*made.notes, *old):
        stderr().print(f"note: {stack}: {note}", style="yellow")
    if as_json:
        _print_json([{"files": [file.to_json() for file in made.files]}])
    else:
        for file in made.files:
            stdout().print(f"{out / file.path}", markup=False)


@app.command()
def rehearse(  # noqa: PLR0913 - one parameter per option of the command
    stack: Stack, *, project: ProjectFolder = None, answers: Answers = None, as_json: AsJson = False,
    logs: Logs = None, crash_at: CrashAt = None, ref: From = None, approve: Approve = None,
    approvals: Approvals = None,
) -> None:  # fmt: skip
    """The whole life of a stack on the real engine, in a simulated cloud: no account is touched.

    Preview, deployment, drift, an update, a release, a change that would replace data, crashes and the way back from
    them, and the end. With --from: deployed by an older revision, then upgraded to this tree. Needs the Pulumi CLI
    (tools/install-pulumi).

    Exit codes: 0 every step passed, 1 a step failed, 2 a bad stack file or usage, 3 mandatory findings, 5 an upgrade
    endangers data without approval, 130 interrupted.
    """
    from slipway.project import Project  # noqa: PLC0415 - not needed for `--help`
    from slipway.rehearsal.command import creation_numbers, upgrade, whole_life  # noqa: PLC0415
    from slipway.rehearsal.order import Order  # noqa: PLC0415

    if ref is None and (approve or approvals):
        raise UsageError("--approve, --approvals: only with --from REF; without it a rehearsal loses no data.")
    found = Project.find(project or Path.cwd())
    order = Order(project=found, stack=stack, answers=answers, logs=logs, crash_at=creation_numbers(crash_at))
    if ref is None:
        raise typer.Exit(whole_life(order, as_json=as_json))
    raise typer.Exit(upgrade(order, ref, approve or (), approvals, as_json=as_json))


def main() -> None:
    """Run the command; whatever goes wrong ends with a message and its exit code."""
    accept_any_text()
    try:
        app()
    except SlipwayError as error:
        report_output("printed by the program before it failed:", error.output)
        report_error(error)
        sys.exit(error.exit_code)
    except OSError as error:
        discard_output()
        report_error(SlipwayError(f"{error.filename or 'standard output'}: {error.strerror}."))
        sys.exit(SlipwayError.exit_code)


def _planned(
    names: list[str], *, every: bool, project: Path | None, answers: Path | None, timeout: float
) -> list[Planned]:
    from slipway.answers import read_answers  # noqa: PLC0415 - not needed for `--help`
    from slipway.project import Project  # noqa: PLC0415

    found = Project.find(project or Path.cwd())
    with Child(found.python) as first:  # imports Pulumi while the rest of the command loads
        from slipway.planning import Order, plan_stacks  # noqa: PLC0415

        chosen = _chosen(found, names, every=every)
        planned = plan_stacks(Order(found, read_answers(answers) if answers else {}, timeout), chosen, first)
    for one in planned:
        report_output(f"printed by the program of {one.plan.stack}:", one.output)
        for log in one.plan.logs:
            stderr().print(f"{log.severity}: {one.plan.stack}: {log.message}", style="yellow")
        for notice in one.plan.notices:
            stderr().print(f"note: {one.plan.stack}: {notice.message}", style="yellow")
    return planned


def _chosen(project: Project, names: Sequence[str], *, every: bool) -> list[str]:
    """The stacks that are meant. Raises `UsageError` where that is not clear."""
    known = project.stacks()
    if every:
        if names:
            raise UsageError("give either stack names or --all, not both.")
        if not known:
            raise UsageError(f"{project.config_directory}: no stack file here, so --all means nothing.")
        return known
    if names:
        return list(dict.fromkeys(names))
    if len(known) > 1:
        raise UsageError(f"name a stack, or give --all. Stacks here: {', '.join(known)}.")
    return known or [_UNNAMED]


def _numbers(given: str | None) -> tuple[int, ...]:
    """The creations that `--crash-at` names, in growing order. Raises `UsageError` for what is no number from 1."""
    parts = [part.strip() for part in given.split(",")] if given is not None else []
    wrong = next((part for part in parts if not part.isdecimal() or int(part) < 1), None)
    if wrong is not None:
        raise UsageError(f"--crash-at: given {wrong!r}; numbers from 1 are wanted, as in --crash-at 5,40.")
    return tuple(sorted({int(part) for part in parts}))


def _checked(one: Planned, *, with_reach: bool) -> dict[str, Any]:  # Any: JSON
    names = ("project", "stack", "findings", "excepted")
    shown: dict[str, Any] = {key: one.document[key] for key in names if key in one.document}
    if with_reach:
        from slipway.report.reach_text import reach_document  # noqa: PLC0415 - only where it is asked for

        shown["reach"] = reach_document(one.plan)
    return shown


def _stack_files(folder: Path | None, planned: Sequence[Planned]) -> dict[str, str]:
    """Each stack's file relative to its project; the project's own where a stack has none."""
    from slipway.project import Project  # noqa: PLC0415 - not needed for `--help`

    found = Project.find(folder or Path.cwd())
    files = {one.plan.stack: found.stack_file(one.plan.stack) for one in planned}
    return {
        stack: file.relative_to(found.directory).as_posix() if file.is_relative_to(found.directory) and file.is_file()
        else "Pulumi.yaml"
        for stack, file in files.items()
    }  # fmt: skip


def _write(file: Path, text: str) -> None:
    from slipway.engine.files import write  # noqa: PLC0415 - not needed for `--help`

    write(file, text)


def _print_json(documents: list[dict[str, Any]]) -> None:
    from plan.codec import write_json  # noqa: PLC0415 - not needed for `--help`

    write_result(write_json(documents[0] if len(documents) == 1 else documents) + "\n")


def _end(planned: Sequence[Planned]) -> None:
    if any(finding.level == "mandatory" for one in planned for finding in one.findings):
        raise typer.Exit(FINDINGS)
