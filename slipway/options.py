"""The arguments and options of all commands, each with its one meaning."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

PARALLEL = 16
"""Files that are under way at once where nobody says otherwise."""


class SchemaKind(enum.StrEnum):
    """What a schema describes."""

    stack = "stack"
    application = "application"


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
NoPolicyPack = Annotated[
    bool,
    typer.Option(
        "--no-policy-pack", help="Ask no rules, for a project that does not answer to them. With --from none is asked."
    ),
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


States = Annotated[
    list[Path] | None,
    typer.Option("--state", metavar="FILE", help="An exported state, in place of the backend; may be given again."),
]
Regions = Annotated[list[str] | None, typer.Option("--region", metavar="REGION", help="One more region to look in.")]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="KEY=VALUE", help="What marks the stack's resources, if not its own."),
]
ImportFile = Annotated[
    Path | None,
    typer.Option("--import", metavar="FILE", help="Write a file for `pulumi import --file` that takes over."),
]
Named = Annotated[
    list[str] | None,
    typer.Option("--resource", metavar="TYPE::NAME=ID", help="One more to take over, with its place in the program."),
]
KeepNames = Annotated[
    Path | None, typer.Option("--keep-names", metavar="FILE", help="After the import of FILE: keep automatic names.")
]
Simulated = Annotated[
    Path | None,
    typer.Option("--simulated", metavar="DIR", help="Ask the simulated cloud of this folder, and no account."),
]
Repository = Annotated[
    str | None,
    typer.Option(
        "--repository", metavar="PLACE", help="Where the backups lie, by restic's word; else topology.backups has it."
    ),
]
Snapshot = Annotated[
    str | None, typer.Option("--snapshot", metavar="ID", help="This backup, by the first of its id; else the newest.")
]
SchemaOf = Annotated[SchemaKind, typer.Argument(metavar="[stack|application]", help="What the schema describes.")]

OldStack = Annotated[str, typer.Argument(metavar="FROM", help="The stack that serves now.", show_default=False)]
NewStack = Annotated[str, typer.Argument(metavar="TO", help="The stack that shall serve.", show_default=False)]
OldProject = Annotated[
    Path | None,
    typer.Option("--from-project", metavar="DIR", help="FROM's project, if it is not TO's: an older checkout, say."),
]
MarkdownFile = Annotated[
    Path | None,
    typer.Option("--markdown", metavar="FILE", help="Write the runbook there, and nothing to standard output."),
]
DataGib = Annotated[
    float | None,
    typer.Option(
        "--data-gib",
        metavar="GIB",
        min=0.001,
        max=1_000_000,
        help="How much data there is; else the room that plans state.",
    ),
]

UploadsFolder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="The folder with the uploaded files.", show_default=False)
]
BucketName = Annotated[
    str | None, typer.Option("--bucket", metavar="NAME", help="Another bucket; else the deployed stack is asked.")
]
BucketEndpoint = Annotated[
    str | None, typer.Option("--endpoint", metavar="URL", help="Who has that bucket, if not who has the stack's.")
]
BucketRegion = Annotated[str | None, typer.Option("--region", metavar="REGION", help="The region of that bucket.")]
KeyPrefix = Annotated[
    str, typer.Option("--prefix", metavar="PATH", help="What keys begin with: a folder of the bucket.")
]
CacheControl = Annotated[
    str | None,
    typer.Option("--cache-control", metavar="TEXT", help="What browsers are told of each file, as in max-age=3600."),
]
Parallel = Annotated[
    int,
    typer.Option("--parallel", metavar="N", min=1, max=256, help="Files that are under way at once, 8 MiB of each."),
]
Replacing = Annotated[
    bool,
    typer.Option("--replace", help="Also replace what others wrote under the same key.", show_default=False),
]
Deleting = Annotated[
    bool,
    typer.Option("--delete", help="Delete copies whose file is gone; what others wrote stays.", show_default=False),
]
ReadBack = Annotated[
    bool, typer.Option("--read-back", help="At the end, read every file from the bucket.", show_default=False)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be.", show_default=False)]
