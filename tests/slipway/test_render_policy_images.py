"""What who deploys may do in registries: push what the plan builds, and look up what it names by a tag."""

from __future__ import annotations

from dataclasses import replace

from tests.slipway.test_render_policy import SCOPE, allowing, policy, resource

REPOSITORY, IMAGE = "aws:ecr/repository:Repository", "docker-build:index:Image"
PUSH = "ecr:PutImage"


def test_images_are_pushed_to_the_repositories_of_the_plan_only() -> None:
    found = policy(resource(REPOSITORY, "images"), resource(IMAGE, "image"))
    (pushing,) = allowing(found, PUSH)
    assert pushing["Resource"] == ["arn:aws:ecr:eu-west-1:123456789012:repository/shop-*"]
    assert "ecr:UploadLayerPart" in pushing["Action"]
    (login,) = allowing(found, "ecr:GetAuthorizationToken")
    assert login["Resource"] == ["*"]


def test_whoever_builds_for_another_registry_or_nothing_may_push_nothing() -> None:
    assert allowing(policy(resource("aws:sns/topic:Topic", "topic"), resource(IMAGE, "image")), PUSH) == []
    assert allowing(policy(resource(REPOSITORY, "images")), PUSH) == []


def test_a_tag_is_looked_up_in_its_own_repository() -> None:
    arn = "arn:aws:ecr:eu-west-1:123456789012:repository/acme/shop"
    (looking,) = allowing(
        policy(resource(REPOSITORY, "images"), scope=replace(SCOPE, tagged=arn)), "ecr:DescribeImages"
    )
    assert looking["Resource"] == [arn]
