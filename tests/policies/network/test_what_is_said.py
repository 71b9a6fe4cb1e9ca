"""What people read of networks, and how it changes with each thing that is not there or not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.policies.network.estate import as_it_is_deployed, as_the_engine_tells, estate, named
from tests.policies.network.said import ESTATES, FOLDER, file_of, less, rooms, whole, written
from tests.policies.network.wide import doubtful

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.policies.network.estate import Estate

ROOMS = [pytest.param(*room, id=f"{room[0]}: {room[2]}") for room in rooms()]


@pytest.mark.parametrize("name", ESTATES)
def test_people_read_of_an_estate_what_is_written_down(name: str) -> None:
    """Was it changed on purpose? Then `python -m tests.policies.network.said` writes it down anew."""
    expected = file_of(f"whole {name}").read_text(encoding="utf-8")
    assert whole(ESTATES[name]()).splitlines() == expected.splitlines()


@pytest.mark.parametrize("name", ["estate", "wide", "single"])
def test_the_policy_host_judges_an_estate_as_the_plan_is_judged(name: str) -> None:
    make = ESTATES[name]
    assert as_the_engine_tells(make()).findings() == make().findings()
    assert as_it_is_deployed(named(make())).findings() == make().findings()


def test_the_policy_host_passes_nothing_that_the_plan_leaves_open() -> None:
    plan = places(doubtful())
    assert plan <= places(as_the_engine_tells(doubtful()))
    assert plan <= places(as_it_is_deployed(named(doubtful())))


def places(made: Estate) -> set[tuple[str, str]]:
    return {(rule, name) for rule, found in made.findings().items() for name in found}


@pytest.mark.parametrize(("part", "make", "name"), ROOMS)
def test_with_one_thing_less_people_read_what_is_written_down(part: str, make: Callable[[], Estate], name: str) -> None:
    assert less(make, name) == written(part)[name]


def test_nothing_is_written_down_of_what_no_estate_has_any_more() -> None:
    parts: dict[str, list[str]] = {}
    for part, _, name in rooms():
        parts.setdefault(part, []).append(name)
    assert {*FOLDER.iterdir()} == {*map(file_of, (*(f"whole {name}" for name in ESTATES), *parts))}
    assert {part: [*written(part)] for part in parts} == parts


def test_nothing_that_is_not_known_makes_a_good_estate_bad() -> None:
    """An unknown input may leave open whether a rule is broken; it never breaks one by itself."""
    known = {"+", "violation"}
    for name in estate().resources:
        lines = written("estate")[name]
        unknown = [at for at, line in enumerate(lines) if line.endswith("is unknown:")]
        told = [line for at in unknown for line in _below(lines, at)]
        assert not [line for line in told if known <= set(line.split())], name


def _below(lines: list[str], at: int) -> list[str]:
    rest = lines[at + 1 :]
    return rest[: next((number for number, line in enumerate(rest) if not line.startswith("  ")), len(rest))]
