"""What a plan's machines run when they start, whoever hosts them: their user data, as far as the plan holds it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from plan.model import Unknown
from policies.encoded import UnreadableError, embedded, parts, unwrapped
from policies.inputs import made
from policies.sighting import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Reference
    from policies.inputs import Field

_PLACES = {
    "aws:ec2/instance:Instance": ("userData", "userDataBase64"),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ("userData", "userDataBase64"),
    "aws:ec2/launchTemplate:LaunchTemplate": ("userData",),
    "aws:ec2/launchConfiguration:LaunchConfiguration": ("userData", "userDataBase64"),
    "aws:lightsail/instance:Instance": ("userData",),
    "digitalocean:index/droplet:Droplet": ("userData",),
    "hcloud:index/server:Server": ("userData",),
    "vultr:index/instance:Instance": ("userData",),
    "linode:index/stackScript:StackScript": ("script",),
}
_FLEET = "aws:ec2/spotFleetRequest:SpotFleetRequest"
_DEPTH = 4  # wrappings inside wrappings
_KEPT = 512  # texts whose contents are kept for the next rule that asks, at 16 KB at most each
_LINODE = "linode:index/instance:Instance"


@dataclass(frozen=True, slots=True)
class Script:
    """One text that a machine runs. `text` has `MARK` for what only deployment tells: the `references`, in order.

    `field.hidden` says why there is no text; a text of unknown parts alone is hidden too.
    """

    field: Field
    text: str
    references: tuple[Reference, ...] = ()

    @property
    def hidden(self) -> str:
        """Why the text cannot be read; empty where it can."""
        return "" if self.text else self.field.hidden or "not text"


def scripts(graph: Graph, *kinds: str) -> Iterator[Script]:
    """The user data of every machine of the plan, or of the machines of these types."""
    for field in _fields(graph):
        if field.given and (not kinds or field.resource.type in kinds):
            yield script(field)


def script(field: Field) -> Script:
    """A field as the text that it holds."""
    value = field.value
    if isinstance(value, Unknown):
        if value.target is not None or not value.text:
            return Script(field, "", value.references)
        text = value.text
        for reference in value.references:
            text = text.replace(str(reference), MARK)
        return Script(field, text, value.references)
    return Script(field, value if isinstance(value, str) else "")


def readable(text: str) -> Iterator[str]:
    """The plain texts inside user data, wrappings taken off. Raises `UnreadableError` for what is no text."""
    texts, trouble = _contents(text)
    yield from texts
    if trouble:
        raise UnreadableError(trouble)


@lru_cache(maxsize=_KEPT)
def _contents(text: str) -> tuple[tuple[str, ...], str]:
    """What can be read of user data, and what ends the reading."""
    found: list[str] = []
    try:
        found.extend(_readable(text, 0))
    except UnreadableError as error:
        return tuple(found), str(error)
    return tuple(found), ""


def forget() -> None:
    """Forget every text read so far, as a new process would have."""
    _contents.cache_clear()


def _readable(text: str, depth: int) -> Iterator[str]:
    for piece in parts(unwrapped(text)):
        yield piece
        for inner in embedded(piece) if depth < _DEPTH else ():
            yield from _readable(inner, depth + 1)


def _fields(graph: Graph) -> Iterator[Field]:
    for kind, names in _PLACES.items():
        yield from (machine[name] for machine in made(graph, kind) for name in names)
    for fleet in made(graph, _FLEET):
        yield from (each["userData"] for each in fleet["launchSpecifications"].items())
    for machine in made(graph, _LINODE):
        yield from (each["userData"] for each in machine["metadatas"].items())
