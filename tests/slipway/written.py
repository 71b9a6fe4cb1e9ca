"""Stacks that a test writes into a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from config.effective import effective

if TYPE_CHECKING:
    from pathlib import Path

    from config.stack import StackSettings


def development(folder: Path, application: dict[str, Any], topology: dict[str, Any]) -> StackSettings:
    """The stack `dev` of this application in this topology, both as their files have them. `Any`: they are YAML."""
    app = application["name"]
    (folder / "config" / "apps").mkdir(parents=True, exist_ok=True)
    (folder / "config" / "apps" / f"{app}.yaml").write_text(yaml.safe_dump(application, sort_keys=False))
    stack = {"slipway:app": app, "slipway:environment": "development", "slipway:topology": topology}
    (folder / "config" / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": stack}))
    return effective(folder, "dev").stack
