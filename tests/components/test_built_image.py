"""What an image that a deployment builds guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.model import Secret
from tests.components.planning import inside, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

REPOSITORY = "registry.example.com/shop"


def test_no_preview_builds_anything(parts: Graph) -> None:
    assert the_part(parts, "image", "Image").inputs["buildOnPreview"] is False


def test_the_image_is_pushed_by_its_digest_and_has_no_tag(parts: Graph) -> None:
    # A tag that cannot be moved would refuse what is built again from former files, and a refresh with a password that
    # has run out would take the image for deleted.
    inputs = the_part(parts, "image", "Image").inputs
    export = inside(inputs["exports"], 0, "registry")
    assert (inside(export, "push"), inside(export, "pushByDigest")) == (True, True)
    assert inside(export, "names") == [REPOSITORY]
    assert "tags" not in inputs
    assert inputs["push"] is False  # beside an export it would be refused


def test_other_content_is_another_image(parts: Graph) -> None:
    labels = inside(the_part(parts, "image", "Image").inputs, "labels")
    assert inside(labels, "dev.slipway.content") == "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a"
    assert inside(labels, "org.opencontainers.image.title") == "shop"


def test_it_is_built_for_the_architecture_and_up_to_the_stage_that_is_asked_for(parts: Graph) -> None:
    plain, staged = (the_part(parts, name, "Image").inputs for name in ("image", "image-of-a-stage"))
    assert (plain["platforms"], staged["platforms"]) == (["linux/arm64"], ["linux/amd64"])
    assert "target" not in plain
    assert staged["target"] == "production"


def test_the_cache_has_all_layers_in_the_form_that_amazon_takes_and_fails_no_build(parts: Graph) -> None:
    inputs = the_part(parts, "image", "Image").inputs
    cache = inside(inputs["cacheTo"], 0, "registry")
    wanted = {"mode": "max", "imageManifest": True, "ociMediaTypes": True, "ignoreError": True}
    assert {name: inside(cache, name) for name in wanted} == wanted
    assert inside(cache, "ref") == inside(inputs["cacheFrom"], 0, "registry", "ref") == f"{REPOSITORY}-cache:cache"


def test_the_password_of_the_registry_is_a_secret(parts: Graph) -> None:
    login = inside(the_part(parts, "image", "Image").inputs["registries"], 0)
    assert isinstance(inside(login, "password"), Secret)
    assert inside(login, "address") == REPOSITORY
