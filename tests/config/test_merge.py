"""Overrides: maps merge, lists replace, null deletes, and another kind is another map."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from config.merge import merge

if TYPE_CHECKING:
    from config.values import Json

scalars = st.booleans() | st.integers() | st.text(max_size=3)
keys = st.sampled_from("abc")
values: st.SearchStrategy[Json] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
)
maps: st.SearchStrategy[dict[str, Json]] = st.dictionaries(keys, values, max_size=3)
overrides: st.SearchStrategy[dict[str, Json]] = st.dictionaries(keys, values | st.none(), max_size=3)


def test_maps_merge() -> None:
    assert merge({"a": {"x": 1, "y": 2}, "b": 1}, {"a": {"y": 3, "z": 4}}) == {"a": {"x": 1, "y": 3, "z": 4}, "b": 1}


def test_lists_replace() -> None:
    assert merge({"a": [1, 2, 3]}, {"a": [4]}) == {"a": [4]}


def test_null_deletes_at_any_depth() -> None:
    assert merge({"a": {"x": 1, "y": 2}, "b": 1}, {"a": {"x": None}, "b": None, "c": None}) == {"a": {"y": 2}}


def test_null_inside_a_new_map_leaves_no_trace() -> None:
    assert merge({}, {"a": {"x": None, "y": 1}}) == {"a": {"y": 1}}


def test_a_map_takes_the_place_of_a_value_and_a_value_that_of_a_map() -> None:
    assert merge({"a": 1, "b": {"x": 1}}, {"a": {"x": 1}, "b": 2}) == {"a": {"x": 1}, "b": 2}


def test_a_map_of_another_kind_replaces() -> None:
    external: dict[str, Json] = {"kind": "external", "host": "redis.example.com", "password": "REDIS_PASSWORD"}
    assert merge({"redis": external}, {"redis": {"kind": "managed"}}) == {"redis": {"kind": "managed"}}


def test_a_map_of_the_same_kind_or_of_none_merges() -> None:
    external: dict[str, Json] = {"kind": "external", "host": "redis.example.com"}
    assert merge(external, {"kind": "external", "port": 7}) == {**external, "port": 7}
    assert merge(external, {"port": 7}) == {**external, "port": 7}
    assert merge({"port": 7}, {"kind": "external"}) == {"port": 7, "kind": "external"}


def test_what_a_map_of_another_kind_holds_is_taken_without_its_nulls() -> None:
    assert merge({"kind": "a", "x": 1}, {"kind": "b", "x": None, "y": {"z": None}}) == {"kind": "b", "y": {}}


def test_keys_keep_their_order_and_new_ones_follow() -> None:
    merged = merge({"b": 1, "a": 1}, {"c": 1, "b": 2})
    assert json.dumps(merged) == '{"b": 2, "a": 1, "c": 1}'


@given(maps)
def test_nothing_changes_nothing(base: dict[str, Json]) -> None:
    assert merge(base, {}) == base
    assert merge(base, base) == base


@given(maps, overrides)
def test_laying_on_twice_is_laying_on_once(base: dict[str, Json], over: dict[str, Json]) -> None:
    assert merge(merge(base, over), over) == merge(base, over)


@given(maps, overrides)
def test_every_override_shows_and_no_argument_is_changed(base: dict[str, Json], over: dict[str, Json]) -> None:
    before = copy.deepcopy((base, over))
    merged = merge(base, over)
    assert isinstance(merged, dict)
    for key, value in over.items():
        assert key not in merged if value is None else isinstance(value, dict) or merged[key] == value
    assert {key: merged[key] for key in base if key not in over} == {k: v for k, v in base.items() if k not in over}
    assert (base, over) == before
