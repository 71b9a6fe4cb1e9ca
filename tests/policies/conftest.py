"""The SDK as the pack makes it for each test, and as it was afterwards."""

from __future__ import annotations

import pytest

from tests.policies.sdk import as_in_the_pack


@pytest.fixture(autouse=True)
def _as_in_the_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    as_in_the_pack(monkeypatch)
