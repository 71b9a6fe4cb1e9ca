"""The engine as the gate runs it: the user's own backend, credentials and providers, watched and without questions."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.engine.cli import QUIET, Cli, EngineError, with_packs
from slipway.engine.locate import LANGUAGE_HOST, find_cli
from slipway.engine.results import PreviewResult, RunResult
from slipway.gate.supervision import Ended, Limits, supervise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from slipway.gate.running import Mark
    from slipway.project import Project

PREVIEW_SECONDS = 1800.0  # the most that a preview may take where nobody says otherwise
_PAGE, _PAGES = 50, 20  # operations that the backend is asked for at once, and how often: a thousand are enough
_REFRESH = "refresh"
_HOST = "pulumi-language-python"
# A pipeline sets a variable that has no value to nothing, which the engine would take for a value.
_EMPTY_IS_UNSET = (
    "AWS_PROFILE",
    "AWS_REGION",
    "CLOUDFLARE_API_TOKEN",
    "DIGITALOCEAN_TOKEN",
    "HCLOUD_TOKEN",
    "LINODE_TOKEN",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_BACKEND_URL",
)
_SIMULATED = "SLIPWAY_SIMULATED_STATE"


def is_simulated() -> bool:
    """Whether the providers that would be used are simulated ones."""
    return bool(os.environ.get(_SIMULATED))


@dataclass(frozen=True, kw_only=True)  # without slots, for what is found once
class Engine:
    """The engine on one stack. `limits` hold for each command; `config_file` stands in for the stack's own file.

    A preview takes `preview_seconds` at the most, where that is less: it is not what an `up` needs its time for.
    `organization` is the owner of the stack in Pulumi Cloud, where it is not the one that is logged in. With `refresh`
    the engine looks at what is there before it compares, and `message` is what the backend records of an `up`.
    """

    project: Project
    stack: str
    limits: Limits
    config_file: Path | None = None
    policy_packs: tuple[Path, ...] = ()
    organization: str = ""
    preview_seconds: float = PREVIEW_SECONDS
    refresh: bool = False
    message: str = ""

    def preview(self) -> tuple[Ended, PreviewResult]:
        """What `pulumi preview` plans, with what the policy packs find. It takes no lock."""
        limits = replace(self.limits, seconds=min(self.limits.seconds, self.preview_seconds))
        with tempfile.TemporaryDirectory(prefix="slipway-gate-") as scratch:
            events = Path(scratch, "events")
            ended = supervise(
                self._command("preview", "--json", "--show-sames", "--show-replacement-steps", events=events),
                self.project.directory, self._environment(), limits, live=False,
            )  # fmt: skip
            result = PreviewResult.read(ended, events)
        # That something was looked at is no change of it.
        return ended, replace(result, steps=tuple(step for step in result.steps if step.op != _REFRESH))

    def up(self, mark: Mark) -> tuple[Ended, RunResult]:
        """Deploy, without a preview of the engine's own. What it does is printed as it does it."""
        mark.folder.mkdir(parents=True, exist_ok=True)
        sys.stdout.flush()
        message = ["--message", self.message] if self.message else []
        ended = supervise(
            self._command("up", "--yes", "--skip-preview", *message, events=mark.events),
            self.project.directory, self._environment(), self.limits, live=True, started=mark.put,
        )  # fmt: skip
        return ended, RunResult.read(ended, mark.events)

    def unlock(self) -> None:
        """Take the stack's lock away. Raises `EngineError` where the engine cannot."""
        self._must("cancel", "--yes")

    def history(self) -> Iterator[Mapping[str, Any]]:
        """What the backend has recorded of operations on the stack, the newest first: any JSON, hence `Any`.

        Values of secrets are not in it. Raises `EngineError` where the backend cannot be asked.
        """
        for page in range(1, _PAGES + 1):
            which = ["--full-dates", "--page-size", str(_PAGE), "--page", str(page)]
            try:
                records = json.loads(self._must("stack", "history", "--json", *which))
            except ValueError as error:
                raise EngineError(f"`pulumi stack history` printed no JSON: {error}") from None
            if not records:
                return
            yield from records

    def outputs(self) -> Mapping[str, Any]:
        """The stack's outputs, any JSON, hence `Any`; a secret is `[secret]`. Raises `EngineError` as `history`."""
        try:
            outputs: Mapping[str, Any] = json.loads(self._must("stack", "output", "--json"))
        except ValueError as error:
            raise EngineError(f"`pulumi stack output` printed no JSON: {error}") from None
        return outputs

    def state(self) -> Mapping[str, Any]:
        """What the backend keeps of the stack, any JSON, hence `Any`; secrets are encrypted. Raises as `history`."""
        try:
            state: Mapping[str, Any] = json.loads(self._must("stack", "export"))
        except ValueError as error:
            raise EngineError(f"`pulumi stack export` printed no JSON: {error}") from None
        return state

    def _must(self, *command: str) -> str:
        """What a short command on the stack prints."""
        cli = Cli(self._program, self._environment())
        return cli.must(*command, "--stack", self._name, folder=self.project.directory)

    @cached_property
    def _program(self) -> Path:
        """The CLI. To find it may mean to ask one for its version."""
        return find_cli()

    @property
    def _name(self) -> str:
        """The stack as the backend knows it."""
        return f"{self.organization}/{self.stack}" if self.organization else self.stack

    def _command(self, *verb: str, events: Path) -> list[str]:
        settings = ["--config-file", str(self.config_file.absolute())] if self.config_file else []
        settings += ["--refresh"] if self.refresh else []
        stack = ["--stack", self._name, *settings, *with_packs(self.policy_packs), "--event-log", str(events)]
        return [str(self._program), *verb, *stack, *QUIET]

    def _environment(self) -> Mapping[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            # Without bytecode the SDKs take several times longer to import.
            if name != "PYTHONDONTWRITEBYTECODE" and (value or name not in _EMPTY_IS_UNSET)
        }
        own = {"PULUMI_DEBUG_COMMANDS": "true", "PULUMI_SKIP_UPDATE_CHECK": "true"}  # the first for --event-log
        beside = (self._program.resolve().parent / _HOST).exists()
        if not beside and not shutil.which(_HOST):  # an engine that was built with Go
            own["PATH"] = f"{kept.get('PATH', os.defpath)}{os.pathsep}{LANGUAGE_HOST}"
        return {**kept, **own}
