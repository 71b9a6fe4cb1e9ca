"""Rules about Workers of Cloudflare: where they answer, what is known of them, and what becomes of their messages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from policies.inputs import demand, every, made, negated, some
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Field

# The day of the runtime that these rules are written for, and the examples run with. It is raised with them: by it, not
# by a clock, a date is old, so that a plan is judged the same on every day.
NEWEST = dt.date(2026, 11, 1)
_OLD = dt.timedelta(days=365)
_SCRIPTS = ("cloudflare:index/workersScript:WorkersScript", "cloudflare:index/workerScript:WorkerScript")
_WORKER = "cloudflare:index/worker:Worker"
_VERSION = "cloudflare:index/workerVersion:WorkerVersion"
_PAGES = "cloudflare:index/pagesProject:PagesProject"
_SUBDOMAIN = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"
_CONSUMER = "cloudflare:index/queueConsumer:QueueConsumer"
_PARTS = ("enabled", "previewsEnabled")
_NOTIFIED = frozenset({"NOTIFICATION"})


def _judge_age(graph: Graph) -> Iterator[Verdict]:
    old = f"runs as the runtime did more than a year before {NEWEST}"
    ahead = "runs with a day that is still to come, which Cloudflare refuses,"
    past = f"These rules know no day after {NEWEST}: see that it is past where you deploy, or write an earlier one."
    for date in _dates(graph):
        if date.given:  # without one, Cloudflare takes the oldest there is or the day of the upload: it was not chosen
            day = _day(date)
            yield from demand(date, None if day is None else day >= NEWEST - _OLD, old)
            if day is not None and day > NEWEST:
                yield from demand(date, None, ahead, past)


def _dates(graph: Graph) -> Iterator[Field]:
    """Those of Workers, and of the functions of Pages, which are Workers too."""
    yield from (worker["compatibilityDate"] for worker in made(graph, *_SCRIPTS, _VERSION))
    for project in made(graph, _PAGES):
        yield from (project["deploymentConfigs"][kind]["compatibilityDate"] for kind in ("production", "preview"))


def _day(date: Field) -> dt.date | None:
    try:
        return dt.date.fromisoformat(date.text() or "")
    except ValueError:
        return None


def _judge_subdomain(graph: Graph) -> Iterator[Verdict]:
    """Where nothing is said, a Worker that a program uploads does not answer there."""
    wrong = "answers under workers.dev too, past the firewall and the rate limit of its zone"
    for place in (*made(graph, _SUBDOMAIN), *(each["subdomain"] for each in made(graph, _WORKER))):
        for part in _PARTS:
            yield from demand(place[part], negated(place[part].flag(default=False)), wrong)


def _judge_logs(graph: Graph) -> Iterator[Verdict]:
    wrong = "keeps no logs of what it was asked and where it failed"
    for worker in made(graph, *_SCRIPTS, _WORKER):
        settings = worker["observability"]
        logs = settings["logs"]
        # Each may say it alone; what says nothing of logs has them with the whole.
        kept = every((settings["enabled"].flag(default=False), logs["enabled"].flag(default=True)))
        yield from demand(settings["enabled"] if logs.absent else settings, kept, wrong)


def _judge_dead_letters(graph: Graph) -> Iterator[Verdict]:
    for consumer in made(graph, _CONSUMER):
        dead = consumer["deadLetterQueue"]
        kept = some((consumer["type"].among(_NOTIFIED), dead.present))
        yield from demand(dead, kept, "loses each message that is given up")


RULES = (
    Rule(
        id="worker-compatibility-date",
        title="Workers run with a compatibility date of the last year",
        severity="low",
        level="advisory",
        clouds=("cloudflare",),
        references=("own: what was mended in the runtime since then is missed",),
        rationale=(
            "Cloudflare keeps a Worker's old behaviour for ever, faults that are long mended included. A day that is "
            "still to come it refuses, and no clock decides here whether one is."
        ),
        remedy="Test the Worker with a newer compatibility date, and write that.",
        judge=_judge_age,
    ),
    Rule(
        id="worker-dead-letters",
        title="Messages of queues that nobody could take are kept",
        severity="medium",
        level="advisory",
        clouds=("cloudflare",),
        references=("own: a message is dropped in silence after its last try",),
        rationale="After the last try a queue drops the message: an order or a mail is gone, and nothing says so.",
        remedy="Give the consumer a dead_letter_queue, and look at it.",
        judge=_judge_dead_letters,
    ),
    Rule(
        id="worker-logs",
        title="Workers keep logs",
        severity="medium",
        level="advisory",
        clouds=("cloudflare",),
        references=("own: what is not logged cannot be found out afterwards",),
        rationale="Without logs nobody can tell afterwards what failed, for whom, and since when.",
        remedy="Set observability with enabled=True on the Worker.",
        judge=_judge_logs,
    ),
    Rule(
        id="worker-not-under-workers-dev",
        title="Workers answer under their own hosts alone",
        severity="medium",
        level="advisory",
        clouds=("cloudflare",),
        references=("own: rules of a zone do not hold for workers.dev",),
        rationale="Under workers.dev anybody reaches the Worker past its zone's firewall, rate limit and redirects.",
        remedy="Set enabled=False and previews_enabled=False for its subdomain.",
        judge=_judge_subdomain,
    ),
)
