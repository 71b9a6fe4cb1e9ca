"""Two worlds are alike when they differ in nothing but what a cloud makes up."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest

from slipway.rehearsal.likeness import World, unlike
from tests.rehearsal.worlds import SUBNET, VPC, entry, secret, state, thing, urn


def network(identifier: str, *, tag: str = "shop", text: str = "", number: Any = 1, **more: Any) -> World:
    """A network with a part that refers to it, as one cloud makes it; `more` are fields of the part's entry."""
    arn = f"arn:aws:ec2:us-east-1:123456789012:vpc/{identifier}"
    inputs = {"vpcId": identifier, "tags": {"Name": tag}, "text": text.replace("ARN", arn), "number": number}
    needs = {"vpcId": [urn(VPC, "vpc")], **({"number": [urn(VPC, "vpc")]} if number != 1 else {})}
    cloud = (
        thing(VPC, "vpc", identifier, computed={"arn": arn, "state": "available"}),
        thing(SUBNET, "part", f"subnet-{identifier}", **inputs),
    )
    return World(
        cloud,
        state(
            entry(VPC, "vpc", identifier, inputs={}, dependencies=[]),
            entry(SUBNET, "part", f"subnet-{identifier}", **{"inputs": inputs, "propertyDependencies": needs, **more}),
        ),
    )


ONE, OTHER = "vpc-0123456789", "vpc-abcdef0123"


def encoded(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def test_ids_and_addresses_may_differ_wherever_they_stand() -> None:
    text = "reads ARN and says so in many words"

    assert unlike(network(ONE, text=text), network(OTHER, text=text)) == []


def test_made_up_values_may_differ_in_texts_that_are_encoded() -> None:
    one, other = (
        network(each, text=encoded(f"#!/bin/sh\n# {'long enough to look encoded ' * 4}\necho {each}"))
        for each in (ONE, OTHER)
    )

    assert unlike(one, other) == []


def test_an_id_may_be_a_number_where_somebody_wants_one_and_a_part_of_a_longer_one() -> None:
    one, other = (network(each, number=int(each), text=f"at {each}") for each in ("1205870133", "4261929020"))

    assert unlike(one, other) == []
    assert unlike(network("1205870133", number=1205870133), network("4261929020", number=12058701330)) != []


def test_a_short_id_of_digits_may_differ_where_it_stands_alone_and_nowhere_else() -> None:
    def keyed(identifier: str, text: str) -> World:
        cloud = (
            thing(VPC, "key", identifier),
            thing(SUBNET, "part", "subnet-0123456789", keys=[identifier], text=text),
        )
        return World(cloud, state())

    assert unlike(keyed("8884380", "shop"), keyed("5024541", "shop")) == []
    assert unlike(keyed("8884380", "at 8884380"), keyed("5024541", "at 5024541")) == [
        f"object {urn(SUBNET, 'part')}: differs in inputs.text"
    ]


def test_another_setting_is_a_difference() -> None:
    assert unlike(network(ONE, tag="shop"), network(OTHER, tag="stall")) == [
        f"entry {urn(SUBNET, 'part')}: differs in inputs.tags",
        f"object {urn(SUBNET, 'part')}: differs in inputs.tags",
    ]


def test_another_text_that_is_encoded_is_a_difference() -> None:
    one, other = (network(ONE, text=encoded(f"#!/bin/sh\n# {'long enough ' * 8}\n{each}")) for each in ("ls", "rm"))

    assert f"object {urn(SUBNET, 'part')}: differs in inputs.text" in unlike(one, other)


def test_a_reference_to_another_object_is_a_difference() -> None:
    other = network(OTHER)
    other.cloud[1].inputs["vpcId"] = other.cloud[1].id

    assert unlike(network(ONE), other) == [f"object {urn(SUBNET, 'part')}: differs in inputs.vpcId"]


def test_what_only_one_world_has_is_named() -> None:
    whole, other = network(ONE), network(OTHER)

    assert unlike(World(whole.cloud[:1], whole.deployment), other) == [f"object {urn(SUBNET, 'part')}: missing"]
    assert unlike(other, World(whole.cloud[:1], whole.deployment)) == [f"object {urn(SUBNET, 'part')}: one too many"]


@pytest.mark.parametrize(
    "more",
    [{"protect": True}, {"dependencies": [urn(VPC, "vpc")]}, {"parent": urn(VPC, "vpc")}, {"retainOnDelete": True}],
)
def test_another_place_or_protection_in_the_state_is_a_difference(more: dict[str, Any]) -> None:
    (found,) = unlike(network(ONE, **more), network(OTHER))

    assert found == f"entry {urn(SUBNET, 'part')}: differs in {next(iter(more))}"


def test_a_number_that_is_reckoned_from_what_was_made_up_may_differ_and_others_may_not() -> None:
    reckoned = unlike(network(ONE, number=71_234), network(OTHER, number=90_001))
    plain = unlike(network(ONE, number=1), network(OTHER, number=2, propertyDependencies={"vpcId": [urn(VPC, "vpc")]}))

    assert reckoned == []
    assert f"entry {urn(SUBNET, 'part')}: differs in inputs.number" in plain


def test_the_number_of_a_version_may_differ_beside_the_id_that_it_is_of_and_nothing_else_may() -> None:
    def told(left: dict[str, Any], right: dict[str, Any]) -> list[str]:
        return unlike(network(ONE, number=left), network(OTHER, number=right))

    assert told({"version": "1", "name": "a"}, {"version": "3", "name": "a"}) == []
    assert told({"version": "1", "name": "a"}, {"version": "3", "name": "b"}) != []
    assert told({"version": "1"}, {"version": "$Latest"}) != []
    assert told({"version": "1"}, {"version": "1", "name": "a"}) != []


def test_a_secret_that_was_made_up_may_differ() -> None:
    def one(value: str) -> World:
        made = thing("random:index/randomPassword:RandomPassword", "password", "none", computed={"result": value})
        holding = entry(VPC, "vpc", "vpc-1", inputs={"token": secret(f'"{value}"')})
        return World((made, thing(VPC, "vpc", "vpc-1", token=value)), state(holding))

    assert unlike(one("a-long-password"), one("another-password")) == []


def proven(digits: str, dot: str) -> World:
    """A certificate whose proof is asked for under a name that DNS ends with a dot, and the record of it."""
    certificate = thing(VPC, "certificate", f"certificate-{digits}", computed={"proof": f"_{digits}.shop.example.com."})
    record = thing(SUBNET, "record", f"record-{digits}", at=f"_{digits}.shop.example.com{dot}")
    return World((certificate, record), state())


def test_a_made_up_name_may_differ_where_it_stands_without_the_dot_of_dns() -> None:
    assert unlike(proven("0123456789", ""), proven("abcdef0123", "")) == []
    assert unlike(proven("0123456789", ""), proven("abcdef0123", ".")) == [
        f"object {urn(SUBNET, 'record')}: differs in inputs.at"
    ]


def test_what_no_provider_compares_makes_no_two_worlds_unlike() -> None:
    image = "docker-build:index:Image"

    def world(password: str, label: str) -> World:
        inputs: dict[str, Any] = {
            "labels": {"content": label},
            "registries": [{"username": "AWS", "password": password}],
        }
        entries = state(entry(image, "shop", "sha256:1", inputs=inputs))
        return World((thing(image, "shop", "sha256:1", **inputs),), entries)

    assert unlike(world("one", "same"), world("two", "same")) == []
    assert unlike(world("one", "same"), world("one", "other")) != []


def test_an_output_that_is_renewed_is_the_same_output_though_the_id_was_the_first_of_it() -> None:
    first, second = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"

    def running(digest: str, runs: str) -> World:
        image = thing("docker-build:index:Image", "image", first, computed={"digest": digest})
        return World((image, thing(SUBNET, "tasks", "tasks-1", runs=runs)), state())

    before = running(first, f"shop@{first}")
    assert unlike(before, running(second, f"shop@{second}")) == []
    assert unlike(before, running(second, f"shop@{first}")) == [
        f"object {urn(SUBNET, 'tasks')}: differs in inputs.runs"
    ]
