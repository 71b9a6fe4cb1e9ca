"""What the repository of a stack's images guarantees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.components.planning import inside, part_of, target

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

each_repository = pytest.mark.parametrize("component", ["images", "images-retained", "images-alone"])


def repository(parts: Graph, component: str, role: str = "repository") -> Resource:
    (found,) = [each for each in part_of(parts, component, "Repository") if each.name == f"{component}-{role}"]
    return found


def lifecycle(parts: Graph, component: str, role: str) -> Resource:
    (found,) = [each for each in part_of(parts, component, "LifecyclePolicy") if each.name == f"{component}-{role}"]
    return found


def selection(policy: Resource) -> Value:
    (rule,) = json.loads(str(policy.inputs["policy"]))["rules"]
    assert rule["action"] == {"type": "expire"}
    chosen: Value = rule["selection"]
    return chosen


@each_repository
def test_no_image_can_be_changed_and_each_is_looked_into(parts: Graph, component: str) -> None:
    found = repository(parts, component).inputs
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert "imageTagMutabilityExclusionFilters" not in found
    for role in ("repository", "cache"):
        own = repository(parts, component, role).inputs
        assert inside(own["imageScanningConfiguration"], "scanOnPush") is True
        assert inside(own["encryptionConfigurations"], 0, "encryptionType") == "AES256"


def test_the_newest_images_stay_whether_or_not_they_have_a_tag(parts: Graph) -> None:
    policy = lifecycle(parts, "images-alone", "repository")
    assert target(policy.inputs["repository"]) == "images-alone-repository"
    assert selection(policy) == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}


def test_only_the_cache_s_own_tag_moves_and_what_it_leaves_expires_in_a_day(parts: Graph) -> None:
    cache = repository(parts, "images", "cache").inputs
    assert cache["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert cache["imageTagMutabilityExclusionFilters"] == [{"filter": "cache", "filterType": "WILDCARD"}]
    policy = lifecycle(parts, "images", "cache")
    assert target(policy.inputs["repository"]) == "images-cache"
    assert selection(policy) == {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countNumber": 1,
        "countUnit": "days",
    }


@each_repository
def test_another_policy_is_put_only_once_the_former_is_gone(parts: Graph, component: str) -> None:
    # Both are the one policy of their repository: deleted last, the former would take the new one with it.
    policies = part_of(parts, component, "LifecyclePolicy")
    assert [each.options.delete_before_replace for each in policies] == [True, True]


def test_deletion_protects_the_images_keeps_them_or_lets_them_go(parts: Graph) -> None:
    def options(component: str) -> tuple[bool, bool, Value]:
        found = repository(parts, component)
        return found.protect, found.options.retain_on_delete, found.inputs["forceDelete"]

    assert options("images") == (True, False, False)
    assert options("images-retained") == (False, True, False)
    assert options("images-alone") == (False, False, True)


@each_repository
def test_the_cache_is_never_in_the_way(parts: Graph, component: str) -> None:
    cache = repository(parts, component, "cache")
    assert (cache.protect, cache.options.retain_on_delete, cache.inputs["forceDelete"]) == (False, False, True)
