"""Whether a Redis runs on each instance: on machines, in containers, or at the loopback address that they ask."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from policies.encoded import UnreadableError
from policies.finding import Verdict
from policies.redis.hosts import hosts, told_of
from policies.redis.loopback import hides_address, opened
from policies.redis.names import image_in
from policies.redis.published import Opening, opening
from policies.redis.seen import seen_in
from policies.user_data import readable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Status
    from policies.redis.hosts import Hosts
    from policies.redis.places import Place
    from policies.redis.seen import Seen

_SHOW = (
    "Let the whole text be known before deployment, without secrets: what only deployment tells, such as an address or "
    "a password, the machine can read from Parameter Store or Secrets Manager when it starts."
)
_CLOSE = (
    "Let it listen at 127.0.0.1 only (bind 127.0.0.1, or publish 127.0.0.1:6379:6379): one server's Redis is for its "
    "own workers. What other machines use is a cache of its own."
)
_NAME = (
    "Name the host of each command and container in plain text or by a reference, or make the one server in this "
    "stack: what is hidden acts on that."
)


class Besides(NamedTuple):
    """Another Redis that the application has, and whether that is certain. `told` goes on from a Redis on a machine."""

    told: str
    certain: bool = True


def judge_instances(graph: Graph, besides: Besides | None) -> Iterator[Verdict]:
    """At most one verdict a place: that a Redis of its own runs there, else that one may.

    `besides` says which other Redis the application has; None where one server may have one.
    """
    found = seen_in(graph)
    if not any(each.sightings or each.place.hidden for each in found):
        return
    all_hosts = hosts(graph)
    containers = Counter(all_hosts.of.get(each.place.resource.urn, "") for each in found if _is_own_container(each))
    for seen in found:
        host = all_hosts.of.get(seen.place.resource.urn, "")
        crowded = host and containers[host] > 1 and _is_own_container(seen)
        crowd = Besides(f"and {told_of(host)} has {containers[host]} of them") if crowded else None
        yield from _judge(seen, all_hosts, crowd or besides)


def _judge(seen: Seen, all_hosts: Hosts, besides: Besides | None) -> Iterator[Verdict]:
    place = seen.place
    urn, where = place.resource.urn, f"the {place.form} of {place.resource.name}{place.path and f' ({place.path})'}"
    if place.hidden:
        message = f"{where} is {place.hidden}: whether it starts a Redis of its own cannot be told."
        yield Verdict("unproven", urn, message, _SHOW)
        return
    told = {each.kind: each.what for each in reversed(seen.sightings)}
    if "tunnel" in told:
        told.pop("own", "")
    host = all_hosts.of.get(urn, "")
    alone = bool(host) and host == all_hosts.sole
    inside = told.get("inside") or (told.get("starts", "") if _is_in_an_application(place) else "")
    if inside:
        harm = "each container would have a Redis of its own, and each would answer differently"
        yield Verdict("violation", urn, f"{where} {inside}: {harm}.")
    elif "starts" in told and alone:
        yield from _on_the_only_server(place, f"{where} {told['starts']}", besides)
    elif "starts" in told or ("own" in told and not alone):
        yield from _on_one_of_several(urn, f"{where} {told.get('starts') or told['own']}", all_hosts, host)
    elif "hidden" in told and place.serves:
        message = f"{where} {told['hidden']}: whether that starts a Redis of its own cannot be told."
        yield Verdict("unproven", urn, message, _SHOW)


def _on_one_of_several(urn: str, what: str, all_hosts: Hosts, host: str) -> Iterator[Verdict]:
    """What is on one machine of several is shared by nobody; where these may all be one, that is not certain."""
    harm = "each instance would have a Redis of its own, and each would answer differently"
    message = f"{what}{f', and {all_hosts.told}' if host else ''}: {harm}."
    if host in all_hosts.names and all_hosts.several is None:
        yield Verdict("unproven", urn, message, _NAME)
    else:
        yield Verdict("violation", urn, message)


def _on_the_only_server(place: Place, what: str, besides: Besides | None) -> Iterator[Verdict]:
    """One server may have one Redis for all of its workers, where it has no other and lets nobody else in."""
    text, urn = _plain(place), place.resource.urn
    found = opening(place.content) if isinstance(place.content, dict) else _opened(text)
    if besides is not None and (besides.certain or found is None):
        status: Status = "violation" if besides.certain else "unproven"
        yield Verdict(status, urn, f"{what}, {besides.told}: all instances share exactly one Redis.")
    elif found is not None and found.certain:
        yield Verdict("violation", urn, f"{what} and lets other machines in ({found.what}).", _CLOSE)
    elif found is not None:
        message = f"{what}, and whether it lets other machines in cannot be told: {found.what}."
        yield Verdict("unproven", urn, message, _CLOSE)


def _opened(text: str) -> Opening | None:
    """What opens the server that a script starts."""
    if line := opened(text):
        return Opening(line)
    return Opening("where it listens is hidden", certain=False) if hides_address(text) else None


def _plain(place: Place) -> str:
    if place.form == "containers":
        return ""
    try:
        return "\n".join(readable(place.content))
    except UnreadableError:
        return ""


def _is_own_container(seen: Seen) -> bool:
    return seen.place.form == "containers" and any(each.kind == "starts" for each in seen.sightings)


def _is_in_an_application(place: Place) -> bool:
    """Whether a container runs a script of several programs and its image is not a server's own."""
    content: Any = place.content if place.form == "containers" and isinstance(place.content, dict) else {}
    words = [*_list(content.get("command")), *_list(content.get("entrypoints"))]
    return "-c" in words and not image_in(str(content.get("image", "")))


def _list(value: Any) -> list[Any]:  # Any: a document
    return value if isinstance(value, list) else []
