"""Taking over in a simulation, as the guide says: the import, then the names. What a rehearsal runs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from slipway.files import write
from slipway.orphans.engines import SimulatedEngine
from slipway.orphans.names import keep_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.model import Plan
    from slipway.engine.results import RunResult
    from slipway.engine.workspace import Workspace


def take_over(workspace: Workspace, plan: Plan, document: Mapping[str, Any]) -> RunResult:
    """Import what the document of an import file names into the plan's stack; how the import ended.

    Where it ended well, automatic names are kept.
    """
    file = write(workspace.folder / f"import.{os.getpid()}.json", json.dumps(document))
    done = workspace.take_over(plan.stack, file)
    file.unlink()
    if done.ok:
        keep_automatic_names(workspace, plan, document)
    return done


def keep_automatic_names(workspace: Workspace, plan: Plan, document: Mapping[str, Any]) -> tuple[str, ...]:
    """After an import: let the state keep the names that Pulumi made; the URNs of what was changed."""
    kept, changed = keep_names(workspace.export(plan.stack), plan, document)
    if changed:
        SimulatedEngine(workspace).put(plan.stack, kept)
    return changed
