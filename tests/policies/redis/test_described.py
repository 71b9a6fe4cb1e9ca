"""What one description of a container, or a document of several, shows by itself."""

from __future__ import annotations

from typing import Any

import pytest

from policies.redis.described import container_of, described
from policies.redis.neighbours import neighbour_sightings
from policies.redis.trees import Reader, tree_sightings, yaml_trees
from policies.sighting import MARK, Sighting

# Any: whatever a document holds
Tree = Any
WEB = {"image": "shop:1"}
READER = Reader(
    lambda text: [Sighting("own", f"run {text}")],
    lambda text: [Sighting("own", f"text {text}")],
    lambda text: [Sighting("own", f"packed {text}")],
)


def shown(node: Tree) -> list[tuple[str, str]]:
    """What a container shows."""
    return [(kind, what) for kind, what in described(node)]


def read(tree: Tree) -> list[str]:
    """What of a document is handed to whom."""
    return sorted(what for _, what in tree_sightings(tree, READER))


@pytest.mark.parametrize(
    "image",
    [
        "haproxy:3",
        {"repository": "acme/haproxy", "name": "shop"},
        {"name": "acme/haproxy", "image": "shop"},
        {"Image": "acme/haproxy"},
    ],
)
def test_a_container_that_passes_connections_on_says_so(image: Tree) -> None:
    assert shown({"Image": image, "ports": [6379]}) == [("tunnel", "passes connections on")]


@pytest.mark.parametrize("image", [None, 3, {"tag": "haproxy"}, ["haproxy"]])
def test_an_image_that_is_no_text_has_no_name(image: Tree) -> None:
    assert container_of({"image": image}) == ("", [])


@pytest.mark.parametrize(
    "given",
    [
        {"A": "1", "B": {"from": "x"}},
        [{"name": "A", "value": 1}],
        [{"Key": "A", "Value": 1}],
        ["A=1"],
    ],
)
def test_variables_are_read_in_every_form(given: Tree) -> None:
    assert container_of({"image": "shop", "environment": given}) == ("shop", ["A=1"])


def test_a_variable_without_a_name_or_a_value_has_an_empty_one() -> None:
    assert container_of({"image": "shop", "env": [{"value": "1"}, {"name": "A"}, 3]}) == ("shop", ["=1", "A="])


def test_a_variable_that_speaks_of_a_tunnel_makes_none() -> None:
    assert shown({**WEB, "environment": {"COMMAND": "socat"}}) == []
    own = ("own", "asks a Redis at its own loopback address")
    assert shown({**WEB, "environment": {"REDIS_HOST": "localhost", "COMMAND": "socat"}}) == [own]


@pytest.mark.parametrize(
    "check",
    [
        {"command": ["CMD-SHELL", "redis-cli ping"]},
        {"Test": "redis-cli ping"},
        {"tests": ["redis-cli", "-h", "localhost", "ping"]},
        {"exec": {"command": ["redis-cli", "-u", "redis://:secret@localhost:6379/0", "ping"]}},
        {"exec": {"Command": "redis-cli -h 127.0.0.1 ping"}},
        [{"test": "redis-cli ping"}],
    ],
)
def test_a_client_that_asks_its_own_container_tells_of_a_server(check: Tree) -> None:
    assert shown({**WEB, "healthCheck": check}) == [
        ("starts", "asks a Redis in the container itself whether it is well")
    ]


@pytest.mark.parametrize(
    "check",
    [
        {"command": "redis-cli -h cache ping"},
        {"command": "redis-cli -u redis://:secret@cache:6379 ping"},
        {"exec": {"other": "redis-cli ping"}},
        {"note": "redis-cli ping"},
        {"tcpSocket": {"port": 80}},
    ],
)
def test_a_check_of_something_else_does_not(check: Tree) -> None:
    assert shown({**WEB, "livenessProbe": check}) == []


def test_a_check_of_the_port_tells_of_a_server_unless_the_container_passes_on() -> None:
    check = {"livenessProbe": {"tcpSocket": {"port": 6379}}}
    assert shown({**WEB, **check}) == [("starts", "has a container that answers on port 6379")]
    assert shown({"image": "haproxy", **check}) == [("tunnel", "passes connections on")]


@pytest.mark.parametrize("ports", [True, "80", [80, "443"], {"80": {}}, [{"containerPort": 80, "hostPort": 6379}]])
def test_other_ports_show_nothing(ports: Tree) -> None:
    assert shown({**WEB, "ports": ports}) == []


@pytest.mark.parametrize("ports", [6379, "6379/tcp", [80, "6379:6379"], {"6379": {}}, [{"containerPort": 6379}]])
def test_the_port_of_a_server_shows_one(ports: Tree) -> None:
    assert shown({**WEB, "ports": ports}) == [("starts", "has a container that listens on port 6379")]


@pytest.mark.parametrize(
    "tree",
    [
        {"store": {"image": "x:1"}, "web": {**WEB, "environment": {"REDIS_HOST": "store"}}},
        [{"Name": "Store", "image": "x:1"}, {**WEB, "env": {"REDIS_URL": "redis://store:6379"}}],
        [{"hostname": "store", "image": "x:1"}, {**WEB, "env": {"REDIS_URL": "redis://store:6379"}}],
        [{"container_name": "store", "image": "x:1", "name": 3}, {**WEB, "env": ["REDIS_HOST=store"]}],
    ],
)
def test_a_container_that_another_one_asks_is_a_server(tree: Tree) -> None:
    what = "has a container that programs beside it ask as their Redis (store)"
    assert list(neighbour_sightings(tree)) == [Sighting("starts", what)]


@pytest.mark.parametrize(
    "tree",
    [
        [{"name": "store", "image": "haproxy"}, {**WEB, "env": ["REDIS_HOST=store"]}],
        [{"name": "db", "image": "x"}, {**WEB, "env": ["REDIS_HOST=store"]}],
        [{"name": "store", "image": "x"}, {**WEB, "env": ["DB_HOST=store"]}],
        [{"name": "store"}, {**WEB, "env": ["REDIS_HOST=store"]}],
        {"image": "x", "env": ["REDIS_HOST=xxxx"]},
    ],
)
def test_a_container_that_none_asks_is_not(tree: Tree) -> None:
    assert list(neighbour_sightings(tree)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: !Ref B", [{"a": {"Ref": "B"}}]),
        ("a: !Sub [x, {b: c}]", [{"a": {"Fn::Sub": ["x", {"b": "c"}]}}]),
        ("a: !If {b: c}", [{"a": {"Fn::If": {"b": "c"}}}]),
        ("a: 1\n---\n---\nb: 2", [{"a": 1}, {"b": 2}]),
        ("a: [", None),
        ("a: !!bool maybe", None),
    ],
)
def test_a_text_is_read_as_the_documents_that_it_holds(text: str, expected: Tree) -> None:
    assert yaml_trees(text) == expected


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"runcmd": ["one", ["two", "x y", 3]]}, ["run one", "run two 'x y' 3"]),
        ({"Commands": {"01": {"command": "two"}}}, ["run two"]),
        ({"userData": ["one", "two"]}, ["run one\ntwo"]),
        ({"command": ["one", "x y", 3, {"a": 1}]}, ["run one 'x y' 3"]),
        ({"command": "one two"}, ["text one two"]),
        ({"args": ["one", "two three"]}, ["text two three"]),
        ({"scripts": {"build": "one"}}, ["text one"]),
        ({"note": "one"}, ["packed one"]),
        ({"note": "one\ntwo"}, ["text one\ntwo"]),
        ({"note": "#!one"}, ["text #!one"]),
        ({"note": b"one\xff"}, ["text one\ufffd"]),
        ({"note": ["one", {"runcmd": "two"}]}, ["packed one", "run two"]),
        ({"x": {"Fn::Join": [" ", ["a", {"Ref": "B"}, {"b": 1}, 3]]}}, [f"packed a {MARK} {MARK} 3"]),
        ({"x": {"Fn::Join": [" ", ["a", {"Fn::Sub": "b${C}"}]]}}, [f"packed a b{MARK}"]),
        ({"x": {"Fn::Join": [" ", "a"]}}, ["packed  ", "packed a"]),
        ({"x": {"Fn::Sub": ["a ${B} ${!C}", {}]}}, [f"packed a {MARK} ${{!C}}"]),
        ({"x": {"Fn::GetAtt": ["A", "b"]}}, [f"packed {MARK}"]),
        ({"x": {"Fn::ImportValue": "a"}}, [f"packed {MARK}"]),
        ({"x": {"Ref": "a"}}, [f"packed {MARK}"]),
        ({"runcmd": {"Fn::Sub": "a"}}, ["run a"]),
        ({"packages": ["redis"]}, ["installs redis"]),
        ({"packages": [["redis", "7"], "nginx"]}, ["installs redis"]),
        ({"packages": {"yum": {"redis": []}}}, ["installs redis"]),
        ({"services": {"systemd": {"redis": {"enabled": "true"}}}}, ["packed true", "starts the service redis"]),
        ({"services": {"systemd": {"redis": {"enabled": False}}}}, []),
        ({"services": {"windows": {"redis": {"enabled": True}}}}, []),
    ],
)
def test_the_parts_of_a_document_are_read_as_what_they_stand_under(tree: Tree, expected: list[str]) -> None:
    assert read(tree) == expected


def test_of_a_document_with_too_many_parts_the_rest_is_hidden() -> None:
    assert list(tree_sightings([0] * 20_001, READER)) == [Sighting("hidden", "has more than 20000 parts")]
