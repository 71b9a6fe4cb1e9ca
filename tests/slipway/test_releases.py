"""What a release is in a stack's configuration, and how people name one."""

from __future__ import annotations

import pytest

from slipway.releases import is_named, release_of, shown, with_release, without_candidate

SHA = "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a"
ARCHIVE = {"kind": "archive", "bucket": "acme", "key": "orders/1.tar.gz", "sha256": SHA}
IMAGE = {"kind": "image", "image": f"registry.example.com/orders@sha256:{SHA}"}
IMAGES = {"kind": "images", "images": {"api": f"api@sha256:{SHA}", "jobs": f"jobs@sha256:{'a' * 64}"}}
BUILT = {"kind": "build", "context": "../orders", "keep": 30, "deletion": "retain", "digest": f"sha256:{SHA}"}
GIT = {"kind": "git", "repository": "https://example.com/orders.git", "revision": SHA[:40]}
TRIED = {
    "kind": "worker",
    "main": "a.js",
    "sha256": SHA,
    "candidate": {"main": "b.js", "sha256": "a" * 64, "percent": 5},
}


@pytest.mark.parametrize(
    ("release", "names"),
    [
        (ARCHIVE, ["orders/1.tar.gz", "1.tar.gz", SHA, SHA[:7]]),
        (IMAGE, [IMAGE["image"], SHA, SHA[:12]]),
        (BUILT, [f"sha256:{SHA}", f"sha256:{SHA[:12]}…", SHA[:7]]),
        (IMAGES, [SHA[:7], "a" * 64, f"jobs@sha256:{'a' * 64}"]),
        (GIT, [SHA[:40], SHA[:7]]),
    ],
)
def test_a_release_is_named_by_its_key_its_image_or_its_digest(release: dict[str, object], names: list[str]) -> None:
    assert [name for name in names if not is_named(release, name)] == []


@pytest.mark.parametrize(
    "name", ["", "1", "archive", "retain", "tar.gz", SHA[:6], SHA[1:9], "A" * 64, "orders/2.tar.gz"]
)
def test_less_than_that_names_none(name: str) -> None:
    assert not any(is_named(each, name) for each in (ARCHIVE, IMAGE, IMAGES, GIT, BUILT))


def test_a_release_is_shown_on_one_line_with_short_digests() -> None:
    assert shown(ARCHIVE) == "archive acme orders/1.tar.gz 5b0c5a1f6c1f…"
    assert shown(IMAGES) == "images api@sha256:5b0c5a1f6c1f… jobs@sha256:aaaaaaaaaaaa…"
    assert shown(BUILT) == "build ../orders sha256:5b0c5a1f6c1f…"
    assert shown(GIT) == "git https://example.com/orders.git 5b0c5a1f6c1f…"


def test_a_release_that_is_tried_is_shown_with_its_share_and_left_out_where_nothing_is_tried() -> None:
    assert shown(TRIED) == "worker a.js 5b0c5a1f6c1f…, with b.js aaaaaaaaaaaa… for 5 of 100 requests"
    assert without_candidate(TRIED) == {"kind": "worker", "main": "a.js", "sha256": SHA}
    assert without_candidate(ARCHIVE) == ARCHIVE
    assert shown({"kind": "worker", "main": "a.js", "candidate": None}) == "worker a.js"


def test_another_release_takes_the_place_of_the_one_that_is_there() -> None:
    values = {"slipway:app": "orders", "slipway:topology": {"kind": "aws-ecs", "release": IMAGE}}
    assert release_of(values) == IMAGE
    assert release_of(with_release(values, IMAGES)) == IMAGES
    assert with_release(values, None) == {"slipway:app": "orders", "slipway:topology": {"kind": "aws-ecs"}}
    assert values["slipway:topology"] == {"kind": "aws-ecs", "release": IMAGE}


@pytest.mark.parametrize("values", [{}, {"slipway:topology": "text"}, {"slipway:topology": {"release": "one"}}])
def test_where_there_is_no_release_there_is_none(values: dict[str, object]) -> None:
    assert release_of(values) is None


def test_an_archive_that_a_server_fetches_is_named_by_its_file_and_never_by_the_secret_that_gets_it() -> None:
    url = "https://releases.example.com/orders/1.4.2.tar.gz"
    fetched = {"kind": "archive", "url": url, "sha256": SHA, "token": "RELEASE_TOKEN"}
    assert shown(fetched) == f"archive {url} 5b0c5a1f6c1f…"
    assert all(is_named(fetched, name) for name in (url, "1.4.2.tar.gz", SHA[:12]))
    assert not is_named(fetched, "RELEASE_TOKEN")
