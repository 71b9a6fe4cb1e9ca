"""The API on this machine, of a Worker that is as it is declared, and tries that follow each other at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slipway.readback import api
from tests.readback.edge import Edge, answering, as_declared

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tries follow without a pause."""
    monkeypatch.setattr(api, "_PAUSE_SECONDS", 0.0)


@pytest.fixture
def edge() -> Iterator[Edge]:
    with answering(Edge(as_declared())) as up:
        yield up
