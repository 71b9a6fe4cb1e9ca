"""Sets of numbers, addresses and traffic do what sets do, and read as people write them."""

from __future__ import annotations

from itertools import product

import pytest

from policies.network.blocks import EVERYWHERE, EVERYWHERE_V4, INTERNET_V4, NO_BLOCKS, PRIVATE, Blocks
from policies.network.filters import atoms
from policies.network.spans import Spans
from policies.network.traffic import ALL, ICMP, ICMP_V6, PORTS, TCP, UDP, WEB, Traffic, message_spans

BITS = 6
SETS = [frozenset(bit for bit in range(BITS) if mask >> bit & 1) for mask in range(2**BITS)]


def spans(numbers: frozenset[int]) -> Spans:
    return Spans.of((number, number) for number in numbers)


def blocks(*texts: str) -> Blocks:
    found = [Blocks.read(text) for text in texts]
    assert None not in found
    return Blocks.union(each for each in found if each is not None)


def test_spans_are_sets() -> None:
    for one, other in product(SETS, SETS):
        mine, theirs = spans(one), spans(other)
        assert mine | theirs == spans(one | other)
        assert mine & theirs == spans(one & other)
        assert mine - theirs == spans(one - other)
    for one in SETS:
        assert (bool(spans(one)), spans(one).size) == (bool(one), len(one))
        assert {number for number in range(-1, BITS + 1) if number in spans(one)} == one


def test_spans_join_what_touches_or_overlaps_and_leave_out_what_ends_before_it_begins() -> None:
    assert Spans.of([(5, 9), (1, 3), (4, 4), (20, 30), (22, 25), (3, 2)]) == Spans(((1, 9), (20, 30)))
    assert Spans.of([(1, 9), (2, 3), (11, 11)]) == Spans(((1, 9), (11, 11)))


def test_blocks_are_read_as_they_are_written() -> None:
    assert blocks("10.0.0.0/30") == Blocks(v4=Spans(((0x0A000000, 0x0A000003),)))
    assert blocks(" 10.0.0.3/30 ") == blocks("10.0.0.0/30")
    assert blocks("::/127") == Blocks(v6=Spans(((0, 1),)))
    assert blocks("0.0.0.0/1", "128.0.0.0/1") == EVERYWHERE_V4
    assert [Blocks.read(text) for text in ("", "10.0.0.0/33", "everywhere", "10.0.0")] == [None] * 4


def test_blocks_are_sets_of_both_versions() -> None:
    one, other = blocks("10.0.0.0/24", "2001:db8::/64"), blocks("10.0.0.128/25", "2001:db8::/65")
    assert str(one - other) == "10.0.0.0/25, 2001:db8:0:0:8000::/65"
    assert one & other == other
    assert one | other == one
    assert [bool(each) for each in (NO_BLOCKS, blocks("10.0.0.1/32"), blocks("::1/128"))] == [False, True, True]


def test_public_addresses_are_those_outside_of_the_private_ranges() -> None:
    assert blocks("10.0.0.0/8", "172.16.0.0/12", "100.64.0.0/10", "fe80::/10").public == NO_BLOCKS
    assert str(blocks("10.0.0.0/7").public) == "11.0.0.0/8"
    assert EVERYWHERE_V4 - PRIVATE == INTERNET_V4
    assert blocks("224.0.0.0/3").public == NO_BLOCKS


@pytest.mark.parametrize(
    ("texts", "world"),
    [
        (["1.2.0.0/16"], False),
        (["1.2.0.0/16", "1.3.0.0/32"], True),
        (["2001:db8::/32"], False),
        (["2001:db8::/32", "2001:db9::/128"], True),
        (["10.0.0.0/8"], False),
        (["0.0.0.0/0"], True),
        (["::/0"], True),
    ],
)
def test_more_than_a_16_of_public_addresses_is_the_world(texts: list[str], world: bool) -> None:  # noqa: FBT001 - of a table of cases
    assert blocks(*texts).is_world is world


def test_many_blocks_are_shown_by_the_first_four() -> None:
    four = [f"10.{number}.0.0/24" for number in range(4)]
    assert str(blocks(*four)) == "10.0.0.0/24, 10.1.0.0/24, 10.2.0.0/24, 10.3.0.0/24"
    assert str(blocks(*four, "10.9.0.0/24", "::/1")) == f"{', '.join(four)}, 2 more"
    assert str(NO_BLOCKS) == "no address"
    assert str(EVERYWHERE) == "0.0.0.0/0, ::/0"


def test_atoms_are_the_parts_that_no_block_tells_apart() -> None:
    whole = blocks("10.0.0.0/29", "2001:db8::/127")
    cuts = [blocks("10.0.0.0/31"), blocks("10.0.0.3/32", "2001:db8::1/128"), blocks("10.0.1.0/24")]
    assert [str(each) for each in atoms(whole, cuts)] == [
        "10.0.0.0/31", "10.0.0.2/32", "10.0.0.3/32", "10.0.0.4/30", "2001:db8::/128", "2001:db8::1/128",
    ]  # fmt: skip
    assert atoms(whole, []) == (blocks("10.0.0.0/29"), blocks("2001:db8::/127"))


KINDS = {
    "tcp": Traffic.ports(TCP, Spans(((80, 90),))),
    "udp": Traffic.ports(UDP, Spans(((53, 53),))),
    "icmp": Traffic.ports(ICMP, message_spans(8, -1)),
    "icmpv6": Traffic.ports(ICMP_V6, message_spans(128, 0)),
    "others": Traffic.ports(47, PORTS),
}


def test_traffic_of_one_protocol_is_of_no_other() -> None:
    together = Traffic()
    for name, one in KINDS.items():
        assert one
        assert [other for other in KINDS if KINDS[other] & one] == [name]
        assert ALL & one == one
        assert not one - ALL
        together |= one
    for one in KINDS.values():
        assert not (together - one) & one
        assert (together - one) | one == together
    assert not Traffic()


def test_whole_protocols_are_those_of_which_anything_passes() -> None:
    for name, one in KINDS.items():
        whole = one.whole_protocols()
        assert whole & ALL == whole
        assert [other for other in KINDS if getattr(whole, other)] == [name]
        assert whole.others == one.others
        if name in ("tcp", "udp"):
            assert getattr(whole, name) == PORTS
        if name.startswith("icmp"):
            assert getattr(whole, name) == message_spans(-1, -1)
    assert Traffic().whole_protocols() == Traffic()


@pytest.mark.parametrize(
    ("traffic", "said"),
    [
        (ALL, "everything"),
        (Traffic(), ""),
        (KINDS["tcp"], "tcp 80-90"),
        (WEB, "tcp 80, 443 and udp 443"),
        (Traffic.ports(TCP, PORTS), "tcp all"),
        (Traffic.ports(UDP, PORTS), "udp all"),
        (KINDS["icmp"], "icmp types 8"),
        (Traffic.ports(ICMP, message_spans(3, 4) | message_spans(4, -1)), "icmp types 3-4"),
        (KINDS["icmpv6"], "icmpv6 types 128"),
        (Traffic.ports(ICMP_V6, message_spans(-1, -1)), "icmpv6 all"),
        (KINDS["others"], "other protocols 47"),
        (Traffic(others=ALL.others), "other all"),
    ],
)
def test_traffic_reads_as_people_write_it(traffic: Traffic, said: str) -> None:
    assert str(traffic) == said


def test_a_message_of_icmp_is_a_type_and_a_code_of_which_either_may_be_any() -> None:
    assert message_spans(8, 0) == Spans(((2048, 2048),))
    assert message_spans(0, 5) == Spans(((5, 5),))
    assert message_spans(0, -1) == Spans(((0, 255),))
    assert message_spans(-1, 3) == Spans(((0, 65535),))
