"""The paths and messages that come to a Worker as Cloudflare has them, against what is declared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.readback.api import Api
    from slipway.readback.versions import Pair
    from slipway.readback.wanted import Wanted

_SCRIPT = ("script_name", "script", "service")  # Cloudflare's answers have used more than one name
_NAMES = {
    "batch_size": "batch size",
    "max_wait_time_ms": "wait in milliseconds",
    "max_retries": "retries",
    "max_concurrency": "concurrency",
    "retry_delay": "retry delay in seconds",
}


def of_routes(api: Api, wanted: Wanted) -> Iterator[Pair]:
    """By zone, the patterns that lead to the Worker. Zones where none is declared are not asked."""
    for zone, patterns in wanted.routes.items():
        listed = api.get(f"/zones/{quote(zone, safe='')}/workers/routes")
        found = [str(each.get("pattern")) for each in _maps(listed) if each.get("script") == wanted.name]
        yield f"routes of zone {zone}", ", ".join(patterns), ", ".join(sorted(found)) or None


def of_consumers(api: Api, wanted: Wanted) -> Iterator[Pair]:
    """How messages of each queue are taken, as far as the program says it."""
    for consumer in wanted.consumers:
        listed = _maps(api.get(f"/accounts/{wanted.account}/queues/{quote(consumer.queue_id, safe='')}/consumers"))
        found = next((each for each in listed if wanted.name in [each.get(key) for key in _SCRIPT]), None)
        of_it = f"the consumer of queue {consumer.queue}"
        if found is None:
            yield of_it, "there", None
            continue
        if consumer.dead_letter is not None:
            there = found.get("dead_letter_queue")
            yield f"the dead-letter queue of {of_it}", consumer.dead_letter, there if isinstance(there, str) else None
        said = found.get("settings")
        settings = said if isinstance(said, dict) else {}
        for key, figure in consumer.figures.items():
            yield f"{_NAMES[key]} of {of_it}", _shown(figure), _shown(settings.get(key))


def _shown(figure: Any) -> str | None:
    """A figure as people read it, so that 5 and 5.0 are the same; None where it is none."""
    if isinstance(figure, bool) or not isinstance(figure, (int, float)) or not math.isfinite(figure):
        return None
    return str(int(figure)) if figure == int(figure) else str(figure)


def _maps(listed: Any) -> list[Mapping[str, Any]]:
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
