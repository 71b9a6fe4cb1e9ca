"""The number that stands for a secret value: another one for another value, and no way back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from components.aws.write_only import _version


@given(st.text())
def test_a_version_fits_where_providers_count_in_32_bits_and_is_never_none(value: str) -> None:
    assert 1 <= _version(value) <= 2**31 - 1


def test_another_value_has_another_version() -> None:
    values = [f"{letter}{number}" for letter in "ab" for number in range(1000)]
    assert len({_version(value) for value in values}) == len(values)


def test_versions_are_the_same_on_every_machine() -> None:
    # Were it Python's own hash, each run would write every secret anew.
    assert _version("a value") == 508_711_948
