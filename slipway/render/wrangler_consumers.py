"""The queues whose messages a Worker takes, as wrangler's configuration says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.render.wrangler_workers import made_by

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value
    from slipway.render.wrangler_workers import Worker

_CONSUMER = "cloudflare:index/queueConsumer:QueueConsumer"
_QUEUE = "cloudflare:index/queue:Queue"
# What wrangler calls a figure of the provider's, and how many of the provider's units are one of wrangler's.
_FIGURES = {
    "max_batch_size": ("batchSize", 1),
    "max_batch_timeout": ("maxWaitTimeMs", 1000),
    "max_retries": ("maxRetries", 1),
    "max_concurrency": ("maxConcurrency", 1),
    "retry_delay": ("retryDelay", 1),
}


def consumers(graph: Graph, worker: Worker) -> tuple[list[dict[str, Any]], list[str]]:
    """The entries of `queues.consumers`, any JSON and hence `Any`; and what is left out, with the reason."""
    found, left_out = [], []
    for each in worker.of(graph, _CONSUMER):
        queue = _queue(graph, each.inputs.get("queueId"))
        if queue is None:
            left_out.append(f"the consumer {each.name} is left out: the name of its queue is not known.")
            continue
        figures, unknown = _figures(each)
        dead = each.inputs.get("deadLetterQueue")
        dead_name = dead if isinstance(dead, str) else _queue(graph, dead)
        if dead is not None and dead_name is None:
            unknown.append("dead_letter_queue")
        found.append({"queue": queue, **figures, **({"dead_letter_queue": dead_name} if dead_name else {})})
        left_out += [f"`{key}` of the consumer of {queue} is left out: it is not known." for key in unknown]
    return found, left_out


def _queue(graph: Graph, given: Value) -> str | None:
    """The name of the queue that a value is taken from. A written id is none: locally, queues are known by name."""
    made = made_by(graph, given, _QUEUE)
    name = made.inputs.get("queueName") if made is not None else None
    return name if isinstance(name, str) else None


def _figures(consumer: Resource) -> tuple[dict[str, int | float], list[str]]:
    said = consumer.inputs.get("settings")
    if not isinstance(said, dict):
        return {}, [] if said is None else list(_FIGURES)
    found: dict[str, int | float] = {}
    unknown = []
    for theirs, (ours, units) in _FIGURES.items():
        value = said.get(ours)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found[theirs] = value if units == 1 else _shown(value / units)
        elif value is not None:
            unknown.append(theirs)
    return found, unknown


def _shown(value: float) -> int | float:
    return int(value) if value == int(value) else value
