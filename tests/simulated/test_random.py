"""Random values are of the form that is asked for, and stay what they are."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import pytest

from slipway.simulated.checks.asked import Asked
from slipway.simulated.checks.random.index import GIVES
from slipway.simulated.cloud import Cloud
from slipway.simulated.store import Object, Store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(Store(tmp_path / "random"))


def given(cloud: Cloud, kind: str, identifier: str = "", **inputs: Any) -> dict[str, Any]:
    token = f"random:index/{kind[0].lower()}{kind[1:]}:{kind}"
    return GIVES[kind](Asked(token=token, name="one", inputs=inputs, id=identifier), cloud)


def test_a_password_has_as_much_of_each_kind_as_it_must_and_nothing_else(cloud: Cloud) -> None:
    made = given(cloud, "RandomPassword", length=12, minNumeric=5, minUpper=4, special=False)
    password = made["result"]

    assert len(password) == 12
    assert sum(letter in string.digits for letter in password) >= 5
    assert sum(letter in string.ascii_uppercase for letter in password) >= 4
    assert set(password) <= set(string.ascii_letters + string.digits)
    assert (made["lower"], made["upper"], made["numeric"]) == (True, True, True)
    assert "special" not in made


def test_special_characters_are_those_that_are_named(cloud: Cloud) -> None:
    inputs: dict[str, Any] = {"lower": False, "upper": False, "numeric": False, "overrideSpecial": "!?"}

    assert set(given(cloud, "RandomString", length=64, **inputs)["result"]) == set("!?")


def test_a_text_that_is_there_already_gets_another_id(cloud: Cloud) -> None:
    inputs: dict[str, Any] = {"length": 1, "lower": False, "upper": False, "numeric": False, "overrideSpecial": "!"}
    cloud.add(Object("random:index/randomString:RandomString", "!", "urn", {}, {}))

    made = given(cloud, "RandomString", **inputs)
    assert made["result"] == "!"
    assert made["id"] != "!"


def test_a_number_is_within_its_bounds(cloud: Cloud) -> None:
    assert {given(cloud, "RandomInteger", min=3, max=4)["result"] for _ in range(99)} == {3, 4}


def test_a_pet_has_its_words_and_its_own_name(cloud: Cloud) -> None:
    names = {given(cloud, "RandomPet", length=3, prefix="shop", separator="_")["id"] for _ in range(9)}

    assert len(names) == 9
    assert all(name.startswith("shop_") and name.count("_") == 3 for name in names)


@pytest.mark.parametrize(("count", "expected"), [(None, 3), (2, 2), (7, 7)])
def test_a_shuffle_has_as_many_results_as_are_wanted(cloud: Cloud, count: int | None, expected: int) -> None:
    wanted: dict[str, Any] = {} if count is None else {"resultCount": count}
    results = given(cloud, "RandomShuffle", inputs=["a", "b", "c"], **wanted)["results"]

    assert len(results) == expected
    assert set(results) <= {"a", "b", "c"}


@pytest.mark.parametrize("kind", sorted(GIVES))
def test_what_is_there_is_not_drawn_again(cloud: Cloud, kind: str) -> None:
    assert given(cloud, kind, "there", length=8, min=1, max=9, inputs=["a"]) == {}
