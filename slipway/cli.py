"""The command `slipway`: what each command does with its arguments, and how it ends.

Longer than 300 lines because every command stands here with its options; what it does stands elsewhere.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from slipway.asked import plans
from slipway.errors import SlipwayError, UsageError
from slipway.exit_codes import FAILED, FINDINGS
from slipway.options import (
    PARALLEL,
    All,
    Answers,
    Approvals,
    Approve,
    AsJson,
    BucketEndpoint,
    BucketName,
    BucketRegion,
    CacheControl,
    CrashAt,
    DataGib,
    Deleting,
    DryRun,
    From,
    ImportFile,
    Junit,
    KeepNames,
    KeyPrefix,
    Logs,
    MarkdownFile,
    Named,
    NewStack,
    NoPolicyPack,
    OldProject,
    OldStack,
    Out,
    Parallel,
    ProjectFolder,
    ReadBack,
    Regions,
    Replacing,
    Repository,
    RuleName,
    Sarif,
    SchemaKind,
    SchemaOf,
    Simulated,
    Snapshot,
    Stack,
    Stacks,
    States,
    Tags,
    Timeout,
    UploadsFolder,
    WithReach,
)
from slipway.recording import BESIDE_AN_ENGINE, PATIENCE
from slipway.system_errors import explained
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

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Plan and judge a Pulumi stack before anyone owns an account.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def plan(  # noqa: PLR0913 - one parameter per option of the command
    stacks: Stacks = None, *, every: All = False, project: ProjectFolder = None, answers: Answers = None,
    as_json: AsJson = False, timeout: Timeout = PATIENCE,
) -> None:  # fmt: skip
    """What `pulumi up` would create, offline: resources as a tree, findings, outputs.

    Exit codes: 0 clean, 1 the program failed, 2 a bad stack file or usage, 3 mandatory findings.
    """
    planned = plans(stacks or [], every=every, project=project, answers=answers, timeout=timeout)
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
    if sarif or junit:
        from slipway.report.findings_files import check_files  # noqa: PLC0415 - only where it is asked for

        check_files(sarif, junit)
    planned = plans(stacks or [], every=every, project=project, answers=answers, timeout=timeout)
    if sarif or junit:
        from slipway.project import Project  # noqa: PLC0415
        from slipway.report.findings_files import write_findings  # noqa: PLC0415

        write_findings(planned, Project.find(project or Path.cwd()), sarif, junit)
    if as_json:
        _print_json([_checked(one, with_reach=with_reach) for one in planned])
    else:
        from slipway.report.plan_text import print_findings  # noqa: PLC0415 - only where a person reads

        for one in planned:
            print_findings(stdout(), one.plan, one.findings, one.excepted)
            if with_reach:
                from slipway.report.reach_text import print_reach  # noqa: PLC0415 - only where it is asked for

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
    from slipway.render.files import left_over, seen_from, write_files  # noqa: PLC0415
    from slipway.render.rendering import rendering  # noqa: PLC0415
    from slipway.settings import has_settings, settings_of  # noqa: PLC0415

    (planned,) = plans([stack], every=False, project=project, answers=answers, timeout=timeout)
    found = Project.find(project or Path.cwd())
    settings = settings_of(found, stack).stack if has_settings(found) else None
    made = rendering(planned.plan, settings, seen_from(out, found.directory))
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
    logs: Logs = None, crash_at: CrashAt = None, no_policy_pack: NoPolicyPack = False, ref: From = None,
    approve: Approve = None, approvals: Approvals = None, timeout: Timeout = BESIDE_AN_ENGINE,
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
    points = creation_numbers(crash_at)
    order = Order(
        project=found, stack=stack, answers=answers, logs=logs, crash_at=points, judged=not no_policy_pack,
        timeout=timeout,
    )  # fmt: skip
    if ref is None:
        raise typer.Exit(whole_life(order, as_json=as_json))
    raise typer.Exit(upgrade(order, ref, approve or (), approvals, as_json=as_json))


@app.command()
def orphans(  # noqa: PLR0913 - one parameter per option of the command
    stack: Stack, *, project: ProjectFolder = None, answers: Answers = None, state: States = None,
    region: Regions = None, tag: Tags = None, import_file: ImportFile = None, resource: Named = None,
    keep_names: KeepNames = None, simulated: Simulated = None, as_json: AsJson = False, timeout: Timeout = PATIENCE,
) -> None:  # fmt: skip
    """What AWS holds with a stack's tags and no state records, and how to take it over or delete it. Deletes nothing.

    Exit codes: 0 none, 1 the program, pulumi or AWS failed, 2 a bad stack file or usage, 3 there are orphans.
    """
    from slipway.orphans.command import Look  # noqa: PLC0415 - not needed for `--help`
    from slipway.orphans.run import Wanted, pairs, run  # noqa: PLC0415
    from slipway.project import Project  # noqa: PLC0415

    (planned,) = plans([stack], every=False, project=project, answers=answers, timeout=timeout, quiet=True)
    look = Look(
        project=Project.find(project or Path.cwd()), plan=planned.plan, states=state or (), regions=region or (),
        tags=pairs(tag or ()), simulated=simulated, answers=answers,
    )  # fmt: skip
    document = run(look, Wanted(import_file, tuple(resource or ()), keep_names), as_text=not as_json)
    if as_json:
        _print_json([document])
    if document.get("orphans"):
        raise typer.Exit(FINDINGS)


@app.command()
def move(  # noqa: PLR0913 - one parameter per option of the command
    source: OldStack, target: NewStack, *, project: ProjectFolder = None, old_project: OldProject = None,
    answers: Answers = None, data_gib: DataGib = None, markdown: MarkdownFile = None, as_json: AsJson = False,
    timeout: Timeout = PATIENCE,
) -> None:  # fmt: skip
    """The runbook for a move from one stack to another of the same application, as Markdown. It does nothing itself.

    Exit codes: 0 the runbook is made, 1 a program failed, 2 bad usage, a bad stack file, or no such move.
    """
    from slipway.files import write  # noqa: PLC0415 - not needed for `--help`
    from slipway.move.command import Asked, made  # noqa: PLC0415
    from slipway.report.move_text import markdown as text_of  # noqa: PLC0415

    if markdown is not None and markdown.is_dir():
        raise UsageError(f"--markdown: given {str(markdown)!r}, which is a folder. Give the name of a file.")
    asked = Asked(
        source=source, target=target, project=project, old_project=old_project, answers=answers, gib=data_gib,
        timeout=timeout,
    )  # fmt: skip
    book = made(asked)
    if markdown is not None:
        write(markdown, text_of(book))
    if as_json:
        _print_json([book.to_json()])
    elif markdown is None:
        write_result(text_of(book))


@app.command()
def drill(
    stack: Stack, *, project: ProjectFolder = None, repository: Repository = None, snapshot: Snapshot = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Restore a single server's newest backup into a scratch place here, and compare it with what the server had.

    It reads RESTIC_PASSWORD, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where litestream copies, AGE_IDENTITY, and
    asks nothing of the server.

    Exit codes: 0 all of it came back, 1 something did not, 2 a bad stack file or usage.
    """
    from slipway.drill.command import drill as tried  # noqa: PLC0415 - not needed for `--help`
    from slipway.drill.command import wanted  # noqa: PLC0415
    from slipway.project import Project  # noqa: PLC0415

    found = Project.find(project or Path.cwd())
    found.config(stack)
    outcome = tried(wanted(found, stack, repository, snapshot))
    if as_json:
        _print_json([outcome.to_json()])
    else:
        from slipway.report.drill_text import print_drill  # noqa: PLC0415 - only where a person reads

        print_drill(stdout(), outcome)
    if not outcome.equal:
        raise typer.Exit(FAILED)


@app.command()
def uploads(  # noqa: PLR0913 - one parameter per option of the command
    stack: Stack, folder: UploadsFolder, *, project: ProjectFolder = None, bucket: BucketName = None,
    endpoint: BucketEndpoint = None, region: BucketRegion = None, prefix: KeyPrefix = "",
    cache_control: CacheControl = None, parallel: Parallel = PARALLEL, replace: Replacing = False,
    delete: Deleting = False, read_back: ReadBack = False, dry_run: DryRun = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Copy a folder of uploaded files into the stack's bucket: only what is missing or differs, by SHA-256.

    When it was ended, by whatever, run it again: it goes on. Nothing is deleted but with --delete. Credentials come
    from the environment, as AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

    Exit codes: 0 the bucket has all of it, 1 it has not, 2 a bad stack file or usage, 130 interrupted.
    """
    from slipway.project import Project  # noqa: PLC0415 - not needed for `--help`
    from slipway.report.uploads_text import print_uploads, progress  # noqa: PLC0415
    from slipway.uploads.command import Order, copy, deployed_bucket  # noqa: PLC0415
    from slipway.uploads.folder import demand_folder  # noqa: PLC0415
    from slipway.uploads.place import Given, key_prefix, place  # noqa: PLC0415

    found = Project.find(project or Path.cwd())
    found.config(stack)
    demand_folder(folder)  # before the deployed stack is asked, which takes a while
    order = Order(
        stack=stack, folder=folder, prefix=key_prefix(prefix), cache_control=cache_control, parallel=parallel,
        place=place(found, stack, Given(bucket, endpoint, region), lambda: deployed_bucket(found, stack)),
        replace=replace, delete=delete, read_back=read_back, dry_run=dry_run,
    )  # fmt: skip
    with progress(stderr()) as heard:
        outcome = copy(order, heard)
    if as_json:
        _print_json([outcome.to_json()])
    else:
        print_uploads(stdout(), outcome)
    if not outcome.complete:
        raise typer.Exit(FAILED)


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
        told = SlipwayError(explained(error))
        discard_output()
        report_error(told)
        sys.exit(SlipwayError.exit_code)


def _checked(one: Planned, *, with_reach: bool) -> dict[str, Any]:  # Any: JSON
    names = ("project", "stack", "findings", "excepted")
    shown: dict[str, Any] = {key: one.document[key] for key in names if key in one.document}
    if with_reach:
        from slipway.report.reach_text import reach_document  # noqa: PLC0415 - only where it is asked for

        shown["reach"] = reach_document(one.plan)
    return shown


def _print_json(documents: list[dict[str, Any]]) -> None:
    from plan.codec import write_json  # noqa: PLC0415 - not needed for `--help`

    write_result(write_json(documents[0] if len(documents) == 1 else documents) + "\n")


def _end(planned: Sequence[Planned]) -> None:
    if any(finding.level == "mandatory" for one in planned for finding in one.findings):
        raise typer.Exit(FINDINGS)
