"""A project with stacks that are not shipped: our own program, with stack files that a test makes as plain data."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.effective import effective
from plan.graph import Graph
from slipway.errors import UsageError
from slipway.planning import Order, Planned, plan_stack
from slipway.project import Project
from tests.once import kept, once
from tests.stacks.container_forms import CONTAINER_FORMS, write_shop
from tests.stacks.edge_forms import EDGE_FORMS
from tests.stacks.engine_forms import ENGINE_FORMS
from tests.stacks.forms import DIGEST, FORMS
from tests.stacks.server_container_forms import SERVER_CONTAINER_FORMS
from tests.stacks.server_forms import SERVER_FORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from config.stack import StackSettings

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("stacks", "components", "examples")
# No value of a secret that a test sets is without it, so one search tells whether any of them has leaked.
MARK = "hunter2"
PATIENCE = 300.0  # seconds for a plan, on a machine that does much else
ON_MACHINES = ("orders-dev", "orders-staging", "orders-production")
IN_CONTAINERS = ("orders-containers", "videochat-containers", "drops-growth", "drops-large")
IN_AWS = (*ON_MACHINES, *IN_CONTAINERS)
AT_THE_EDGE = ("helpdesk-edge",)
ON_SERVERS = ("drops-launch", "helpdesk-vps", "mentors-vps", "videochat-vps")
ON_AN_ENGINE = ("orders-local",)
IN_SERVERS_CONTAINERS = ("drops-containers",)
_ALL = {**FORMS, **CONTAINER_FORMS, **EDGE_FORMS, **SERVER_FORMS, **SERVER_CONTAINER_FORMS, **ENGINE_FORMS}
SHIPPED = (*IN_AWS, *AT_THE_EDGE, *ON_SERVERS, *IN_SERVERS_CONTAINERS, *ON_AN_ENGINE)


@cache
def folder() -> Path:
    """The project: a copy of the room that reads files beside itself, links to the others, and every form's file."""
    made = kept("stacks-")  # plans name files in it, and other processes read those plans
    shutil.copytree(ROOT / "config", made / "config")
    shutil.copy2(ROOT / "__main__.py", made)
    for room in ROOMS:
        (made / room).symlink_to(ROOT / room)
    (made / "Pulumi.yaml").write_text("name: slipway\nruntime: python\nstackConfigDir: config\n")
    for name, content in _ALL.items():
        write(name, content, made)
    write_shop(made)
    return made


def write(name: str, content: Mapping[str, Any], project: Path | None = None) -> str:
    """Put a stack's file there; content is what stands below `config:`, any YAML."""
    file = (project or folder()) / "config" / f"Pulumi.{name}.yaml"
    file.write_text(json.dumps({"config": dict(content)}, indent=2))  # JSON is YAML, and quotes every text
    return name


def settings(name: str) -> StackSettings:
    """The settings of one of the project's stacks."""
    return effective(folder(), name).stack


def answers(name: str) -> dict[str, Any]:  # Any: answers are any JSON
    """What only AWS, a registry and a team's secrets know: images, a value with the mark for each secret given."""
    given = [secret for secret, declared in settings(name).used_secrets().items() if not declared.generate]
    return {
        "invokes": [
            {"token": "aws:ssm/getParameter:getParameter", "result": {"value": "ami-0123456789abcdef0"}},
            {"token": "docker:index/getRegistryImage:getRegistryImage", "result": {"sha256Digest": f"sha256:{DIGEST}"}},
        ],
        "config": {f"secrets:{secret}": f"{MARK}-{secret}-0123456789abcdef" for secret in given},
    }


def answered(name: str, **more: Any) -> Planned:  # Any: answers are any JSON
    """The plan of one of the project's stacks under the usual answers and these."""
    return plan_stack(Order(Project.find(folder()), {**answers(name), **more}, timeout=PATIENCE), name)


def refused(name: str, content: Mapping[str, Any], **answers: Any) -> str:  # Any: any YAML and any JSON
    """What is said of a stack that is not planned: its file is wrong."""
    with pytest.raises(UsageError) as error:
        plan_stack(Order(Project.find(folder()), answers), write(name, content))
    return str(error.value)


@cache
def planned(name: str) -> Planned:
    """The plan of a form or of a shipped stack; each is recorded once a run."""
    return once(f"stack-{name}", lambda: answered(name))


@cache
def graph(name: str) -> Graph:
    """The same as a graph."""
    return Graph(planned(name).plan)


def record(names: Iterable[str]) -> None:
    """Record the plans of several, two at a time: each keeps two cores busy."""
    folder()  # once, before two ask for it
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(planned, names))


def text(name: str) -> str:
    """A plan as `--json` prints it."""
    return json.dumps(planned(name).document)
