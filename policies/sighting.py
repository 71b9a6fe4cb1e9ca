"""What reading a text yields, and the sign for what cannot be read in it."""

from __future__ import annotations

from typing import Literal, NamedTuple

MARK = "\ufffc"  # stands for a part of a text that only deployment tells


class Sighting(NamedTuple):
    """What a text shows: that it `starts` a Redis server, or that it is `hidden` whether it does.

    `what` continues a sentence about the text, e.g. "installs redis-server with apt-get".
    """

    kind: Literal["starts", "hidden"]
    what: str


def word_set(words: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(words.split())
