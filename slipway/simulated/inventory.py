"""What is in a simulated cloud."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from slipway.simulated.store import Object

if TYPE_CHECKING:
    from pathlib import Path


def inventory(cloud: Path) -> tuple[Object, ...]:
    """Every object of every package that lives in the folder `cloud`, by type, then id; none where there is no folder.

    What is deleted while this reads is not in it.
    """
    found = []
    for file in cloud.glob("[!.]*/*.json"):
        try:
            found.append(Object(**json.loads(file.read_text(encoding="utf-8"))))
        except FileNotFoundError:
            continue
    return tuple(sorted(found, key=lambda each: (each.type, each.id)))
