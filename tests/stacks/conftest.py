from __future__ import annotations

from pathlib import Path

import pytest

from tests.stacks.forms import FORMS
from tests.stacks.project import ON_MACHINES, record

HERE = Path(__file__).parent
MANY = 40  # tests; whoever runs a few wants the plans of these only


@pytest.fixture(scope="session", autouse=True)
def _recorded(request: pytest.FixtureRequest) -> None:
    """Record the forms two at a time before many tests ask for them one by one: half the time."""
    if sum(item.path.is_relative_to(HERE) for item in request.session.items) >= MANY:
        record([*FORMS, *ON_MACHINES])
