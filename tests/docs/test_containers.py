"""The guide to containers: the stack file that it shows is one, and what it says of tasks is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from components.aws import containers
from config.aws_ecs import AwsEcs
from config.containers import TaskGroup
from config.effective import effective
from config.schedules import CronSchedule, RateSchedule
from stacks.aws_services import DRAIN, DRAIN_WEBSOCKETS
from stacks.aws_task_variables import DATABASE_CA
from stacks.aws_tasks import ENDPOINTS, SHELL_ENDPOINTS

if TYPE_CHECKING:
    from config.stack import StackSettings

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "containers.md").read_text(encoding="utf-8")


def shown_stack(project: Path, more: str = "") -> None:
    """The stack file that the guide shows, and its application with more in its file."""
    found = re.search(r"^```yaml\n(config:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    (project / "config" / "apps").mkdir(parents=True)
    application = (ROOT / "config" / "apps" / "orders.yaml").read_text()
    (project / "config" / "apps" / "orders.yaml").write_text(application + more)
    (project / "config" / "Pulumi.orders-containers.yaml").write_text(found[1])


@pytest.fixture
def shown(tmp_path: Path) -> StackSettings:
    """The settings of the stack file that the guide shows."""
    shown_stack(tmp_path)
    return effective(tmp_path, "orders-containers").stack


def test_the_stack_file_that_it_shows_is_accepted(shown: StackSettings) -> None:
    assert isinstance(shown.topology, AwsEcs)
    assert shown.topology.shell
    assert shown.topology.tasks("api").spot


def test_the_schedules_that_it_shows_are_accepted_and_every_setting_of_theirs_is_told(tmp_path: Path) -> None:
    found = re.search(r"^```yaml\n(schedules:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    shown_stack(tmp_path, f"{found[1]}\n")
    accepted = effective(tmp_path, "orders-containers").stack.application.schedules
    assert {schedule.kind for schedule in accepted.values()} == {"cron", "rate"}
    own = {*CronSchedule.model_fields, *RateSchedule.model_fields}
    assert {name for name in own if f"`{name}`" not in GUIDE and f"{name}:" not in found[1]} == set()
    default = RateSchedule.model_fields["start_within"].default
    assert f"`start_within` | seconds for which a start that fails is tried again, {default} without it" in GUIDE


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
