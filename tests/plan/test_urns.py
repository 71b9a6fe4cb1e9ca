"""A URN is taken apart as Pulumi does it."""

from __future__ import annotations

import pytest

from plan.urns import is_urn, name_of, type_of

URN = "urn:pulumi:dev::shop::slipway:aws:Network$aws:ec2/vpc:Vpc::network::main"


def test_the_type_is_the_last_of_the_chain_and_the_name_is_all_that_follows() -> None:
    assert type_of(URN) == "aws:ec2/vpc:Vpc"
    assert name_of(URN) == "network::main"
    assert type_of("urn:pulumi:dev::shop::aws:sns/topic:Topic::news") == "aws:sns/topic:Topic"


@pytest.mark.parametrize(
    "text", ["", "news", "urn:pulumi:dev::shop::aws:sns/topic:Topic", "urn:pulumi:dev::shop::::news"]
)
def test_what_has_not_all_parts_is_no_urn(text: str) -> None:
    assert not is_urn(text)
    assert is_urn(URN)


def test_what_is_no_urn_has_no_type_and_is_its_own_name() -> None:
    assert type_of("news") == ""
    assert name_of("news") == "news"
