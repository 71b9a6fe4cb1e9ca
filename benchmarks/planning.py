"""How long planning takes: its start, each resource, and beside the engine's own preview.

One run makes one table. Runs of what is compared alternate, and medians are compared, so that a busy machine slows
both sides. Nothing here passes or fails.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.engine.locate import MissingCliError, find_cli
from slipway.engine.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 600  # for one run
GROWTH_FROM, GROWTH_TO = 500, 2000  # resources whose cost each is compared
LINEAR = 1.25  # a ratio up to this is linear, as far as this can tell

MINIMAL = "import pulumi\n"
# What a stack is made of: references, tags, a parent, standalone rules. The last line registers as many as wanted.
PROGRAM = """
import pulumi
import pulumi_aws as aws

COUNT = {count}
touched = aws.ec2.Vpc, aws.ec2.Subnet, aws.vpc.SecurityGroupIngressRule


class Site(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("bench:index:Site", name)


for start in range(0, COUNT, 5):
    child = pulumi.ResourceOptions(parent=Site(f"site-{{start}}"))
    vpc = aws.ec2.Vpc(f"vpc-{{start}}", cidr_block="10.0.0.0/16", tags={{"Name": f"site-{{start}}"}}, opts=child)
    subnet = aws.ec2.Subnet(f"subnet-{{start}}", vpc_id=vpc.id, cidr_block="10.0.1.0/24", opts=child)
    group = aws.ec2.SecurityGroup(f"group-{{start}}", vpc_id=vpc.id, tags={{"subnet": subnet.id}}, opts=child)
    aws.vpc.SecurityGroupIngressRule(
        f"rule-{{start}}", security_group_id=group.id, ip_protocol="tcp", from_port=443, to_port=443,
        referenced_security_group_id=group.id, opts=child,
    )
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much one run measures."""

    resources: tuple[int, ...]
    rounds: int
    starts: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of several runs: the median, and how far the runs lie apart."""

    median: float
    spread: float


FULL = Size((10, 100, 500, 1000, 2000), rounds=5, starts=11)
QUICK = Size((10, 100, 500), rounds=3, starts=3)
COMPARED = 100  # resources of the program that the engine previews too


def rows(folder: Path, *, quick: bool) -> list[tuple[str, str]]:
    """The table of one run."""
    size = QUICK if quick else FULL
    return [row for measure in (start_up, growth, against_the_engine) for row in measure(folder, size)]


def machine() -> str:
    """What was measured on."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, load {load:.1f} at the start, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, pulumi {version('pulumi')}, pulumi-aws {version('pulumi-aws')}"
    )


def start_up(folder: Path, size: Size) -> list[tuple[str, str]]:
    """The least plan there is, beside what any Pulumi program pays first."""
    project = lay(folder / "minimal", MINIMAL)
    times = alternate(
        size.starts, {"floor": partial(run, [sys.executable, "-c", "import pulumi"]), "plan": partial(plan, project)}
    )
    floor, planned = times["floor"].median, times["plan"].median
    return [
        ("importing pulumi", f"{floor:.2f} s: the floor"),
        ("slipway plan, empty program", f"{planned:.2f} s: {planned / floor:.2f} times the floor"),
    ]


def growth(folder: Path, size: Size) -> list[tuple[str, str]]:
    """The time of each resource, without what the program's imports take."""
    counts = (0, *size.resources)
    projects = {count: lay(folder / f"resources-{count}", PROGRAM.format(count=count)) for count in counts}
    times = alternate(size.rounds, {str(count): partial(plan, project) for count, project in projects.items()})
    imports = times["0"]
    more = {count: times[str(count)].median - imports.median for count in size.resources}
    rows = [("slipway plan, imports only", f"{imports.median:.2f} s, runs {imports.spread:.2f} s apart")]
    for count in size.resources:
        told = f"{more[count] / count * 1000:.2f} ms a resource beyond imports"
        if more[count] <= imports.spread:
            told = "no more than runs without resources lie apart"
        rows.append((f"{count:5} resources", f"{times[str(count)].median:.2f} s: {told}"))
    if not {GROWTH_FROM, GROWTH_TO} <= set(more):
        return [*rows, ("growth", f"not measured: needs {GROWTH_TO} resources, leave out --quick")]
    ratio = (more[GROWTH_TO] / GROWTH_TO) / (more[GROWTH_FROM] / GROWTH_FROM)
    word = "linear" if ratio <= LINEAR else "not linear"
    return [*rows, ("growth", f"{word}: a resource of {GROWTH_TO} takes {ratio:.2f} times one of {GROWTH_FROM}")]


def against_the_engine(folder: Path, size: Size) -> list[tuple[str, str]]:
    """The same program planned offline and by `pulumi preview` against simulated providers."""
    name = f"pulumi preview, {COMPARED} resources"
    try:
        cli = find_cli()
    except MissingCliError as error:
        return [(name, f"not measured: {error}")]
    project = lay(folder / "compared", PROGRAM.format(count=COMPARED))
    with Workspace(project, pulumi=cli) as workspace:

        def preview() -> None:
            done = workspace.preview("dev")
            if not done.ok:
                raise SystemExit(f"pulumi preview failed:\n{done.stdout}\n{done.stderr}")

        preview()  # the stack is made with the first
        times = alternate(size.rounds, {"plan": partial(plan, project), "preview": preview})
    previewed, planned = times["preview"].median, times["plan"].median
    host = "its own" if (cli.resolve().parent / "pulumi-language-python").exists() else "our"
    how = f"{previewed:.2f} s with {host} language host and simulated providers"
    return [(name, f"{how}, slipway plan {planned:.2f} s: {previewed / planned:.1f} times as long")]


def lay(folder: Path, program: str) -> Path:
    """A project with this program."""
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: bench\nruntime: python\n", encoding="utf-8")
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    return folder


def plan(project: Path) -> None:
    """One run of the command."""
    run([sys.executable, "-m", "slipway", "plan", "--json", "--timeout", str(SECONDS), "--project", str(project)])


def run(command: Sequence[str]) -> None:
    """One process, its output discarded, as `make` would start it. Ends the measuring where it fails."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, check=False, text=True, timeout=SECONDS
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")


def alternate(rounds: int, runs: Mapping[str, Callable[[], None]]) -> dict[str, Timing]:
    """How long each run takes, after one of each that is not counted."""
    for once in runs.values():
        once()
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, once in runs.items():
            started = time.perf_counter()
            once()
            seconds[name].append(time.perf_counter() - started)
    return {name: Timing(statistics.median(each), max(each) - min(each)) for name, each in seconds.items()}
