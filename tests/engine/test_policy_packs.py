"""Policy packs judge a preview on the real engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slipway.engine.workspace import Workspace

if TYPE_CHECKING:
    import pytest

HERE = Path(__file__).parent
VPC = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc"


def test_a_pack_judges_a_preview_and_a_deployment_and_knows_their_stack(
    pulumi_cli: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    answers = tmp_path / "answers.yaml"
    answers.write_text("config: {shop:cidr: 10.0.0.0/16}\n")
    with Workspace(HERE / "programs" / "shop", folder=tmp_path, pulumi=pulumi_cli, answers=answers) as workspace:
        planned = workspace.preview("dev", policy_packs=[HERE / "pack"])
        deployed = workspace.up("dev", policy_packs=[HERE / "pack"])

    found = {(each.policy, each.level): each for each in planned.violations}
    assert planned.exit_code == 1
    assert found["closed", "mandatory"].message.endswith("choose another range")
    assert found["closed", "mandatory"].urn == VPC
    assert found["told", "advisory"].message.endswith("shop dev True 61/0.0.0.01")
    assert any(each.message.endswith("shop dev False 61/0.0.0.01") for each in deployed.violations)
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_pack_that_finds_nothing_mandatory_lets_a_preview_pass(pulumi_cli: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("config: {shop:cidr: 10.7.0.0/16}\n")
    with Workspace(HERE / "programs" / "shop", pulumi=pulumi_cli, answers=answers) as workspace:
        planned = workspace.preview("dev", policy_packs=[HERE / "pack"])

    assert planned.ok, planned.errors
    assert {each.policy for each in planned.violations} == {"told"}


def test_a_pack_that_cannot_start_says_why(pulumi_cli: Path, tmp_path: Path) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "__main__.py").write_text("import nowhere_to_be_found\n")
    with Workspace(HERE / "programs" / "exits-well", pulumi=pulumi_cli) as workspace:
        planned = workspace.preview("dev", policy_packs=[tmp_path])

    assert "No module named 'nowhere_to_be_found'" in planned.errors
    assert "failed to start" in planned.errors
