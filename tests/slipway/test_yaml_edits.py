"""A value of a YAML text changes, and nothing else of the text does."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from config.yaml_scalars import GoLoader
from slipway.yaml_edits import UneditableError, changed, flow

PATH = ("config", "slipway:topology", "release")
BLOCK = """\
# Ours.
config:
  slipway:app: orders # the shop
  slipway:topology:
    kind: aws-ec2
    release: # of Tuesday
      kind: archive   # with Node.js
      "key": 'orders/1.tar.gz'
      sha256: aa11

    # What follows is another matter.
    zones: [a, b]
"""
INLINE = 'config: {"slipway:topology": {release: {kind: image, image: "shop@sha256:aa"}, kind: aws-ecs}} # all\n'


def read(text: str) -> Any:
    return yaml.load(text, Loader=GoLoader)  # noqa: S506 - a SafeLoader


def test_values_change_where_they_stand_and_keep_their_quotes() -> None:
    release = {"kind": "archive", "key": "orders/2.tar.gz", "sha256": "bb22"}
    assert changed(BLOCK, PATH, release) == BLOCK.replace("orders/1", "orders/2").replace("aa11", "bb22")
    other = changed(INLINE, PATH, {"kind": "image", "image": "shop@sha256:bb"})
    assert other == INLINE.replace("sha256:aa", "sha256:bb")


def test_a_key_more_stands_behind_the_others_and_their_comments_and_all_else_stays() -> None:
    release = {**read(BLOCK)["config"]["slipway:topology"]["release"], "digest": "sha256:bb"}
    for text in (BLOCK, BLOCK.replace("aa11", "aa11 # of the archive"), BLOCK.replace("\n", "\r\n")):
        (line,) = [each for each in text.splitlines(keepends=True) if "sha256: " in each]
        ending = line[len(line.rstrip()) :]
        assert changed(text, PATH, release) == text.replace(line, f"{line}      digest: sha256:bb{ending}")
    inline = changed(INLINE, PATH, {"kind": "image", "image": "shop@sha256:aa", "digest": "sha256:bb"})
    assert inline == INLINE.replace('"shop@sha256:aa"', '"shop@sha256:aa", digest: sha256:bb')


def test_the_same_value_is_the_same_text() -> None:
    assert changed(BLOCK, PATH, read(BLOCK)["config"]["slipway:topology"]["release"]) == BLOCK


def test_another_kind_of_release_takes_the_whole_place_and_what_follows_stays() -> None:
    text = changed(BLOCK.replace(" # of Tuesday", ""), PATH, {"kind": "image", "image": "shop@sha256:bb"})
    assert "    release: {kind: image, image: shop@sha256:bb}\n\n    # What follows is another matter.\n" in text
    kept = changed(BLOCK, PATH, {"kind": "image", "image": "shop@sha256:bb"})
    assert "    release: # of Tuesday\n      {kind: image, image: shop@sha256:bb}\n" in kept
    for each in (text, kept):
        before = read(BLOCK)["config"]
        before["slipway:topology"]["release"] = {"kind": "image", "image": "shop@sha256:bb"}
        assert read(each)["config"] == before


@pytest.mark.parametrize("value", ["0123456", "1e5", "true", "", "a: b", "a #b", "- a", "ü\n", "x:", 7, True, None])
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_any_value_is_read_as_what_it_is(value: object, quote: str) -> None:
    text = f"config: {{release: {{revision: {quote}abc{quote}}}}}\n"
    assert read(changed(text, ("config", "release"), {"revision": value})) == {
        "config": {"release": {"revision": value}}
    }


def test_lines_end_as_they_ended() -> None:
    text = BLOCK.replace("\n", "\r\n")
    assert changed(text, (*PATH, "sha256"), "bb22") == text.replace("aa11", "bb22")


@pytest.mark.parametrize(
    "text",
    [
        "config: {other: 1}\n",
        "",
        "config: [slipway:topology]\n",
        # Changing what the alias stands for would change the other one too.
        "one: &release {kind: image, image: a}\nconfig: {slipway:topology: {release: *release}}\n",
        'config: {slipway:topology: \'{"release": {"kind": "image"}}\'}\n',
        "config: {slipway:topology: {release: {kind: image}}\n",
    ],
)
def test_what_cannot_change_alone_is_refused(text: str) -> None:
    with pytest.raises(UneditableError):
        changed(text, PATH, {"kind": "image", "image": "b"})


def test_a_value_on_one_line_is_read_as_itself() -> None:
    value = {"kind": "images", "images": {"api": "a@sha256:1", "jobs": "b: c"}, "more": [1, "2", None, True]}
    assert read(flow(value)) == value
    assert flow({"kind": "image", "image": "shop@sha256:aa"}) == "{kind: image, image: shop@sha256:aa}"
