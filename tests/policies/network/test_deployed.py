"""Ids of what is deployed are read as the references that they were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from plan.graph import Graph
from plan.model import Unknown
from policies.network.deployed import with_references
from tests.policies.plans import plan_of, resource, whole

if TYPE_CHECKING:
    from plan.model import Resource, Value

A, B = "urn:pulumi:production::shop::aws:ec2/vpc:Vpc::a", "urn:pulumi:production::shop::aws:ec2/vpc:Vpc::b"
ONE, TWO = "sg-0123456789abcdef0", "subnet-0123abcd"
OTHER = resource("aws:ec2/vpc:Vpc", "other", {"id": ONE})


def asked(value: Value, *waits: str) -> Resource:
    """A resource with one such input, which waits for these, and another that waits for nothing."""
    made = resource("aws:ec2/instance:Instance", "asked", {"input": value, "rest": TWO})
    return replace(made, property_dependencies={"input": waits, "missing": waits, "rest": ()})


def read(value: Value, *waits: str) -> Value:
    """What the input is read as."""
    graph = with_references(Graph(plan_of([OTHER, asked(value, *waits)])))
    other, made = graph.plan.resources
    assert other is OTHER
    assert {key: each for key, each in made.inputs.items() if key != "input"} == {"rest": TWO}
    return made.inputs["input"]


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        "sg-01234567",
        "sg-" + "0" * 32,
        "rtb-assoc-0123abcd",
        "arn:aws:iam::123456789012:role/shop",
        "arn:aws-us-gov:s3:::shop",
    ],
)
def test_an_id_may_be_any_of_those_that_its_input_waits_for(text: str) -> None:
    assert read(text, A) == Unknown(text=text, dependencies=(A,))
    assert read(text, A, B) == Unknown(text=text, dependencies=(A, B))
    assert read(text) == text, "it waits for nothing"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop",
        "sg-0123456",
        "sg-" + "0" * 33,
        "SG-01234567",
        "sg-0123456g",
        "a sg-01234567",
        "sg-01234567 a",
        "sg-01234567\n",
        "a-b-c-01234567",
        "arn:",
        "arn:aws:",
        "arn:AWS:s3:::shop",
        "an arn:aws:s3:::shop",
    ],
)
def test_other_texts_are_what_they_are(text: str) -> None:
    assert read(text, A) == text


def test_ids_are_found_below_lists_and_maps_and_what_stands_beside_them_stays() -> None:
    one, two = (Unknown(text=text, dependencies=(A, B)) for text in (ONE, TWO))
    assert read([ONE, "shop", 3, None, TWO], A, B) == [one, "shop", 3, None, two]
    given: Value = [{"ids": [ONE], "name": "shop", "deep": {"id": TWO}}, True]
    assert read(given, A, B) == [{"ids": [one], "name": "shop", "deep": {"id": two}}, True]


def test_an_id_too_many_leaves_all_as_they_are() -> None:
    assert read([ONE, TWO], A) == [ONE, TWO]
    assert read([ONE, TWO], A, A) == [ONE, TWO], "the same one twice"
    assert read([ONE, ONE], A) == [Unknown(text=ONE, dependencies=(A,))] * 2


def test_an_unknown_leaf_stands_for_one_of_those_that_are_waited_for() -> None:
    leaf = Unknown(dependencies=(A, B))
    assert read([leaf, ONE], A, B) == [leaf, Unknown(text=ONE, dependencies=(A, B))]
    assert read([leaf, ONE], A) == [leaf, ONE]
    assert read([leaf], A) == [leaf]


def test_the_next_version_of_what_changes_is_no_id_beside_its_own() -> None:
    version = Unknown(dependencies=(A,))
    assert read({"id": ONE, "version": version}, A) == {
        "id": Unknown(text=ONE, dependencies=(A,)),
        "version": version,
    }
    assert read({"id": ONE, "other": version}, A) == {"id": ONE, "other": version}
    assert read({"ids": [ONE, TWO], "version": version}, A) == {"ids": [ONE, TWO], "version": version}
    assert read({"version": ONE}, A) == {"version": Unknown(text=ONE, dependencies=(A,))}
    offline: Value = {"id": ONE, "version": whole(OTHER)}
    assert read(offline, OTHER.urn) == offline, "an id in the program's own words"


def test_beside_a_reference_an_id_is_the_program_s_own() -> None:
    reference = whole(OTHER)
    assert read([reference, ONE], OTHER.urn, A) == [reference, ONE]


def test_a_plan_without_such_ids_is_the_same() -> None:
    for made in (asked("shop", A), asked(ONE), asked([ONE, TWO], A)):
        graph = Graph(plan_of([OTHER, made]))
        assert with_references(graph) is graph
