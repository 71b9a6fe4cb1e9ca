"""What is asked for before a rehearsal begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.testing import CliRunner

from slipway.cli import app
from slipway.project import Project
from slipway.recording import PATIENCE
from slipway.rehearsal import command
from slipway.rehearsal.order import Order
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SLOW = "import time\ntime.sleep(30)\n"


def project(folder: Path) -> Project:
    """One whose program takes its time."""
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "__main__.py").write_text(SLOW)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return Project.find(folder)


def test_a_program_has_the_time_to_plan_that_the_order_gives_it_and_is_told_how_to_get_more(tmp_path: Path) -> None:
    order = Order(project=project(tmp_path), stack="dev", timeout=0.5)
    subject = order.subject()
    order.record(subject)
    said = str(subject.plan.exception())
    assert "did not end within 0.5 s" in said
    assert "--timeout SECONDS" in said


def test_beside_an_engine_a_program_has_more_time_than_alone_and_as_much_as_the_command_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders: list[Order] = []

    def noted(order: Order, *, as_json: bool) -> int:
        orders.append(order)
        return int(as_json)

    monkeypatch.setattr(command, "whole_life", noted)
    for more in ([], ["--timeout", "900"]):
        done = CliRunner().invoke(app, ["rehearse", "orders-dev", "--project", str(ROOT), *more])
        assert done.exit_code == 0, done.output
    assert [each.timeout for each in orders] == [5 * PATIENCE, 900]
