"""What reading a text yields, and the sign for what cannot be read in it."""

from __future__ import annotations

from typing import Literal, NamedTuple

MARK = "\ufffc"  # stands for a part of a text that only deployment tells


class Sighting(NamedTuple):
    """What a text shows about Redis. `what` continues a sentence about it: "installs redis-server with apt-get".

    `starts`: a server starts there; `inside`: it does inside an application's container; `hidden`: whether one does
    cannot be told; `own`: programs there ask a server at their own loopback address; `tunnel`: what listens at that
    address may only pass on; `address`: the scheme and host of a Redis elsewhere, which is all that `what` then is.
    """

    kind: Literal["starts", "inside", "hidden", "own", "tunnel", "address"]
    what: str


def word_set(words: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(words.split())
