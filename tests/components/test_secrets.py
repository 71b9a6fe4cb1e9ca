"""What the store of secrets guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from components.aws.secrets import SecretArgs, Secrets
from plan.model import Secret
from tests.components.planning import part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource

NAMES = ["MAIL_PASSWORD", "PLAIN_TOKEN", "SESSION_SECRET"]
every_store = pytest.mark.parametrize("store", ["secrets", "secrets-retained", "secrets-gone"])


def owner(parts: Graph, name: str) -> Resource:
    (found,) = [found for found in parts.of_type("slipway:aws:Secrets") if found.name == name]
    return found


@every_store
def test_each_secret_has_a_store_of_its_own_with_its_value(parts: Graph, store: str) -> None:
    versions = part_of(parts, store, "SecretVersion")
    assert sorted(found.name for found in part_of(parts, store, "Secret")) == [f"{store}-{name}" for name in NAMES]
    assert sorted(target(found.inputs["secretId"]) for found in versions) == [f"{store}-{name}" for name in NAMES]


@every_store
def test_a_value_is_handed_over_write_only_and_neither_it_nor_its_version_can_be_read(parts: Graph, store: str) -> None:
    for version in part_of(parts, store, "SecretVersion"):
        assert isinstance(version.inputs["secretStringWo"], Secret)
        assert isinstance(version.inputs["secretStringWoVersion"], Secret)
        assert "secretStringWoVersion" in version.options.additional_secret_outputs
        assert "secretString" not in version.inputs


def test_a_value_that_was_given_in_plain_stands_nowhere(parts: Graph) -> None:
    # Nor does any other component show what its example gave it: passwords and tokens end with these words.
    assert "secrets-PLAIN_TOKEN" in repr(parts.plan)
    assert "of-the-example" not in repr(parts.plan)


def test_values_are_secret_outputs_and_arns_are_not(parts: Graph) -> None:
    outputs = owner(parts, "secrets").outputs
    assert outputs["values"] == dict.fromkeys(NAMES, Secret())
    assert isinstance(outputs["arns"], dict)
    assert [name for name, arn in outputs["arns"].items() if isinstance(arn, Secret)] == []


def test_an_arn_is_known_only_once_the_value_is_there(parts: Graph) -> None:
    outputs = owner(parts, "secrets").outputs
    assert isinstance(outputs["arns"], dict)
    assert {target(arn) for arn in outputs["arns"].values()} == {f"secrets-{name}-version" for name in NAMES}


def test_a_generated_value_has_48_random_bytes_that_nothing_in_the_program_makes_anew(parts: Graph) -> None:
    made = the_part(parts, "secrets", "RandomBytes")
    assert made.name == "secrets-SESSION_SECRET-value"
    assert made.inputs["length"] == 48
    assert set(made.inputs) <= set(made.options.ignore_changes)
    assert set(made.options.ignore_changes) == {"length", "keepers"}
    assert made.protect


def test_a_protected_store_takes_a_new_value(parts: Graph) -> None:
    # A new value is a new version, and the engine replaces nothing that is protected.
    assert [found.name for found in part_of(parts, "secrets", "SecretVersion") if found.protect] == []


def test_deletion_protects_a_secret_keeps_it_or_lets_it_go(parts: Graph) -> None:
    def options(store: str, kind: str) -> set[tuple[bool, bool]]:
        return {(found.protect, found.options.retain_on_delete) for found in part_of(parts, store, kind)}

    for kind in ("Secret", "RandomBytes"):
        assert options("secrets", kind) == {(True, False)}
        assert options("secrets-retained", kind) == {(False, True)}
        assert options("secrets-gone", kind) == {(False, False)}


def test_a_retained_secret_keeps_its_value(parts: Graph) -> None:
    children = parts.children(owner(parts, "secrets-retained").urn)
    assert [child.name for child in children if not child.options.retain_on_delete] == []


def test_a_deleted_secret_can_be_had_back_for_as_long_as_asked(parts: Graph) -> None:
    def days(store: str) -> set[object]:
        return {found.inputs["recoveryWindowInDays"] for found in part_of(parts, store, "Secret")}

    assert days("secrets") == {30}
    assert days("secrets-gone") == {0}


GIVEN: dict[str, SecretArgs] = {"none": {"generate": False}, "two": {"generate": True, "value": "the text"}}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN.keys())
def test_a_secret_has_one_value_and_the_refusal_does_not_tell_it(given: SecretArgs) -> None:
    unmade = Secrets.__new__(Secrets)
    with pytest.raises(ValueError, match=r"app-secrets-TOKEN: .* one of the two") as refused:
        unmade._value("app-secrets-TOKEN", given)
    assert "the text" not in str(refused.value)
