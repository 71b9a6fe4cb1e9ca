"""Exceptions in the stack file of a program that hands them on to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slipway.planning import Order, plan_stack
from slipway.project import Project

if TYPE_CHECKING:
    from pathlib import Path

MAKES_ONE = """
class Application(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("slipway:app:Application", name, {"exceptions": []})

Application("shop")
"""


@pytest.mark.parametrize(("program", "told"), [("", ["exceptions"]), (MAKES_ONE, [])])
def test_exceptions_that_nothing_hands_on_are_told_of(tmp_path: Path, program: str, told: list[str]) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(f"import pulumi\n{program}")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  slipway:exceptions: [{rule: disk-encrypted}]\n")
    plan = plan_stack(Order(Project.find(tmp_path), {}), "dev").plan
    assert [notice.kind for notice in plan.notices] == told
