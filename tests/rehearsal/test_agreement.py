"""The comparison of a cloud with a state names every object that only one of them has, or has otherwise."""

from __future__ import annotations

from slipway.rehearsal.agreement import differences, pending, recorded, told
from tests.rehearsal.worlds import SUBNET, VPC, entry, secret, state, thing, urn


def test_a_cloud_that_holds_what_the_state_says_has_no_differences() -> None:
    made = (thing(VPC, "vpc", "vpc-1", cidrBlock="10.0.0.0/16"),)

    assert differences(made, recorded(state(entry(VPC, "vpc", "vpc-1", inputs={"cidrBlock": "10.0.0.0/16"})))) == ()


def test_an_object_that_no_state_records_is_an_orphan_with_type_id_and_urn() -> None:
    (orphan,) = differences((thing(VPC, "vpc", "vpc-1"),), recorded(state()))

    assert (orphan.kind, orphan.type, orphan.id, orphan.urn) == ("orphan", VPC, "vpc-1", urn(VPC, "vpc"))
    assert str(orphan) == f"orphan: in the cloud, in no state: {VPC} vpc-1 ({urn(VPC, 'vpc')})"


def test_an_entry_without_its_object_is_a_ghost() -> None:
    (ghost,) = differences((), recorded(state(entry(VPC, "vpc", "vpc-1"))))

    assert (ghost.kind, ghost.type, ghost.id) == ("ghost", VPC, "vpc-1")


def test_the_same_id_of_another_type_is_another_object() -> None:
    found = differences((thing(SUBNET, "vpc", "one"),), recorded(state(entry(VPC, "vpc", "one"))))

    assert {each.kind for each in found} == {"orphan", "ghost"}


def test_inputs_that_differ_are_named_and_secrets_are_compared_in_clear() -> None:
    made = (thing(VPC, "vpc", "vpc-1", cidrBlock="10.0.0.0/16", wanted="one", same="same"),)
    inputs = {"cidrBlock": "10.1.0.0/16", "wanted": secret('"other"'), "same": secret('"same"')}

    (found,) = differences(made, recorded(state(entry(VPC, "vpc", "vpc-1", inputs=inputs))))

    assert (found.kind, found.about) == ("inputs", "cidrBlock, wanted")


def test_what_no_provider_compares_may_differ() -> None:
    image = "docker-build:index:Image"

    def login(password: str) -> list[dict[str, str]]:
        return [{"username": "AWS", "password": password}]

    made = (thing(image, "shop", "sha256:1", push=False, registries=login("one")),)
    same, other = (
        recorded(state(entry(image, "shop", "sha256:1", inputs={"push": push, "registries": login("two")})))
        for push in (False, True)
    )

    assert differences(made, same) == ()
    assert [found.about for found in differences(made, other)] == ["push"]


def test_what_waits_for_its_deletion_is_expected_in_the_cloud() -> None:
    old = entry(VPC, "vpc", "vpc-1", inputs={"cidrBlock": "old"}, delete=True)

    assert differences((thing(VPC, "vpc", "vpc-1", cidrBlock="new"),), recorded(state(old))) == ()


def test_components_reads_providers_and_the_engines_own_are_expected_nowhere() -> None:
    others = state(
        entry("shop:index:Shelf", "shelf"),
        entry("pulumi:providers:aws", "east", "some-id"),
        entry("pulumi:pulumi:StackReference", "network", "organization/network/dev"),
        entry("pulumi-python:dynamic:Resource", "own", "1"),
        entry(VPC, "read", "vpc-9", external=True),
    )

    assert differences((), recorded(others)) == ()


def test_many_differences_are_told_shortly() -> None:
    found = differences([thing(VPC, f"vpc-{number}", f"vpc-{number}") for number in range(9)], recorded(state()))

    assert len(told(found).splitlines()) == 6
    assert told(found).endswith("and 4 more")


def test_operations_that_were_not_finished_are_pending() -> None:
    assert pending(state(pending=(urn(VPC, "vpc"),))) == [urn(VPC, "vpc")]
    assert pending({"deployment": {}}) == []
