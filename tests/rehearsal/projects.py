"""Our own program with stack files that a test writes, in a folder of its own, and rehearsals without progress."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import yaml

from tests.rehearsal.points import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from slipway.rehearsal.results import Result

_LINKED = (".venv", "stacks", "components", "policies", "examples")


class Quiet:
    """Progress that nobody sees."""

    def began(self, name: str) -> None:
        """Nothing."""

    def ended(self, result: Result) -> None:
        """Nothing."""


def copied(folder: Path) -> Path:
    """The folder with the project in it: the room that reads files beside itself is a copy, the others are links."""
    shutil.copytree(ROOT / "config", folder / "config")
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy2(ROOT / name, folder)
    for name in _LINKED:
        (folder / name).symlink_to(ROOT / name)
    return folder


def shipped(stack: str) -> dict[str, Any]:  # Any: any YAML
    """What stands below `config:` in the file of a shipped stack."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "config" / f"Pulumi.{stack}.yaml").read_text())["config"]
    return content


def write_stack(folder: Path, stack: str, content: Mapping[str, Any]) -> None:
    """Write a stack's file; `content` is what stands below `config:`, any YAML."""
    text = yaml.safe_dump({"config": dict(content)}, sort_keys=False)
    (folder / "config" / f"Pulumi.{stack}.yaml").write_text(text)
