"""Where states are: in the user's own backend, in exported files, or in a simulation's folder."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from slipway.engine.cli import Cli
from slipway.engine.locate import find_cli
from slipway.engine.missing import no_such_stack
from slipway.engine.workspace import Workspace
from slipway.errors import ProgramError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.project import Project

_SECONDS = 120
Export = dict[str, Any]  # what `pulumi stack export` prints: any JSON


class Engine(Protocol):
    """Gives and takes states."""

    def export(self, stack: str) -> Export | None:
        """A stack's state; None where there is no such stack."""

    def put(self, stack: str, export: Mapping[str, Any]) -> None:
        """Make this a stack's state."""


class UsersEngine:
    """The `pulumi` that the user has, with the user's own login and settings."""

    def __init__(self, project: Project) -> None:
        """States are those of this project's stacks."""
        self._cli = Cli(find_cli(), {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"})
        self._folder = project.directory

    def export(self, stack: str) -> Export | None:
        """A stack's state; None where the backend has no such stack. Raises `ProgramError` where pulumi fails."""
        finished = self._cli.run(["stack", "export", "--stack", stack], self._folder, _SECONDS)
        if finished.exit_code == 0:
            export: Export = json.loads(finished.stdout)
            return export
        said = finished.stderr.strip() or finished.stdout.strip()
        if no_such_stack(finished.exit_code, said, stack):
            return None
        raise ProgramError(f"`pulumi stack export --stack {stack}` failed (exit {finished.exit_code}): {said}")

    def put(self, stack: str, export: Mapping[str, Any]) -> None:
        """Make this a stack's state. Raises `ProgramError` where pulumi fails."""
        with tempfile.TemporaryDirectory(prefix="slipway-") as scratch:
            file = Path(scratch, "state.json")
            file.write_text(json.dumps(export), encoding="utf-8")
            self._cli.must("stack", "import", "--stack", stack, "--file", str(file), folder=self._folder)


class SimulatedEngine:
    """The engine of a folder that `tools/simulated-pulumi --state` or a `Workspace` has filled."""

    def __init__(self, workspace: Workspace) -> None:
        """Its states are the workspace's."""
        self._workspace = workspace

    def export(self, stack: str) -> Export | None:
        """A stack's state."""
        return self._workspace.export(stack)

    def put(self, stack: str, export: Mapping[str, Any]) -> None:
        """Make this a stack's state."""
        file = self._workspace.folder / f"state.{os.getpid()}.json"
        file.write_text(json.dumps(export), encoding="utf-8")
        try:
            folder = self._workspace.stacks.folder(stack)
            self._workspace.cli.must("stack", "import", "--stack", stack, "--file", str(file), folder=folder)
        finally:
            file.unlink()


def simulation(project: Project, folder: Path, answers: Path | None) -> Workspace:
    """The simulation in a folder. Raises `UsageError` where the folder has none."""
    if not (folder / "cloud").is_dir():
        raise UsageError(
            f"{folder}: no simulated cloud here. Make one: tools/simulated-pulumi --state {folder} -- up --stack STACK "
            "--yes, or give the folder that it names as State."
        )
    return Workspace(project.directory, folder=folder, answers=answers)


def read_exports(files: Sequence[Path]) -> list[Export]:
    """States from files, as `pulumi stack export --file` writes them; `{}` is a state that records nothing."""
    exports = []
    for file in files:
        try:
            export = json.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise UsageError(f"{file}: cannot be read: {error.strerror}.") from None
        except ValueError:
            raise UsageError(f"{file}: is not JSON. Write it with: pulumi stack export --file {file}.") from None
        if not isinstance(export, dict) or not isinstance(export.get("deployment") or {}, dict):
            raise UsageError(f"{file}: is not an exported state. Write it with: pulumi stack export --file {file}.")
        exports.append(export)
    return exports
