"""The whole life of a stack on the real engine, in a simulated cloud."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.engine.results import SECRET
from slipway.engine.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture
def shop(pulumi_cli: Path, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(PROGRAMS / "shop", folder=tmp_path, pulumi=pulumi_cli) as workspace:
        yield workspace


def test_a_stack_is_planned_deployed_left_alone_and_destroyed(shop: Workspace) -> None:
    first = shop.preview("dev")
    deployed = shop.up("dev")
    again = shop.preview("dev")
    objects = list(shop.cloud.rglob("*.json"))
    destroyed = shop.destroy("dev")

    assert [result.errors for result in (first, deployed, again, destroyed)] == ["", "", "", ""]
    assert first.changes == deployed.changes == {"create": 6}
    assert again.changes == {"same": 6}
    assert len(objects) == 4
    assert not list(shop.cloud.rglob("*.json"))


def test_a_preview_knows_only_what_the_program_says_and_the_names_that_pulumi_makes(shop: Workspace) -> None:
    outputs = shop.preview("dev").stack_outputs

    assert outputs["vpcId"] == UNKNOWN
    assert outputs["groupName"].startswith("group-")
    assert outputs["password"] == SECRET


def test_a_physical_name_stays_as_long_as_its_resource(shop: Workspace) -> None:
    name = shop.up("dev").stack_outputs["groupName"]

    assert shop.preview("dev").stack_outputs["groupName"] == name
    assert shop.up("dev").stack_outputs["groupName"] == name


def test_without_autonaming_a_physical_name_is_unknown(pulumi_cli: Path) -> None:
    with Workspace(PROGRAMS / "shop", pulumi=pulumi_cli, autoname=False) as workspace:
        assert workspace.preview("dev").stack_outputs["groupName"] == UNKNOWN


def test_ids_have_the_form_of_real_ones_and_secrets_stay_out_of_state_and_output(shop: Workspace) -> None:
    deployed = shop.up("dev")
    state = json.dumps(shop.export("dev"))
    made = json.loads(next(shop.cloud.glob("random/*.json")).read_text())["computed"]["result"]

    assert deployed.stack_outputs["vpcId"].startswith("vpc-")
    assert len(deployed.stack_outputs["vpcId"]) == len("vpc-0123456789abcdef0")
    assert len(made) == 16
    assert made not in state + deployed.stdout + deployed.stderr


def test_an_edited_object_has_drifted_and_a_deleted_one_is_gone(shop: Workspace) -> None:
    shop.up("dev")
    vpc = next(shop.cloud.glob("aws/vpc-*.json"))
    vpc.write_text(vpc.read_text().replace('"shop": "yes"', '"shop": "no"'))
    next(shop.cloud.glob("aws/subnet-*.json")).unlink()

    refreshed = shop.refresh("dev")

    assert refreshed.ok, refreshed.errors
    assert refreshed.changes == {"same": 4, "update": 1, "delete": 1}
    assert shop.preview("dev").changes == {"same": 4, "update": 1, "create": 1}


def test_an_input_that_cannot_change_replaces_its_resource_and_those_that_need_its_id(
    pulumi_cli: Path, tmp_path: Path
) -> None:
    with Workspace(PROGRAMS / "shop", folder=tmp_path, pulumi=pulumi_cli) as workspace:
        workspace.up("dev")
    answers = tmp_path / "answers.yaml"
    answers.write_text("config: {cidr: 10.9.0.0/16}\n")
    with Workspace(PROGRAMS / "shop", folder=tmp_path, pulumi=pulumi_cli, answers=answers) as workspace:
        preview = workspace.preview("dev")

    assert preview.step("::vpc").op == "replace"
    assert preview.step("::vpc").replace_reasons == ("cidrBlock",)
    assert preview.step("::shelf-subnet").replace_reasons == ("vpcId",)


def test_a_real_provider_on_path_is_never_started(
    pulumi_cli: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "bin" / "pulumi-resource-aws"
    real.parent.mkdir()
    real.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\nexit 1\n")
    real.chmod(0o755)
    monkeypatch.setenv("PATH", f"{real.parent}{os.pathsep}{os.environ['PATH']}")

    with Workspace(PROGRAMS / "shop", pulumi=pulumi_cli) as workspace:
        result = workspace.preview("dev")

    assert result.ok, result.errors
    assert not (tmp_path / "started").exists()


def test_a_workspace_without_a_folder_of_the_caller_leaves_nothing(pulumi_cli: Path) -> None:
    with Workspace(PROGRAMS / "exits-well", pulumi=pulumi_cli) as workspace:
        assert workspace.preview("dev").ok
        assert workspace.folder.is_dir()
    assert not workspace.folder.exists()
