"""The gate's own script in a simulation: what a pipeline runs, on a workspace's simulated cloud."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from slipway.engine.locate import ROOT
from slipway.engine.process import run
from slipway.engine.results import Violation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.engine.cli import Cli
    from slipway.project import Project

GATE = ROOT / "tools" / "gate"
Stage = Literal["preview", "up", "rollback", "unlock"]


@dataclass(frozen=True, slots=True)
class GateResult:
    """How a stage of the gate ended, with what its `verdict.json` tells; empty where it got no further.

    `unapproved` are the URNs of the data that would be lost and that nobody approved of.
    """

    exit_code: int
    stdout: str
    stderr: str
    headline: str = ""
    detail: str = ""
    deployed: bool = False
    changes: Mapping[str, int] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    unapproved: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the gate lets the change go on."""
        return self.exit_code == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """The gate before one stack of a simulation, with the settings that the engine is given there."""

    cli: Cli
    project: Project
    stack: str
    settings: Path
    scratch: Path

    def run(self, stage: Stage, options: Sequence[str], seconds: float) -> GateResult:
        """Run `tools/gate STAGE STACK`, as a pipeline does. Raises `EngineTimeoutError`."""
        environment = {**self.cli.environment, "SLIPWAY_PULUMI": str(self.cli.program)}
        given = ["--project", str(self.project.directory)]
        given += ["--config-file", str(self.settings)] if stage != "unlock" else []
        with tempfile.TemporaryDirectory(dir=self.scratch) as made:
            out = [] if "--out" in options else ["--out", made]
            folder = Path(made if out else options[list(options).index("--out") + 1])
            command = [str(GATE), stage, self.stack, *given, *out, *options]
            finished = run(command, self.project.directory, environment, seconds)
            file = folder / "verdict.json"
            told = _told(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}
        return GateResult(finished.exit_code, finished.stdout, finished.stderr, **told)


def _told(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a result that a verdict, any JSON, tells."""
    return {
        **{name: verdict[name] for name in ("headline", "detail", "deployed", "changes")},
        "violations": tuple(Violation(**found) for found in verdict["violations"]),
        "unapproved": tuple(found["urn"] for found in verdict["danger"]["endangered"] if not found["approved"]),
    }
