"""Inputs of a network in every spelling that AWS takes, and what is not known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from plan.model import Secret, Unknown
from policies.network.inputs import hidden, inside, items, leaves, maps, number, protocol, traffic, truth

if TYPE_CHECKING:
    from plan.model import Value

UNREADABLE: tuple[Value, ...] = ("yes", Unknown(), Secret(), [])


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *((value, True) for value in (True, "true", " True ", "1", 1, 2.0)),
        *((value, False) for value in (False, "false", "0", 0)),
        *((value, "unknown") for value in UNREADABLE),
    ],
    ids=repr,
)
def test_a_switch_is_read_in_every_spelling(value: Value, read: bool | str) -> None:  # noqa: FBT001 - of a table of cases
    assert truth(value, absent=True) == read
    assert truth(value, absent=False) == read


@pytest.mark.parametrize("absent", [True, False])
def test_a_switch_that_is_not_set_is_what_the_provider_makes_of_none(absent: bool) -> None:  # noqa: FBT001 - of a table of cases
    assert truth(None, absent=absent) is absent
    assert truth("", absent=absent) is absent


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (22, 22),
        (22.0, 22),
        ("22", 22),
        (" -1 ", -1),
        ("a", None),
        ("", None),
        (None, None),
        (True, None),
        (Unknown(), None),
    ],
    ids=repr,
)
def test_a_number_is_read_in_every_spelling(value: Value, read: int | None) -> None:
    assert number(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *((value, "all") for value in ("-1", -1, "all", " ALL ")),
        *((value, 6) for value in ("tcp", "TCP", "6", 6, " tcp ")),
        ("udp", 17), ("icmpv6", 58), ("58", 58), (0, 0), (255, 255),
        *((value, "unknown") for value in (256, -2, "carrier pigeon", None, "", Unknown(), Secret(), True)),
    ],
    ids=repr,
)  # fmt: skip
def test_a_protocol_is_read_by_name_and_number(value: Value, read: int | str) -> None:
    assert protocol(value) == read


@pytest.mark.parametrize(
    ("given", "said", "doubt"),
    [
        (("tcp", 80, 90), "tcp 80-90", ""),
        (("6", "80", "80"), "tcp 80", ""),
        (("udp", 0, 65535), "udp all", ""),
        (("tcp", None, None), "tcp all", ""),
        (("tcp", -1, -1), "tcp all", ""),
        (("tcp", 80, None), "tcp all", ""),
        (("tcp", None, 80), "tcp all", ""),
        (("tcp", 0, -1), "tcp all", ""),
        (("tcp", -1, 0), "tcp all", ""),
        (("tcp", 0, 0), "tcp 0", ""),
        (("tcp", 90, 80), "tcp all", "its ports 90 to 80 are no range"),
        (("tcp", 60000, 70000), "tcp 60000-65535", ""),
        (("tcp", Unknown(), 80), "tcp all", "its ports are not known"),
        (("tcp", 80, Secret()), "tcp all", "its ports are not known"),
        (("-1", 80, 80), "everything", ""),
        ((Unknown(), 80, 80), "everything", "its protocol is not known"),
        (("icmp", 8, 0), "icmp types 8", ""),
        (("icmp", 8, -1), "icmp types 8", ""),
        (("icmp", -1, -1), "icmp all", ""),
        (("icmp", None, None), "icmp all", ""),
        (("icmpv6", 128, None), "icmpv6 types 128", ""),
        (("icmp", Unknown(), 0), "icmp all", "its ICMP type is not known"),
        (("icmp", 8, Unknown()), "icmp all", "its ICMP type is not known"),
        (("gre", 1, 2), "other protocols 47", ""),
    ],
)
def test_what_a_rule_is_about_is_the_most_that_it_may_be(given: tuple[Any, ...], said: str, doubt: str) -> None:
    found, told = traffic(*given)
    assert (str(found), told) == (said, doubt)


def test_one_alone_is_a_list_of_one_and_nothing_is_none() -> None:
    assert items(None) == items("") == ()
    assert items("a") == ("a",)
    assert items(["a", None]) == items(("a", None)) == ("a", None)
    assert items({"a": 1}) == ({"a": 1},)
    assert maps({"a": 1}) == maps([{"a": 1}, "b", Unknown()]) == ({"a": 1},)


def test_a_leaf_is_found_through_maps_and_lists_of_one() -> None:
    assert inside({"a": {"b": 1}}, "a.b") == inside({"a": [{"b": 1}]}, "a.b") == 1
    assert inside({"a": [{"b": 1}, {"b": 2}]}, "a.b") is None
    assert inside({"a": {"c": 1}}, "a.b") is None
    assert inside({"a": "text"}, "a.b") is None
    unknown = Unknown(text="x")
    assert inside({"a": unknown}, "a.b") is unknown
    assert inside({"a": [unknown]}, "a.b") is unknown


def test_leaves_are_found_through_every_list_and_hidden_parts_stay() -> None:
    unknown = Unknown(text="x")
    value: Value = {"a": [{"b": ["one", "two"]}, {"b": "three"}, {"c": 1}, unknown, "text"]}
    assert leaves(value, "a.b") == ("one", "two", "three", unknown)
    assert leaves({"a": unknown}, "a.b") == (unknown,)
    assert leaves({"a": None}, "a.b") == leaves({}, "a") == ()


def test_what_is_unknown_or_secret_is_hidden() -> None:
    assert hidden(Unknown())
    assert hidden(Secret())
    assert not hidden(None)
    assert not hidden("text")
