"""The project with the inputs of one released version: today's code, the stack files and applications of then."""

from __future__ import annotations

import functools
import json
import shutil
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.planning import Order, plan_stack
from slipway.project import Project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plan.model import Plan

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROOMS = ("components", "stacks")
FILES = "files"
_KEEP: list[tempfile.TemporaryDirectory[str]] = []


def current() -> str:
    """The version of the project."""
    version: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    return version


def versions() -> list[str]:
    """The versions that have golden plans, the oldest first."""
    found = (folder.name for folder in HERE.iterdir() if (folder / "plans").is_dir())
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")])


def stacks(version: str) -> list[str]:
    """The golden plans of a version."""
    return sorted(file.stem for file in (HERE / version / "plans").glob("*.json"))


def golden(version: str, stack: str) -> dict[str, Any]:  # Any: a golden plan is any JSON
    """One golden plan."""
    document: dict[str, Any] = json.loads((HERE / version / "plans" / f"{stack}.json").read_text())
    return document


def accepted(version: str) -> dict[str, str]:
    """The removals since a version that were wanted, each with its reason."""
    file = HERE / version / "accepted.json"
    found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    return found


def with_inputs(inputs: Path, code: Path = ROOT) -> Path:
    """A project folder with the code in `code` and the settings in `inputs`, kept until the process ends.

    Beside the settings `files` may lie: what they name in the project.
    """
    _KEEP.append(tempfile.TemporaryDirectory(prefix="golden-"))
    made = Path(_KEEP[-1].name)
    shutil.copytree(code / "config", made / "config", ignore=shutil.ignore_patterns("*.yaml", "__pycache__"))
    shutil.copytree(inputs, made / "config", dirs_exist_ok=True)
    shutil.copy2(ROOT / "__main__.py", made)
    for room in ROOMS:
        (made / room).symlink_to(code / room)
    if (files := inputs.with_name(FILES)).is_dir():
        shutil.copytree(files, made, dirs_exist_ok=True)
    (made / "Pulumi.yaml").write_text("name: slipway\nruntime: python\nstackConfigDir: config\n")
    return made


@functools.cache
def plans(version: str, names: tuple[str, ...]) -> Mapping[str, Plan]:
    """The plans that today's code makes of a version's inputs."""
    return record(with_inputs(HERE / version / "config"), HERE / version / "answers.json", names)


def record(folder: Path, answers: Path, names: Sequence[str]) -> dict[str, Plan]:
    """The plans of some stacks of a project, two at a time: each keeps two cores busy."""
    order = Order(Project.find(folder), json.loads(answers.read_text()))
    with ThreadPoolExecutor(2) as pool:
        planned = pool.map(lambda name: plan_stack(order, name).plan, names)
        return dict(zip(names, planned, strict=True))
