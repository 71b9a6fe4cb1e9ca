"""The guide to containers: the stack file that it shows is one, and what it says of tasks is so."""

from __future__ import annotations

import re
from pathlib import Path

from components.aws import containers
from config.aws_ecs import AwsEcs
from config.containers import TaskGroup
from config.effective import effective
from config.services import ImageSources
from slipway.render.dockerfile import dockerfile
from stacks.aws_services import DRAIN, DRAIN_WEBSOCKETS
from stacks.aws_task_variables import DATABASE_CA
from stacks.aws_tasks import ENDPOINTS, SHELL_ENDPOINTS

ROOT = Path(__file__).resolve().parents[2]
_WORDS = {2: "two", 3: "three"}
GUIDE = (ROOT / "docs" / "containers.md").read_text(encoding="utf-8")


def test_the_stack_file_that_it_shows_is_the_shipped_one() -> None:
    assert (ROOT / "config" / "Pulumi.orders-containers.yaml").read_text(encoding="utf-8") in GUIDE
    shown = effective(ROOT, "orders-containers").stack.topology
    assert isinstance(shown, AwsEcs)
    assert shown.shell
    assert shown.tasks("api").spot


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
