"""What every place of a plan that decides what runs shows about Redis, read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from policies.inputs import made
from policies.redis.names import chart_in
from policies.redis.places import CHARTS, Place, places, tree_of
from policies.redis.text import (
    container_sightings,
    described_sightings,
    document_sightings,
    user_data_sightings,
)
from policies.sighting import MARK, Sighting
from policies.user_data import script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.inputs import Field

_READERS = {
    "user data": user_data_sightings,
    "commands": user_data_sightings,
    "document": document_sightings,
    "container definitions": container_sightings,
}
# Names of the parts of a chart that are servers of this kind, and the setting that switches one on.
_PARTS = ("redis", "valkey", "keydb", "dragonfly", "redis-ha", "redis-cluster")


class Seen(NamedTuple):
    """A place and what it shows."""

    place: Place
    sightings: tuple[Sighting, ...]


_SEEN: WeakKeyDictionary[Graph, tuple[Seen, ...]] = WeakKeyDictionary()


def seen_in(graph: Graph) -> tuple[Seen, ...]:
    """What each place of the plan shows; read at the first question and kept as long as the plan is."""
    found = _SEEN.get(graph)
    if found is None:
        found = _SEEN[graph] = (*map(_read, places(graph)), *_charts(graph))
    return found


def _read(place: Place) -> Seen:
    if place.hidden:
        return Seen(place, ())
    reader = _READERS.get(place.form)
    return Seen(place, tuple(reader(place.content) if reader else described_sightings(place.content)))


def _charts(graph: Graph) -> Iterator[Seen]:
    for chart in made(graph, *CHARTS):
        values = tree_of(graph, chart["values"].value)
        found = (*_installed(chart), *_parts_of(chart["values"]), *described_sightings(values))
        yield Seen(Place(chart.resource, "chart", "containers", values), found)


def _installed(chart: Field) -> Iterator[Sighting]:
    """What the name of a chart shows; its address may tell it though a part of that is hidden."""
    text = script(chart["chart"]).text
    if name := chart_in(text):
        yield Sighting("starts", f"installs the chart {name}")
    elif chart["chart"].hidden and (MARK in text.rpartition("/")[2] or not text):
        yield Sighting("hidden", "installs a chart that only deployment tells")


def _parts_of(values: Field) -> Iterator[Sighting]:
    """The servers among the parts of a chart that its values switch on, or may."""
    if values.hidden:
        yield Sighting("hidden", f"has values that are {values.hidden}")
        return
    for part in _PARTS:
        on = values[part]["enabled"].flag(default=False)
        if on:
            yield Sighting("starts", f"switches on the chart's {part}")
        elif on is None:
            yield Sighting("hidden", f"may switch on the chart's {part}")
