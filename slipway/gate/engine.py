"""The engine as the gate runs it: the user's own backend, credentials and providers, watched and without questions."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.engine.cli import Cli
from slipway.engine.locate import ROOT, find_cli
from slipway.engine.results import PreviewResult, RunResult, read_document, read_events, read_steps
from slipway.gate.supervision import Ended, Limits, supervise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.gate.running import Mark
    from slipway.project import Project

PREVIEW_SECONDS = 1800.0  # the most that a preview may take where nobody says otherwise
_QUIET = ("--non-interactive", "--color", "never")
_LANGUAGE_HOST = ROOT / "tools" / "language_host"
_HOST = "pulumi-language-python"
# A pipeline sets a variable that has no value to nothing, which the engine would take for a value.
_EMPTY_IS_UNSET = ("AWS_PROFILE", "AWS_REGION", "CLOUDFLARE_API_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_BACKEND_URL")
_SIMULATED = "SLIPWAY_SIMULATED_STATE"


def is_simulated() -> bool:
    """Whether the providers that would be used are simulated ones."""
    return bool(os.environ.get(_SIMULATED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The engine on one stack. `limits` hold for each command; `config_file` stands in for the stack's own file.

    A preview takes `preview_seconds` at the most, where that is less: it is not what an `up` needs its time for.
    `organization` is the owner of the stack in Pulumi Cloud, where it is not the one that is logged in.
    """

    project: Project
    stack: str
    limits: Limits
    config_file: Path | None = None
    policy_packs: tuple[Path, ...] = ()
    organization: str = ""
    preview_seconds: float = PREVIEW_SECONDS

    def preview(self) -> tuple[Ended, PreviewResult]:
        """What `pulumi preview` plans, with what the policy packs find. It takes no lock."""
        limits = replace(self.limits, seconds=min(self.limits.seconds, self.preview_seconds))
        with tempfile.TemporaryDirectory(prefix="slipway-gate-") as scratch:
            events = Path(scratch, "events")
            ended = supervise(
                self._command("preview", "--json", "--show-sames", "--show-replacement-steps", events=events),
                self.project.directory, self._environment(), limits, live=False,
            )  # fmt: skip
            told = _told(events)
        document = read_document(ended.stdout)
        steps = read_steps(document)
        return ended, PreviewResult(ended.exit_code, ended.stdout, ended.stderr, **told, steps=steps, document=document)

    def up(self, mark: Mark) -> tuple[Ended, RunResult]:
        """Deploy, without a preview of the engine's own. What it does is printed as it does it."""
        mark.folder.mkdir(parents=True, exist_ok=True)
        sys.stdout.flush()
        ended = supervise(
            self._command("up", "--yes", "--skip-preview", events=mark.events),
            self.project.directory, self._environment(), self.limits, live=True, started=mark.put,
        )  # fmt: skip
        return ended, RunResult(ended.exit_code, ended.stdout, ended.stderr, **_told(mark.events))

    def unlock(self) -> None:
        """Take the stack's lock away. Raises `EngineError` where the engine cannot."""
        cli = Cli(find_cli(), self._environment())
        cli.must("cancel", "--yes", "--stack", self._name, folder=self.project.directory)

    @property
    def _name(self) -> str:
        """The stack as the backend knows it."""
        return f"{self.organization}/{self.stack}" if self.organization else self.stack

    def _command(self, *verb: str, events: Path) -> list[str]:
        settings = ["--config-file", str(self.config_file.absolute())] if self.config_file else []
        packs = [part for folder in self.policy_packs for part in ("--policy-pack", str(folder.absolute()))]
        stack = ["--stack", self._name, *settings, *packs, "--event-log", str(events)]
        return [str(find_cli()), *verb, *stack, *_QUIET]

    def _environment(self) -> Mapping[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            # Without bytecode the SDKs take several times longer to import.
            if name != "PYTHONDONTWRITEBYTECODE" and (value or name not in _EMPTY_IS_UNSET)
        }
        own = {"PULUMI_DEBUG_COMMANDS": "true", "PULUMI_SKIP_UPDATE_CHECK": "true"}  # the first for --event-log
        beside = (find_cli().resolve().parent / _HOST).exists()
        if not beside and not shutil.which(_HOST):  # an engine that was built with Go
            own["PATH"] = f"{kept.get('PATH', os.defpath)}{os.pathsep}{_LANGUAGE_HOST}"
        return {**kept, **own}


def _told(events: Path) -> dict[str, Any]:
    """The fields of a result that the events tell; a last line that was cut off by a kill is left out."""
    if not events.exists():
        return {}
    lines = events.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    return read_events(line for line in lines if line.endswith("\n"))
