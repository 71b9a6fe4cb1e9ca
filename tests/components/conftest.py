from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.components.planning import HERE, planned

if TYPE_CHECKING:
    from plan.graph import Graph


@pytest.fixture(scope="session")
def parts() -> Graph:
    """Every component in several forms: programs/parts."""
    return planned(HERE / "programs" / "parts", "test")
