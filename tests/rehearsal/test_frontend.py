"""A stack with its frontend behind CloudFront on the real engine: none that is shipped has one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import yaml

from slipway.project import Project
from slipway.rehearsal.order import Order
from slipway.rehearsal.rehearse import rehearse
from slipway.rehearsal.results import Outcome
from tests.rehearsal.points import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from slipway.rehearsal.results import Result

pytestmark = pytest.mark.usefixtures("pulumi_cli")
LINKED = (".venv", "stacks", "components", "policies")


class Quiet:
    def began(self, name: str) -> None:
        """Nothing."""

    def ended(self, result: Result) -> None:
        """Nothing."""


def project(folder: Path) -> Project:
    """Our own program with a stack of this test's: in another region than CloudFront's certificates."""
    shutil.copytree(ROOT / "config", folder / "config")
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy2(ROOT / name, folder)
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    shipped = (ROOT / "config" / "Pulumi.orders-production.yaml").read_text()
    content = yaml.safe_load(shipped.replace("us-east-1", "eu-west-1"))
    content["config"]["slipway:topology"]["frontend"] = {"kind": "cloudfront"}
    (folder / "config" / "Pulumi.orders-site.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    return Project.find(folder)


@pytest.mark.slow  # three minutes; shipped stacks go through the same on each run
def test_a_stack_with_a_frontend_passes_its_whole_rehearsal(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    answers = ROOT / "examples" / "answers.yaml"
    order = Order(project=project(folder), stack="orders-site", answers=answers, logs=tmp_path / "logs")

    rehearsal = rehearse(order, Quiet())

    wrong = [f"{each.name}: {each.detail}" for each in rehearsal.results if each.outcome is not Outcome.PASSED]
    assert wrong == []
    assert {"up", "nothing to do", "release", "teardown"} <= {each.name for each in rehearsal.results}
