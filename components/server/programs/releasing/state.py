"""What this server knows of its releases, in files that are whole at any moment."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOME = Path("/var/lib/slipway")
STATE = HOME / "state.json"
SLOTS = ("blue", "green")


@dataclass
class State:
    """What serves. Until something else is written here, whatever else was begun is undone."""

    app: str = ""
    serving: str = ""
    """The release that serves."""
    former: str = ""
    """The release that served before it."""
    settings: str = ""
    """The digest of the settings that serve."""
    slots: dict[str, str] = field(default_factory=dict)
    """The slot of each service that serves."""
    services: list[dict[str, Any]] = field(default_factory=list)
    """The services that serve, without variables. Any: JSON."""
    releases: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Of each release that is here: when it came, whether it migrated, and its services when it last served."""
    begun: dict[str, str] = field(default_factory=dict)
    """Units that were started and do not serve yet, with their slots."""
    first: dict[str, str] = field(default_factory=dict)
    """What nginx had for a service before there was any release."""

    def save(self) -> None:
        """Write it."""
        write(STATE, json.dumps(dataclasses.asdict(self), indent=1), 0o600)


def load() -> State:
    """What was written last."""
    return State(**json.loads(STATE.read_text())) if STATE.exists() else State()


def other(slot: str | None) -> str:
    """The slot that does not serve."""
    return SLOTS[slot == SLOTS[0]]


def write(path: Path, text: str, mode: int) -> None:
    """Write a file so that it is the old one or the new one, whatever happens."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def link(path: Path, target: Path) -> None:
    """Let a link lead elsewhere, at once."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(path)
