"""What security groups and network ACLs let pass between two ends, exact to the address and the port.

A pass is a conversation: the request and its answer. Security groups remember a request, so its answer always passes.
Network ACLs do not: the answer must pass them too. Who asks may ask from any port, so of TCP and UDP one open port on
the way back is enough; of other protocols any of their messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from policies.network.acls import passes
from policies.network.blocks import Blocks
from policies.network.spans import Spans
from policies.network.traffic import ALL, Traffic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policies.network.acls import Acl
    from policies.network.groups import Direction, GroupRule
    from policies.network.model import Network
    from policies.network.vpcs import Subnet
    from policies.network.zones import Zone


class Spot(NamedTuple):
    """Addresses of a zone in one subnet."""

    zone: Zone
    subnet: Subnet
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Passed:
    """What passes a filter, and which of its rules let it."""

    traffic: Traffic
    rules: tuple[GroupRule, ...] = ()


def spots(zone: Zone) -> tuple[Spot, ...]:
    """Where a zone's addresses may be. Those of version 6 count only where it has any."""
    return tuple(
        Spot(zone, subnet, subnet.blocks if zone.public_v6 is not False else Blocks(v4=subnet.blocks.v4))
        for subnet in zone.subnets
    )


def group_rules(network: Network, zone: Zone, direction: Direction) -> tuple[GroupRule, ...] | None:
    """The rules of all groups of a zone in one direction; None where it has no groups, and so no limit."""
    if zone.groups is None:
        return None
    return tuple(rule for key in zone.groups for rule in network.groups.by_key[key].of(direction))


def through_groups(rules: Sequence[GroupRule] | None, peer: Blocks, keys: Iterable[str] = ()) -> Passed:
    """What rules let through from or to addresses that no rule tells apart, and from or to members of groups."""
    if rules is None:
        return Passed(ALL)
    members = frozenset(keys)
    fitting = tuple(rule for rule in rules if rule.groups & members or rule.blocks & peer)
    return Passed(Traffic.union(rule.traffic for rule in fitting), fitting)


def between_acls(near: Acl, far: Acl, source: Blocks, destination: Blocks) -> Traffic:
    """What passes from one subnet to another and is answered, through the lists of both."""
    there = passes(near.outbound, destination) & passes(far.inbound, source)
    back = passes(far.outbound, source) & passes(near.inbound, destination)
    return there & back.whole_protocols()


def beyond_acl(acl: Acl, peer: Blocks, *, inward: bool) -> Traffic:
    """What passes one subnet's list and is answered, from outside (`inward`) or to it."""
    there = passes(acl.inbound if inward else acl.outbound, peer)
    back = passes(acl.outbound if inward else acl.inbound, peer)
    return there & back.whole_protocols()


def atoms(whole: Blocks, cuts: Iterable[Blocks]) -> tuple[Blocks, ...]:
    """The parts of a set of addresses that none of these blocks tells apart."""
    v4, v6 = list[Spans](), list[Spans]()
    for cut in cuts:
        v4.append(cut.v4)
        v6.append(cut.v6)
    return (
        *(Blocks(v4=part) for part in _parts(whole.v4, v4)),
        *(Blocks(v6=part) for part in _parts(whole.v6, v6)),
    )


def _parts(whole: Spans, cuts: Sequence[Spans]) -> tuple[Spans, ...]:
    bounds = sorted({bound for cut in cuts for first, last in cut.parts for bound in (first, last + 1)})
    found: list[Spans] = []
    for first, last in whole.parts:
        inner = [bound for bound in bounds if first < bound <= last]
        starts = [first, *inner]
        ends = [*(bound - 1 for bound in inner), last]
        found += [Spans(((start, end),)) for start, end in zip(starts, ends, strict=True)]
    return tuple(found)
