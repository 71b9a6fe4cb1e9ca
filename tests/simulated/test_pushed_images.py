"""What a registry of Amazon's takes from a builder: two packages in one simulated cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulated.driving import Driven, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

IMAGE, REPOSITORY = "docker-build:index:Image", "aws:ecr/repository:Repository"
FILTER = [{"filter": "cache*", "filterType": "WILDCARD"}]


class Registry:
    def __init__(self, cloud: Path, **inputs: Any) -> None:  # Any: inputs of a repository
        aws = Driven("aws", cloud)
        aws.make("shop", REPOSITORY, inputs)
        self.url = aws.made["shop"].outputs["repositoryUrl"]
        self.builder = Driven("docker-build", cloud)

    def push(self, name: str, tag: str) -> None:
        self.builder.make(name, IMAGE, {"push": True, "context": {"location": "shop"}, "tags": [f"{self.url}:{tag}"]})

    def push_by_digest(self, name: str, url: str = "") -> None:
        registry = {"names": [url or self.url], "pushByDigest": True}
        inputs = {"push": False, "context": {"location": "shop"}, "exports": [{"registry": registry}]}
        self.builder.make(name, IMAGE, inputs)


@pytest.mark.parametrize(
    ("mode", "tag", "once"),
    [
        ("IMMUTABLE", "1.4.2", True),
        ("MUTABLE", "1.4.2", False),
        ("IMMUTABLE_WITH_EXCLUSION", "1.4.2", True),
        ("IMMUTABLE_WITH_EXCLUSION", "cache", False),
        ("MUTABLE_WITH_EXCLUSION", "1.4.2", False),
        ("MUTABLE_WITH_EXCLUSION", "cache-1", True),
    ],
)
def test_a_tag_that_cannot_be_moved_is_given_once(tmp_path: Path, mode: str, tag: str, *, once: bool) -> None:
    filters = {"imageTagMutabilityExclusionFilters": FILTER} if mode.endswith("_EXCLUSION") else {}
    registry = Registry(tmp_path, imageTagMutability=mode, **filters)
    registry.push("first", tag)
    registry.push("another", "other")
    if not once:
        registry.push("second", tag)
        return
    with pytest.raises(RefusedError) as refused:
        registry.push("second", tag)
    assert f"The image tag '{tag}' already exists in the" in refused.value.says
    registry.builder.delete("first")
    with pytest.raises(RefusedError):
        registry.push("second", tag)  # what is pushed stays, when its resource is gone


def test_a_new_build_under_its_own_tag_is_refused_too(tmp_path: Path) -> None:
    registry = Registry(tmp_path, imageTagMutability="IMMUTABLE")
    registry.push("image", "1.4.2")
    with pytest.raises(RefusedError, match="cannot be overwritten because the tag is immutable"):
        registry.builder.change("image", {"labels": {"content": "other"}})


def test_what_is_pushed_by_digest_can_be_pushed_again_and_is_another_image(tmp_path: Path) -> None:
    registry = Registry(tmp_path, imageTagMutability="IMMUTABLE")
    registry.push_by_digest("image")
    first = registry.builder.made["image"].outputs["digest"]
    registry.builder.change("image", {"labels": {"content": "other"}})
    second = registry.builder.made["image"].outputs["digest"]
    registry.builder.change("image", {"labels": {}})
    assert len({first, second, registry.builder.made["image"].outputs["digest"]}) == 3


def test_a_repository_of_amazon_s_has_to_be_there_and_another_is_not_asked(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    registry.push_by_digest("elsewhere", "registry.example.com/shop")
    with pytest.raises(RefusedError, match="name unknown: The repository with name 'none' does not exist"):
        registry.push_by_digest("image", f"{registry.url.partition('/')[0]}/none")
