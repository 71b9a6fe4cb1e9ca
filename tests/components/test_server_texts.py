"""What a server's keys, tags and openings are made from, and what is refused before anything is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from components.server.keys import named_keys
from components.server.openings import EVERYBODY, exits, openings
from components.server.tags import labels, short_words, words
from components.server.uptime import heard
from config.values import Deletion

if TYPE_CHECKING:
    from components.server.args import ServerArgs

ARGS: ServerArgs = {
    "location": "fra1",
    "plan": "s-1vcpu-1gb",
    "disk": 25,
    "image": "debian-12-x64",
    "user_data": "#cloud-config\n",
    "ssh_keys": {"anna": "ssh-ed25519 AAAA anna"},
    "ssh_from": [],
    "deletion": Deletion.PROTECT,
    "snapshots": True,
    "emails": [],
    "tags": {},
}


def test_tags_are_words_and_labels() -> None:
    tags = {"application": "shop", "managed-by": "slipway"}
    assert words(tags) == short_words(tags) == ["application:shop", "managed-by:slipway"]
    assert labels(tags) == tags


@pytest.mark.parametrize("value", ["shop team", "ä", "a/b", "a" * 300, "a.b"])
def test_a_tag_that_digitalocean_does_not_take_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="cannot be written here"):
        words({"owner": value})


def test_a_tag_that_linode_has_no_room_for_is_refused() -> None:
    assert short_words({"owner": "a" * 44}) == ["owner:" + "a" * 44]
    with pytest.raises(ValueError, match="50 characters"):
        short_words({"owner": "a" * 45})


@pytest.mark.parametrize("value", ["shop team", "-shop", "shop.", "a" * 64, "a@b"])
def test_a_tag_that_hetzner_does_not_take_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="no label here"):
        labels({"owner": value})


def test_a_server_without_a_key_is_refused() -> None:
    assert named_keys(ARGS) == {"anna": "ssh-ed25519 AAAA anna"}
    assert named_keys({**ARGS, "ssh_keys": {}, "known_ssh_keys": ["anna@laptop"]}) == {}
    with pytest.raises(ValueError, match="makes a password for root"):
        named_keys({**ARGS, "ssh_keys": {}})


def test_a_check_that_nobody_hears_of_is_refused() -> None:
    assert heard({"url": "https://a.example", "emails": ["a@b.example", "a@b.example"], "tags": {}}) == ["a@b.example"]
    with pytest.raises(ValueError, match="nobody would hear"):
        heard({"url": "https://a.example", "emails": [], "tags": {}})


def test_what_is_open_to_nobody_is_no_opening() -> None:
    assert [(each.role, each.sources) for each in openings(ARGS)] == [("http", EVERYBODY), ("https", EVERYBODY)]
    assert openings({**ARGS, "web_from": []}) == ()


def test_an_opening_knows_its_ranges_by_version() -> None:
    (http, *_) = openings(ARGS)
    assert (http.ipv4, http.ipv6) == (["0.0.0.0/0"], ["::/0"])


def test_without_a_named_port_everything_may_leave() -> None:
    assert {(each.protocol, each.ports) for each in exits(ARGS)} == {("tcp", "1-65535"), ("udp", "1-65535")}
