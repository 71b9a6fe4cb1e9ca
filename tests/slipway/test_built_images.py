"""Which images a release is that the deployment builds, and how that is noted and named."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.built_images import digests_of, going_on, identity, images_given, is_open, noted, noting, pinned

A, B = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
BUILD = {"kind": "build", "context": "shop", "keep": 30}
BUILDS: dict[str, Any] = {"kind": "builds", "builds": {"api": {"context": "shop"}, "jobs": {"context": "shop"}}}
IMAGE = {"kind": "image", "image": f"shop@{A}"}


def test_what_is_noted_can_be_read_again_and_a_message_without_a_note_tells_nothing() -> None:
    assert noted(noting("Mend the till", {"jobs": B, "api": A})) == {"api": A, "jobs": B}
    assert noted(noting("", {"api": A})) == {"api": A}
    for message in ("", "Mend the till", "Images until then: many", f"Tell of Images until then: api={A}"):
        assert noted(message) == {}


def test_a_release_is_known_once_each_of_its_images_is() -> None:
    assert (is_open(BUILD), is_open(BUILDS), is_open(IMAGE)) == (True, True, False)
    assert pinned(BUILD, {"api": A, "jobs": A}) == {**BUILD, "digest": A}
    assert pinned(BUILD, {"api": A, "jobs": B}) == BUILD
    assert pinned(BUILDS, {"api": A}) == BUILDS
    assert not is_open(pinned(BUILDS, {"api": A, "jobs": B}))
    assert pinned(IMAGE, {"api": B}) == IMAGE
    own = {**BUILDS, "builds": {**BUILDS["builds"], "api": {"context": "shop", "digest": B}}}
    assert pinned(own, {"api": A, "jobs": A})["builds"]["api"]["digest"] == B


def test_the_same_image_is_the_same_release_whatever_it_was_built_from() -> None:
    assert identity({**BUILD, "digest": A}) == identity({**BUILD, "context": "elsewhere", "keep": 40, "digest": A})
    assert identity(BUILD) == identity({**BUILD, "keep": 40})
    assert identity(BUILD) != identity({**BUILD, "target": "production"})


def test_a_way_back_leaves_what_is_kept_as_the_file_says_now() -> None:
    own = {**BUILD, "keep": 40}
    assert going_on(own, {**BUILD, "digest": A}) == {**own, "digest": A}
    assert going_on(own, IMAGE) == IMAGE
    assert going_on(IMAGE, {**BUILD, "digest": A}) == {**BUILD, "digest": A}
    assert going_on({**IMAGE, "image": f"shop@{B}"}, IMAGE) == IMAGE


@pytest.mark.parametrize("text", ["", "1", "sha256:12", A[7:], f"api={A},", f"Api={A}", f"api={A} jobs={B}"])
def test_what_names_no_image_is_none(text: str) -> None:
    assert images_given(text) == {}


def test_outputs_of_images_that_have_no_digest_tell_none() -> None:
    assert digests_of({"images": {"api": f"r/shop@{A}"}}) == {"api": A}
    for outputs in ({}, {"images": "[secret]"}, {"images": {"api": "r/shop:latest"}}):
        assert digests_of(outputs) == {}
