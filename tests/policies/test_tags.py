"""Required tags that a provider gives to everything it makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plan.model import Unknown, Value
from policies.aws.tags import RULES
from policies.judge import judge
from tests.policies.cases.building import a, facts
from tests.policies.plans import plan_of

WANTED = {"application": "shop", "environment": "production"}
VPC = a("aws:ec2/vpc:Vpc")
GROUP = a("aws:autoscaling/group:Group", "machines")


def found(tags: Value, identifier: str = "::id", own: Value = None) -> set[tuple[str, str]]:
    provider = a("pulumi:providers:aws", "eu", region="eu-west-1", defaultTags=tags)
    made = [replace(each, provider=f"{provider.urn}{identifier}") for each in (VPC, GROUP)]
    made[0] = replace(made[0], inputs={"tags": own} if own is not None else {})
    findings = judge(plan_of([facts(requiredTags=WANTED), provider, *made]), RULES)
    return {(each.urn.rpartition("::")[2], each.status) for each in findings}


@pytest.mark.parametrize("identifier", ["::id", ""])
@pytest.mark.parametrize(
    "tags",
    [
        '{"tags": {"application": "shop", "environment": "production", "more": "x"}}',
        {"tags": {"environment": "production", "application": "shop"}},
    ],
)
def test_the_providers_tags_stand_on_all_but_scaling_groups(tags: Value, identifier: str) -> None:
    """A plan names a provider with its id, the policy host without."""
    assert found(tags, identifier) == {("machines", "violation")}


def test_what_the_provider_does_not_give_a_resource_must_have_itself() -> None:
    half = '{"tags": {"application": "shop"}}'
    assert found(half) == {("it", "violation"), ("machines", "violation")}
    assert found(half, own={"environment": "production"}) == {("machines", "violation")}


def test_hidden_tags_of_the_provider_prove_nothing() -> None:
    assert found(Unknown()) == {("it", "unproven"), ("machines", "violation")}


def test_a_resources_own_tag_goes_before_the_providers() -> None:
    both = {"tags": WANTED}
    assert found(both, own={"application": "theirs"}) == {("it", "violation"), ("machines", "violation")}
    assert found(both, own={"application": Unknown()}) == {("it", "unproven"), ("machines", "violation")}
    assert found(both, own=Unknown()) == {("it", "unproven"), ("machines", "violation")}
    assert found(both, own={"more": Unknown()}) == {("machines", "violation")}


def test_an_own_tag_of_a_list_goes_before_the_providers_too() -> None:
    both = {"tags": WANTED}
    assert found(both, own=[{"key": "application", "value": "theirs"}]) == {
        ("it", "violation"),
        ("machines", "violation"),
    }
    assert found(both, own=[{"key": "more", "value": "x"}]) == {("machines", "violation")}
    assert found(both, own=[{"key": Unknown(), "value": "x"}]) == {("it", "unproven"), ("machines", "violation")}
