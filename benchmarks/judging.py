"""What judging costs beside planning: a stack that is shipped, and estates of 100, 1,000 and 10,000 resources.

Each plan is recorded and judged in the same run, as the command does it, and the seconds of both are compared: by the
clock, and of processors, which another load of the machine does not change. Each round of judging reads every text
anew, as a process of its own does that judges one plan. Nothing here passes or fails.
"""

from __future__ import annotations

import resource
import statistics
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.estate import program
from benchmarks.planning import ROOT, lay
from plan.codec import read_plan
from plan.graph import Graph
from plan.model import VERSION, Plan
from policies import user_data
from policies.catalogue import RULES
from policies.judge import judged
from policies.network.model import network_of
from policies.network.reach import reach
from policies.redis import text
from slipway.project import Project
from slipway.recording import Child, job_of, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policies.rule import Rule

SHIPPED = "orders-production"
SECONDS = 3600  # for one recording
SIZES, FEWER = (100, 1_000, 10_000), (100, 1_000)
SHARE = 0.1  # of planning is what judging may cost
ROUNDS = 5  # of judging, which is short
WORST = 3  # rules that are told by name


@dataclass(frozen=True, slots=True)
class Seconds:
    """By the clock, and of processors."""

    clock: float
    processor: float

    def __str__(self) -> str:
        """Both as a person reads them."""
        return f"{self.clock:.2f} s ({self.processor:.2f} s of processors)"


def rows(folder: Path, *, quick: bool) -> list[tuple[str, str]]:
    """The table of one run."""
    sizes = FEWER if quick else SIZES
    judged(Plan("nothing", "dev", ()))  # what a process does once, whatever it judges
    plan, planning = recorded(ROOT, SHIPPED)
    found = [("", SHIPPED), *_told(plan, planning, timed(partial(judged, plan)))]
    each: dict[int, float] = {}
    for size in sizes:
        plan, planning = recorded(lay(folder / f"estate-{size}", program(size)), "dev")
        judging = timed(partial(judged, plan))
        each[len(plan.resources)] = judging.processor / len(plan.resources)
        found += _told(plan, planning, judging)
    small, large = min(each), max(each)
    ratio = each[large] / each[small]
    return [*found, ("growth", f"a resource of {large:,} takes {ratio:.2f} times one of {small:,}")]


def _told(plan: Plan, planning: Seconds, judging: Seconds) -> list[tuple[str, str]]:
    name = f"{len(plan.resources):6,} resources"
    clock, processor = judging.clock / planning.clock, judging.processor / planning.processor
    word = "within" if max(clock, processor) <= SHARE else "MORE THAN"
    table = timed(lambda: reach(network_of(Graph(plan))), rounds=1)
    graph = Graph(plan)
    _forget()
    costs = sorted(((_cost(rule, graph), rule.id) for rule in RULES), reverse=True)
    worst = ", ".join(f"{rule} {cost * 1000:.0f} ms" for cost, rule in costs[:WORST])
    return [
        (name, f"planned in {planning}, judged in {judging}"),
        ("", f"judging is {clock:.1%} of planning by the clock, {processor:.1%} of processors: {word} a tenth"),
        ("", f"the dearest rules: {worst}"),
        ("", f"who reaches whom (check --reach): {table}"),
    ]


def _cost(rule: Rule, graph: Graph) -> float:
    """Seconds of processors; what several rules share is paid by the first."""
    started = time.process_time()
    list(rule.findings(graph))
    return time.process_time() - started


def _forget() -> None:
    """Forget the texts that one round read: those of the next would cost nothing."""
    user_data.forget()
    text.forget()


def recorded(project: Path, stack: str) -> tuple[Plan, Seconds]:
    """A stack's plan, and what it took from the start of the child to the model that rules judge."""
    found = Project.find(project)
    before = _children()
    started, own = time.perf_counter(), time.process_time()
    with Child(found.python) as child:
        body = record(child, job_of(found, stack, found.config(stack), {}), SECONDS).body
    document: dict[str, Any] = {"version": VERSION, "project": found.name, "stack": stack, "topology": None, **body}
    plan = read_plan(document)
    spent = time.process_time() - own + _children() - before
    return plan, Seconds(time.perf_counter() - started, spent)


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> Seconds:
    """The median of some rounds, each of which reads every text anew."""
    clocks, processors = list[float](), list[float]()
    for _ in range(rounds):
        _forget()
        started, own = time.perf_counter(), time.process_time()
        work()
        clocks.append(time.perf_counter() - started)
        processors.append(time.process_time() - own)
    return Seconds(statistics.median(clocks), statistics.median(processors))


def _children() -> float:
    """Seconds of processors that children have taken which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
