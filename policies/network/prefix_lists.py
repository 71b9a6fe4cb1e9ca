"""Lists of blocks that rules and routes name as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from policies.network.blocks import NO_BLOCKS, Blocks
from policies.network.inputs import items, maps

if TYPE_CHECKING:
    from plan.model import Resource, Value
    from policies.network.links import Links

LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
_ENTRY: Final = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Blocks that an input names. `services` are gateway endpoints whose own list it names: addresses of AWS alone."""

    blocks: Blocks = NO_BLOCKS
    services: tuple[Resource, ...] = ()
    lost: tuple[str, ...] = ()

    def __or__(self, other: Addresses) -> Addresses:
        """What either names."""
        return Addresses(self.blocks | other.blocks, (*self.services, *other.services), (*self.lost, *other.lost))


class PrefixLists:
    """The lists of one plan."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._apart: dict[str, list[Value]] = {}
        for entry in links.graph.of_type(_ENTRY):
            for owner in links.find(entry.inputs.get("prefixListId"), {LIST}).resources:
                self._apart.setdefault(owner.urn, []).append(entry.inputs.get("cidr"))

    def blocks(self, values: Value) -> Addresses:
        """The addresses of one block or a list of them."""
        found = Addresses()
        for value in items(self._links.known(values)):
            text = self._links.known(value)
            if text in (None, ""):
                continue
            block = Blocks.read(text) if isinstance(text, str) else None
            told = f"{text} is no block of addresses" if isinstance(text, str) else "a block of addresses is not known"
            found |= Addresses(block) if block is not None else Addresses(lost=(told,))
        return found

    def named(self, values: Value) -> Addresses:
        """The addresses of one list or several, by their ids."""
        found = self._links.find(values, {LIST, ENDPOINT}, "the prefix list")
        known = Addresses(lost=found.lost)
        for each in found.resources:
            known |= Addresses(services=(each,)) if each.type == ENDPOINT else self._entries(each)
        return known

    def _entries(self, owner: Resource) -> Addresses:
        given = self._links.known(owner.inputs.get("entries"))
        if owner.external or (given is not None and not isinstance(given, (list, tuple))):
            return Addresses(lost=(f"the entries of the prefix list {owner.name} are not in the plan",))
        return self.blocks([*(each.get("cidr") for each in maps(given)), *self._apart.get(owner.urn, [])])
