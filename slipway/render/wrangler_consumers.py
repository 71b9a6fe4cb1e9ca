"""How a Worker is given the messages of queues, as wrangler's configuration says it: else it is given none locally."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plan.model import Unknown

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

CONSUMER = "cloudflare:index/queueConsumer:QueueConsumer"
_QUEUE = "cloudflare:index/queue:Queue"
# What wrangler calls a figure of the provider's, and how many of the provider's units are one of wrangler's.
_FIGURES = {
    "max_batch_size": ("batchSize", 1),
    "max_batch_timeout": ("maxWaitTimeMs", 1000),
    "max_retries": ("maxRetries", 1),
    "retry_delay": ("retryDelay", 1),
    "max_concurrency": ("maxConcurrency", 1),
}


def consumers(graph: Graph, found: list[Resource]) -> tuple[list[dict[str, Any]], list[str]]:
    """The consumers of one Worker as wrangler has them, any JSON, hence `Any`, and what is left out with the reason."""
    told, left_out = [], []
    for each in found:
        name = _name(graph, each.inputs.get("queueId"))
        if name is None:
            left_out.append(f"the consumer {each.name} is left out: its queue is not known.")
            continue
        dead = each.inputs.get("deadLetterQueue")
        dead_name = dead if isinstance(dead, str) else _name(graph, dead)
        figures, unknown = _figures(each.inputs.get("settings"))
        if dead is not None and dead_name is None:
            unknown.append("dead_letter_queue")
        left_out += [f"`{key}` of the consumer of {name} is left out: it is not known." for key in unknown]
        told.append({"queue": name, **figures, **({"dead_letter_queue": dead_name} if dead_name else {})})
    return told, left_out


def _name(graph: Graph, value: Value) -> str | None:
    """The name of the queue that a value is taken from; None where the plan does not tell."""
    made = graph.get(value.target.urn) if isinstance(value, Unknown) and value.target is not None else None
    name = made.inputs.get("queueName") if made is not None and made.type == _QUEUE else None
    return name if isinstance(name, str) else None


def _figures(said: Value) -> tuple[dict[str, int | float], list[str]]:
    """Those that are known, as wrangler calls them, and the names of those that are said and not known."""
    if not isinstance(said, dict):
        return {}, [] if said is None else list(_FIGURES)
    found: dict[str, int | float] = {}
    unknown = []
    for theirs, (ours, units) in _FIGURES.items():
        value = said.get(ours)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            figure = value / units
            found[theirs] = int(figure) if figure.is_integer() else figure
        elif value is not None:
            unknown.append(theirs)
    return found, unknown
