"""The guide to containers: the stack file that it shows is one, and what it says of tasks is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from pydantic import TypeAdapter

from components.aws import containers
from config import build_context
from config.aws_ecs import AwsEcs
from config.containers import TaskGroup
from config.effective import effective
from config.release import BuildRelease, BuildsRelease, ContainerRelease, ImageBuild
from stacks.aws_services import DRAIN, DRAIN_WEBSOCKETS
from stacks.aws_task_variables import DATABASE_CA
from stacks.aws_tasks import ENDPOINTS, SHELL_ENDPOINTS

if TYPE_CHECKING:
    from config.stack import StackSettings

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "containers.md").read_text(encoding="utf-8")


@pytest.fixture
def shown(tmp_path: Path) -> StackSettings:
    """The settings of the stack file that the guide shows."""
    found = re.search(r"^```yaml\n(config:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    (tmp_path / "config" / "apps").mkdir(parents=True)
    application = ROOT / "config" / "apps" / "orders.yaml"
    (tmp_path / "config" / "apps" / "orders.yaml").write_text(application.read_text())
    (tmp_path / "config" / "Pulumi.orders-containers.yaml").write_text(found[1])
    return effective(tmp_path, "orders-containers").stack


def test_the_stack_file_that_it_shows_is_accepted(shown: StackSettings) -> None:
    assert isinstance(shown.topology, AwsEcs)
    assert shown.topology.shell
    assert shown.topology.tasks("api").spot


RELEASES = re.findall(r"^```yaml\n(release:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("release", RELEASES)
def test_the_releases_that_it_shows_are_accepted(release: str) -> None:
    shown = TypeAdapter(ContainerRelease).validate_python(yaml.safe_load(release)["release"])
    assert shown.kind in {"build", "builds", "tagged"}


def test_it_tells_of_every_setting_of_what_is_built() -> None:
    assert len(RELEASES) == 3
    fields = {*BuildRelease.model_fields, *BuildsRelease.model_fields, *ImageBuild.model_fields}
    assert {name for name in fields if f"`{name}`" not in GUIDE and f"{name}:" not in GUIDE} == set()
    assert f"more than {build_context.MOST_MIB} MiB" in GUIDE


def test_it_tells_of_every_setting_that_machines_do_not_have() -> None:
    own = set(AwsEcs.model_fields) - set(AwsEcs.__base__.model_fields) - {"kind"}  # type: ignore[union-attr]  # it has one
    told = {name for row in re.findall(r"^\| (`.*?`) \|", GUIDE, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert own - told == set()
    assert {name for name in TaskGroup.model_fields if f"`{name}`" not in GUIDE} == set()


def test_what_it_says_of_tasks_is_what_they_are() -> None:
    for said in (
        f"has {DRAIN_WEBSOCKETS} s for those who are connected, any other {DRAIN} s",
        f"`{DATABASE_CA}`",
        f"user {containers.USER.partition(':')[0]} can read",
        f"every {containers.INTERVAL} seconds",
        *(f"`{each}`" for each in (*ENDPOINTS, *SHELL_ENDPOINTS)),
    ):
        assert said in re.sub(r"\s+", " ", GUIDE), said
