from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from plan.graph import Graph
from plan.model import Unknown
from policies.network.blocks import Blocks
from policies.network.links import Links
from policies.network.prefix_lists import ENDPOINT, LIST, Addresses, PrefixLists
from tests.policies.plans import plan_of, resource, whole

if TYPE_CHECKING:
    from plan.model import Resource, Value

ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
INLINE = resource(LIST, "inline", {"entries": [{"cidr": "10.1.0.0/16"}, {"cidr": "10.2.0.0/16"}]})
APART = resource(LIST, "apart", {})
ENTRIES = [
    resource(ENTRY, "first", {"prefixListId": whole(APART), "cidr": "10.3.0.0/16"}),
    resource(ENTRY, "second", {"prefixListId": whole(APART), "cidr": "10.4.0.0/16"}),
]
GATEWAY = resource(ENDPOINT, "files", {"vpcId": "vpc-1"})


def lists() -> PrefixLists:
    """The lists of a plan with two of them and an endpoint."""
    return PrefixLists(Links(Graph(plan_of([INLINE, APART, *ENTRIES, GATEWAY]))))


def blocks(*texts: str) -> Blocks:
    """These blocks together."""
    read = [Blocks.read(text) for text in texts]
    return Blocks.union(each for each in read if each is not None)


def test_a_list_names_the_blocks_in_it_and_those_of_its_own_resources() -> None:
    assert lists().named(whole(INLINE)) == Addresses(blocks("10.1.0.0/16", "10.2.0.0/16"))
    assert lists().named(whole(APART)) == Addresses(blocks("10.3.0.0/16", "10.4.0.0/16"))


def test_several_lists_name_what_each_of_them_does() -> None:
    expected = Addresses(blocks("10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"), (GATEWAY,))
    assert lists().named([whole(INLINE), whole(GATEWAY, "prefixListId"), whole(APART)]) == expected


def test_the_list_of_an_endpoint_is_addresses_of_its_service() -> None:
    assert lists().named(whole(GATEWAY, "prefixListId")) == Addresses(services=(GATEWAY,))


def test_a_list_that_the_plan_does_not_hold_is_told() -> None:
    assert lists().named("pl-1") == Addresses(lost=("the prefix list pl-1 is not in the plan",))
    assert lists().named([whole(APART), "pl-1"]).blocks == blocks("10.3.0.0/16", "10.4.0.0/16")


def test_blocks_are_read_and_what_is_none_is_told() -> None:
    values: list[Value] = ["10.1.0.0/16", "", None, "10.1.0.0/40", Unknown(), "10.2.0.0/16"]
    told = ("10.1.0.0/40 is no block of addresses", "a block of addresses is not known")
    assert lists().blocks(values) == Addresses(blocks("10.1.0.0/16", "10.2.0.0/16"), lost=told)
    assert lists().blocks("10.1.0.0/16") == Addresses(blocks("10.1.0.0/16"))
    assert lists().blocks([]) == Addresses()


@pytest.mark.parametrize(
    "owner",
    [
        replace(INLINE, external=True),
        resource(LIST, "inline", {"entries": Unknown()}),
        resource(LIST, "inline", {"entries": "10.1.0.0/16"}),
    ],
    ids=["is only read", "entries are not known", "entries are no list"],
)
def test_a_list_whose_entries_the_plan_does_not_hold_is_told(owner: Resource) -> None:
    told = Addresses(lost=("the entries of the prefix list inline are not in the plan",))
    assert PrefixLists(Links(Graph(plan_of([owner])))).named(whole(owner)) == told


def test_a_list_without_entries_names_nothing() -> None:
    assert PrefixLists(Links(Graph(plan_of([APART])))).named(whole(APART)) == Addresses()


def test_what_either_names_comes_in_order() -> None:
    one = Addresses(blocks("10.1.0.0/16"), (GATEWAY,), ("a",))
    two = Addresses(blocks("10.2.0.0/16"), (INLINE,), ("b",))
    assert one | two == Addresses(blocks("10.1.0.0/16", "10.2.0.0/16"), (GATEWAY, INLINE), ("a", "b"))
