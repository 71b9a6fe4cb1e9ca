"""What a deployed program declares of the paths and messages that come to a Worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ROUTE = "cloudflare:index/workersRoute:WorkersRoute"
_CONSUMER = "cloudflare:index/queueConsumer:QueueConsumer"
_QUEUE = "cloudflare:index/queue:Queue"
# What Cloudflare calls a figure of a consumer's, under the names that the provider has for them.
_FIGURES = {
    "batch_size": "batchSize",
    "max_wait_time_ms": "maxWaitTimeMs",
    "max_retries": "maxRetries",
    "max_concurrency": "maxConcurrency",
    "retry_delay": "retryDelay",
}


@dataclass(frozen=True, slots=True)
class Consumer:
    """A queue whose messages a Worker takes: its id, its name or else the id, and what is declared of the taking."""

    queue_id: str
    queue: str
    dead_letter: str | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    """As Cloudflare calls them."""


def routes(resources: Sequence[Mapping[str, Any]], name: str) -> dict[str, tuple[str, ...]]:
    """By the id of the zone, the patterns that lead to the Worker of that name."""
    found: dict[str, list[str]] = {}
    for said in _said(resources, _ROUTE):
        zone, pattern = said.get("zoneId"), said.get("pattern")
        if said.get("script") == name and isinstance(zone, str) and isinstance(pattern, str):
            found.setdefault(zone, []).append(pattern)
    return {zone: tuple(sorted(patterns)) for zone, patterns in sorted(found.items())}


def consumers(resources: Sequence[Mapping[str, Any]], name: str) -> tuple[Consumer, ...]:
    """The queues whose messages the Worker of that name takes. One whose queue is hidden is left out."""
    queues = {each.get("id"): (each.get("inputs") or {}).get("queueName") for each in _of(resources, _QUEUE)}
    return tuple(
        Consumer(queue, str(queues.get(queue) or queue), _text(said.get("deadLetterQueue")), _figures(said))
        for said in _said(resources, _CONSUMER)
        if said.get("scriptName") == name and isinstance(queue := said.get("queueId"), str)
    )


def _figures(said: Mapping[str, Any]) -> dict[str, float]:
    settings = said.get("settings")
    if not isinstance(settings, dict):
        return {}
    return {
        theirs: value
        for theirs, ours in _FIGURES.items()
        if isinstance(value := settings.get(ours), (int, float)) and not isinstance(value, bool)
    }


def _of(resources: Sequence[Mapping[str, Any]], kind: str) -> Iterator[Mapping[str, Any]]:
    return (each for each in resources if each.get("type") == kind)


def _said(resources: Sequence[Mapping[str, Any]], kind: str) -> Iterator[Mapping[str, Any]]:
    return (each.get("inputs") or {} for each in _of(resources, kind))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
