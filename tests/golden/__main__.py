"""`make golden`: write the golden plans of the version that pyproject.toml names, once.

A released version's plans are never written anew: they are what users have deployed. While a version has no tag yet,
`--again` replaces them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from config.cloudflare import Cloudflare
from config.effective import effective
from tests.golden.compact import compact, text_of
from tests.golden.project import FILES, HERE, ROOT, current, record, with_inputs
from tests.stacks.container_forms import CONTAINER_FORMS
from tests.stacks.forms import FORMS, form

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Beside the shipped stacks: each application, release, way out, kind of data and of names at least once.
_OTHERS = (
    "drops-closed", "drops-production", "helpdesk-production", "helpdesk-staging", "mentors-development",
    "orders-jobs", "videochat-production",
)  # fmt: skip
_CONTAINERS = ("drops-closed-tasks", "orders-jobs-tasks")
_CLOUDFLARE = {"kind": "cloudflare", "zone": "drops.example.com", "zone_id": "0123456789abcdef" * 2}
_ANSWERS = {"invokes": [{"token": "aws:ssm/getParameter:getParameter", "result": {"value": "ami-0123456789abcdef0"}}]}


def main() -> None:
    """Write the folder of this version, or say why not."""
    parser = argparse.ArgumentParser(prog="make golden", description=__doc__)
    parser.add_argument("--again", action="store_true", help="replace the plans of a version that has no tag yet")
    again = parser.parse_args().again
    version = current()
    folder = HERE / version
    if folder.exists():
        if not again:
            sys.exit(f"{folder.relative_to(ROOT)} is there. Raise the version in pyproject.toml for a new release.")
        if _is_released(version):
            sys.exit(f"{version} is released (tag v{version}): its plans are what users have deployed, and stay.")
    fresh = folder.with_name(f".{version}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    _write(fresh)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _write(folder: Path) -> None:
    write_inputs(folder)
    plans = folder / "plans"
    plans.mkdir()
    for name, plan in record(with_inputs(folder / "config"), folder / "answers.json", _stacks(folder)).items():
        (plans / f"{name}.json").write_text(text_of(compact(plan)))


def write_inputs(folder: Path) -> None:
    """Write what the plans are made from: settings, answers, and the files of the project that the settings name."""
    shutil.copytree(
        ROOT / "config", folder / "config", ignore=lambda _, names: [name for name in names if not _is_input(name)]
    )
    shutil.rmtree(folder / "config" / "schema", ignore_errors=True)
    for name, content in _forms().items():
        text = json.dumps({"config": content}, indent=1)
        (folder / "config" / f"Pulumi.{name}.yaml").write_text(f"{text}\n")
    (folder / "answers.json").write_text(f"{json.dumps(_ANSWERS, indent=1)}\n")
    project = with_inputs(folder / "config")
    for name in _stacks(folder):
        topology = effective(project, name, builds=False).stack.topology
        if isinstance(topology, Cloudflare) and (migrations := topology.database.migrations):
            named = migrations.directory
            shutil.copytree(ROOT / named, folder / FILES / named, dirs_exist_ok=True)


def _stacks(folder: Path) -> list[str]:
    return sorted(file.name[len("Pulumi.") : -len(".yaml")] for file in (folder / "config").glob("Pulumi.*.yaml"))


def _forms() -> Mapping[str, Mapping[str, Any]]:
    return {
        **{name: FORMS[name] for name in _OTHERS},
        **{name: CONTAINER_FORMS[name] for name in _CONTAINERS},
        "drops-cloudflare": form("drops", "production", dns=_CLOUDFLARE),
    }


def _is_input(name: str) -> bool:
    return name == "apps" or name.endswith(".yaml")


def _is_released(version: str) -> bool:
    listed = subprocess.run(
        ["git", "tag", "--list", f"v{version}"],  # noqa: S607 - the machine's
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return bool(listed.stdout.strip())


if __name__ == "__main__":
    main()
