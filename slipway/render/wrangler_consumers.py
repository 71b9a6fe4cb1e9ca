"""How a Worker is given the messages of queues, as wrangler's configuration says it: else it is given none locally."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plan.model import Unknown

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

CONSUMER = "cloudflare:index/queueConsumer:QueueConsumer"
_QUEUE = "cloudflare:index/queue:Queue"
_SETTINGS = {
    "max_batch_size": "batchSize",
    "max_retries": "maxRetries",
    "retry_delay": "retryDelay",
    "max_concurrency": "maxConcurrency",
}
_MILLISECONDS = 1000


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
        told.append(
            {
                "queue": name,
                **_settings(each.inputs.get("settings")),
                **({"dead_letter_queue": dead_name} if dead_name is not None else {}),
            }
        )
    return told, left_out


def _name(graph: Graph, value: Value) -> str | None:
    """The name of the queue that a value is taken from; None where the plan does not tell."""
    made = graph.get(value.target.urn) if isinstance(value, Unknown) and value.target is not None else None
    name = made.inputs.get("queueName") if made is not None and made.type == _QUEUE else None
    return name if isinstance(name, str) else None


def _settings(said: Value) -> dict[str, Any]:
    if not isinstance(said, dict):
        return {}
    found = {theirs: said[ours] for theirs, ours in _SETTINGS.items() if isinstance(said.get(ours), (int, float))}
    wait = said.get("maxWaitTimeMs")
    if isinstance(wait, (int, float)):
        found["max_batch_timeout"] = int(wait) // _MILLISECONDS
    return {key: int(value) for key, value in found.items()}
