"""Programs in plain pulumi_aws and pulumi_cloudflare, recorded as `slipway check --project` does."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slipway.planning import Order, plan_stack
from slipway.project import Project
from tests.once import once

if TYPE_CHECKING:
    from slipway.planning import Planned

PROGRAMS: Final = Path(__file__).parent / "programs"


@cache
def planned(name: str) -> Planned:
    """The plan of a program and what is found in it; each is recorded once a run."""
    config = {"config": {"plain:databasePassword": "hunter2-of-the-settings"}} if name == "good" else {}
    return once(f"plain-{name}", lambda: plan_stack(Order(Project.find(PROGRAMS / name), config), "dev"))
