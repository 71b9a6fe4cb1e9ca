"""A site at Cloudflare lives its whole life on the real engine, and what Cloudflare refuses stops it."""

from __future__ import annotations

from pathlib import Path

import pytest

from slipway.engine.workspace import Workspace
from slipway.simulated.inventory import inventory

PROGRAM = Path(__file__).parent / "programs" / "edge"
OBJECTS = 11
ALL = {"same": 1 + OBJECTS}


def test_a_site_is_deployed_left_alone_refreshed_and_destroyed(pulumi_cli: Path) -> None:
    with Workspace(PROGRAM, pulumi=pulumi_cli) as engine:
        deployed, again = engine.up("dev"), engine.preview("dev")
        refreshed = engine.refresh("dev")
        objects = len(inventory(engine.cloud))
        destroyed = engine.destroy("dev")
        left = inventory(engine.cloud)

    assert [each.errors for each in (deployed, again, refreshed, destroyed)] == [""] * 4
    assert deployed.stack_outputs["nameServers"]
    assert deployed.stack_outputs["subdomain"] == "shop.pages.invalid"
    assert again.changes == refreshed.changes == ALL
    assert objects == OBJECTS
    assert left == ()


@pytest.mark.slow
def test_what_the_plan_does_not_have_is_refused_and_the_right_value_made_afterwards(
    pulumi_cli: Path, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("config: {period: '60'}\n")
    with Workspace(PROGRAM, folder=tmp_path, pulumi=pulumi_cli, answers=answers) as engine:
        refused = engine.up("dev")
    with Workspace(PROGRAM, folder=tmp_path, pulumi=pulumi_cli) as engine:
        repaired, again = engine.up("dev"), engine.preview("dev")

    assert refused.exit_code == 1
    assert "not entitled to use the period 60, can only use a period among [10]" in refused.errors
    assert repaired.ok, repaired.errors
    assert again.changes == ALL
