"""The guide to containers: the stack file that it shows is one, and what it says of tasks is so."""

from __future__ import annotations

import re
import shutil
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
from config.schedules import CronSchedule, RateSchedule
from config.services import ImageSources
from slipway.render.dockerfile import dockerfile
from stacks.aws_services import DRAIN, DRAIN_WEBSOCKETS
from stacks.aws_task_variables import DATABASE_CA
from stacks.aws_tasks import ENDPOINTS, SHELL_ENDPOINTS

if TYPE_CHECKING:
    from config.stack import StackSettings

ROOT = Path(__file__).resolve().parents[2]
_WORDS = {2: "two", 3: "three"}
GUIDE = (ROOT / "docs" / "containers.md").read_text(encoding="utf-8")
SHOWN = "orders-containers"


def with_more(project: Path, more: str) -> None:
    """The stack that the guide shows, and its application with more in its file."""
    (project / "config" / "apps").mkdir(parents=True)
    application = (ROOT / "config" / "apps" / "orders.yaml").read_text(encoding="utf-8")
    (project / "config" / "apps" / "orders.yaml").write_text(application + more, encoding="utf-8")
    shutil.copy2(ROOT / "config" / f"Pulumi.{SHOWN}.yaml", project / "config")


@pytest.fixture
def shown() -> StackSettings:
    """The settings of the stack file that the guide shows."""
    return effective(ROOT, SHOWN).stack


def test_the_stack_file_that_it_shows_is_the_shipped_one(shown: StackSettings) -> None:
    assert (ROOT / "config" / f"Pulumi.{SHOWN}.yaml").read_text(encoding="utf-8") in GUIDE
    assert isinstance(shown.topology, AwsEcs)
    assert shown.topology.shell
    assert shown.topology.tasks("api").spot


def test_what_it_says_of_growing_is_what_the_stack_files_say() -> None:
    rows = re.findall(r"^\| (\w+) \| (.*?) \| (.*?) \|$", GUIDE.partition("## Growing")[2], re.MULTILINE)
    told = {name: cells for name, *cells in rows}
    for column, stack in enumerate(("drops-growth", "drops-large")):
        topology = effective(ROOT, stack).stack.topology
        assert isinstance(topology, AwsEcs)
        tasks = topology.tasks("app")
        assert told["tasks"][column] == f"{tasks.min} to {tasks.max}"
        assert told["zones"][column] == _WORDS[len(topology.zones)]
        assert told["Redis"][column].startswith(_WORDS[topology.cache.shards or 1])


def test_what_it_pins_and_how_it_builds_is_what_the_dockerfile_has(shown: StackSettings) -> None:
    text = str(dockerfile(shown))
    (command,) = re.findall(r"^    (docker build .*)$", GUIDE, re.MULTILINE)
    assert f"#   {command}\n" in text
    (inspected,) = re.findall(r"`docker buildx imagetools inspect (\S+)`", GUIDE)
    assert f"FROM {inspected} AS " in text
    assert set(ImageSources.model_fields) == set(re.findall(r"^      (\w+): \S+$", GUIDE, re.MULTILINE)) - {
        "kind",
        "image",
    }
    for stage in re.findall(r"the stage `(\w+)`", GUIDE):
        assert f" AS {stage}\n" in text


def test_the_schedules_that_it_shows_are_accepted_and_every_setting_of_theirs_is_told(tmp_path: Path) -> None:
    found = re.search(r"^```yaml\n(schedules:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    with_more(tmp_path, f"{found[1]}\n")
    accepted = effective(tmp_path, SHOWN).stack.application.schedules
    assert {schedule.kind for schedule in accepted.values()} == {"cron", "rate"}
    own = {*CronSchedule.model_fields, *RateSchedule.model_fields}
    assert {name for name in own if f"`{name}`" not in GUIDE and f"{name}:" not in found[1]} == set()
    default = RateSchedule.model_fields["start_within"].default
    assert f"`start_within` | seconds for which a start that fails is tried again, {default} without it" in GUIDE


RELEASES = re.findall(r"^```yaml\n(release:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("release", RELEASES)
def test_the_releases_that_it_shows_are_accepted(release: str) -> None:
    shown = TypeAdapter(ContainerRelease).validate_python(yaml.safe_load(release)["release"])
    assert shown.kind in {"build", "builds", "tagged"}


def test_it_tells_of_every_setting_of_what_is_built() -> None:
    assert len(RELEASES) == 4
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
        f"every {containers.INTERVAL} s the service's health path",
        *(f"`{each}`" for each in (*ENDPOINTS, *SHELL_ENDPOINTS)),
    ):
        assert said in re.sub(r"\s+", " ", GUIDE), said
