"""What the secrets of an application on a server guarantee."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.model import Secret
from tests.components.planning import part_of

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource

NAMES = ["SESSION_SECRET", "TOKEN_KEY"]


def made(parts: Graph) -> list[Resource]:
    return part_of(parts, "server-secrets", "RandomBytes")


def test_each_secret_has_random_bytes_of_its_own(parts: Graph) -> None:
    assert sorted(found.name for found in made(parts)) == [f"server-secrets-{name}-value" for name in NAMES]
    assert {found.inputs["length"] for found in made(parts)} == {48}


def test_nothing_in_the_program_makes_a_value_anew(parts: Graph) -> None:
    assert [set(found.options.ignore_changes) for found in made(parts)] == [{"length", "keepers"}] * len(NAMES)
    assert [set(found.inputs) - set(found.options.ignore_changes) for found in made(parts)] == [set()] * len(NAMES)


def test_a_value_is_protected_whatever_becomes_of_the_server(parts: Graph) -> None:
    assert [found.protect for found in made(parts)] == [True] * len(NAMES)


def test_the_values_are_secret_outputs(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:server:ServerSecrets") if found.name == "server-secrets"]
    assert owner.outputs["values"] == dict.fromkeys(NAMES, Secret())
