"""Hypothesis strategies over what stack files of machines have of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.config.drawn import Data, hexadecimal, maybe

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

TYPES = {"amd64": ("t3.small", "t3.medium", "m7i.large"), "arm64": ("t4g.small", "m7g.large", "c7gn.xlarge")}


@dataclass(frozen=True)
class Group:
    """Whose machines they are."""

    app: str
    service: str
    careful: bool
    """Whether they are as production wants them."""
    alone: bool
    """Whether there is one of them only, because services share a file on it."""


def _image(architecture: str) -> SearchStrategy[Data]:
    own = {} if architecture == "amd64" else {"architecture": architecture}
    releases = st.sampled_from(["22.04", "24.04", "26.04"])
    serials = st.sampled_from(["20260923", "20261101.1"])
    ubuntu = st.builds(
        lambda version, serial: {"kind": "ubuntu", "release": version, "serial": serial}, releases, serials
    )
    baked = hexadecimal(17).map(lambda digits: {"kind": "ami", "id": f"ami-{digits}"})
    return (ubuntu | baked).map(lambda image: {**image, **own})


def _archive(app: str) -> SearchStrategy[Data]:
    fixed = {"kind": "archive", "bucket": "acme-releases"}
    keys = st.sampled_from([f"{app}/1.tar.gz", f"{app}/2026/1.4.2.tar.xz"])
    return st.builds(lambda key, digits: {**fixed, "key": key, "sha256": digits}, keys, hexadecimal(64))


_registries = st.sampled_from(["123456789012.dkr.ecr.us-east-1.amazonaws.com/shop", "ghcr.io/acme/shop", "shop"])
_other_releases: SearchStrategy[Data] = st.builds(
    lambda registry, digits: {"kind": "image", "image": f"{registry}@sha256:{digits}"}, _registries, hexadecimal(64)
) | hexadecimal(40).map(
    lambda digits: {"kind": "git", "repository": "https://github.com/acme/shop.git", "revision": digits}
)


@st.composite
def machines(draw: DrawFn, group: Group, architecture: str, network: Data) -> Data:
    """Image, release and machines of an application's first service."""
    closed = network.get("egress", {}).get("kind") == "none"
    return {
        "kind": "aws-ec2",
        "image": draw(_image(architecture)),
        "release": draw(_archive(group.app) if closed else _archive(group.app) | _other_releases),
        "services": {group.service: draw(_group(group, architecture))},
        **draw(maybe("volume", _volume(careful=group.careful))),
    }


@st.composite
def _group(draw: DrawFn, group: Group, architecture: str) -> Data:
    if group.alone:
        least = most = 1
    else:
        least = draw(st.integers(2 if group.careful else 1, 4))
        most = draw(st.integers(least, 12))
    return {
        "instance_type": draw(st.sampled_from(TYPES[architecture])),
        "min": least,
        "max": most,
        **draw(maybe("disk", st.integers(8, 1024))),
        **draw(maybe("cpu", st.integers(10, 95) | st.just(62.5))),
        **draw(maybe("memory", st.integers(10, 95))),
    }


@st.composite
def _volume(draw: DrawFn, *, careful: bool) -> Data:
    fates = st.sampled_from(["protect", "retain"] if careful else ["protect", "retain", "destroy"])
    return {**draw(maybe("snapshots", st.integers(1, 365))), **draw(maybe("deletion", fates))}
