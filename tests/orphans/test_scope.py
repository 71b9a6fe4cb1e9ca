"""Where to look and for which tags, as a plan says."""

from __future__ import annotations

import json

import pytest

from plan.model import Plan, Resource, Value
from slipway.errors import UsageError
from slipway.orphans.scope import scope_of

MARKS = {"application": "orders", "environment": "staging", "managed-by": "slipway"}


def plan(*providers: dict[str, Value]) -> Plan:
    kind = "pulumi:providers:aws"
    made = [Resource(f"urn:{number}", kind, str(number), True, "", each) for number, each in enumerate(providers)]  # noqa: FBT003 - the model's
    return Plan("shop", "dev", tuple(made))


def provider(region: str, tags: dict[str, str], **more: Value) -> dict[str, Value]:
    return {"region": region, "defaultTags": json.dumps({"tags": tags}), **more}


def test_the_providers_region_is_asked_and_the_one_of_what_belongs_to_none() -> None:
    scope = scope_of(plan(provider("eu-central-1", {"app": "shop"})), (), {}, None)

    assert scope.regions == ("eu-central-1", "us-east-1")
    assert {tags for _, tags in scope.queries} == {(("app", "shop"),)}


def test_tags_that_a_stack_may_get_later_are_not_asked_for() -> None:
    scope = scope_of(plan(provider("us-east-1", {**MARKS, "cost-centre": "42"})), (), {}, None)

    assert scope.queries == (("us-east-1", tuple(sorted(MARKS.items()))),)


def test_each_provider_is_asked_with_its_own_tags() -> None:
    scope = scope_of(plan(provider("eu-west-1", {"a": "1"}), provider("us-west-2", {"b": "2"})), (), {}, None)

    assert {("eu-west-1", (("a", "1"),)), ("us-west-2", (("b", "2"),))} <= set(scope.queries)


def test_the_users_tags_take_the_place_of_the_providers_and_regions_are_added() -> None:
    scope = scope_of(plan(provider("eu-west-1", {"a": "1"})), ("us-west-2",), {"mine": "yes"}, None)

    assert scope.regions == ("eu-west-1", "us-east-1", "us-west-2")
    assert {tags for _, tags in scope.queries} == {(("mine", "yes"),)}


def test_accounts_and_role_are_those_of_the_deployment() -> None:
    role = json.dumps([{"roleArn": "arn:aws:iam::123456789012:role/deploy"}])
    given = provider("us-east-1", MARKS, allowedAccountIds='["123456789012"]', assumeRoles=role)
    scope = scope_of(plan(given), (), {}, None)

    assert scope.accounts == ("123456789012",)
    assert scope.role_arn == "arn:aws:iam::123456789012:role/deploy"


def test_a_program_without_a_provider_of_its_own_is_asked_where_it_is_configured() -> None:
    assert scope_of(plan(), (), {"a": "1"}, "eu-west-1").regions == ("eu-west-1", "us-east-1")


def test_without_tags_everything_would_be_an_orphan_so_it_is_refused() -> None:
    with pytest.raises(UsageError, match="--tag KEY=VALUE"):
        scope_of(plan({"region": "us-east-1"}), (), {}, None)


def test_without_a_region_nothing_can_be_asked() -> None:
    with pytest.raises(UsageError, match="--region REGION"):
        scope_of(plan(), (), {"a": "1"}, None)
