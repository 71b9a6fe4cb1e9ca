"""A test whose program is missing: a skip for a person, a failure in CI."""

from __future__ import annotations

import pytest

from tests import conftest


def test_a_person_is_told_what_was_skipped_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "IN_CI", False)
    with pytest.raises(pytest.skip.Exception, match="needs the program redis-server"):
        conftest.without("needs the program redis-server")


def test_in_ci_it_fails_because_ci_installs_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "IN_CI", True)
    with pytest.raises(pytest.fail.Exception, match="needs the program redis-server"):
        conftest.without("needs the program redis-server")
