"""The gate's own script in a simulation: what a pipeline runs, on a workspace's simulated cloud."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from slipway.engine.locate import ROOT
from slipway.engine.process import run
from slipway.engine.results import read_document, read_steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.engine.cli import Cli
    from slipway.engine.results import Step
    from slipway.project import Project

GATE = ROOT / "tools" / "gate"
Stage = Literal["preview", "up", "unlock"]


@dataclass(frozen=True, slots=True)
class GateResult:
    """How a stage of the gate ended. `verdict` is its `verdict.json`, any JSON, empty where it got no further."""

    exit_code: int
    stdout: str
    stderr: str
    verdict: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

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
            document = read_document(_text(folder / "preview.json"))
            verdict = json.loads(_text(folder / "verdict.json") or "{}")
        return GateResult(finished.exit_code, finished.stdout, finished.stderr, verdict, read_steps(document))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
