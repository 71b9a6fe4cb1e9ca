"""Taking over in a simulation, as the guide says: the import, then the names. What a rehearsal runs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from slipway.engine.files import write
from slipway.orphans.engines import SimulatedEngine
from slipway.orphans.names import keep_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.model import Plan
    from slipway.engine.process import Finished
    from slipway.engine.workspace import Workspace

IMPORT = ("--yes", "--skip-preview", "--generate-code=false", "--protect=false")
_SECONDS = 600


def take_over(workspace: Workspace, plan: Plan, document: Mapping[str, Any]) -> Finished:
    """Import what the document of an import file names into the plan's stack; how the import ended.

    Where it ended well, automatic names are kept.
    """
    file = write(workspace.folder / f"import.{os.getpid()}.json", json.dumps(document))
    given = ["--stack", plan.stack, "--config-file", str(workspace.stacks.settings(plan.stack))]
    done = workspace.cli.run(["import", "--file", str(file), *given, *IMPORT], workspace.project.directory, _SECONDS)
    if done.exit_code == 0:
        kept, changed = keep_names(workspace.export(plan.stack), plan, document)
        if changed:
            SimulatedEngine(workspace).put(plan.stack, kept)
        file.unlink()
    return done
