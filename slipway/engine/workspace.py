"""The real engine on a project, offline: commands against simulated providers; the project stays as it is."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from slipway.answers import read_answers
from slipway.engine.cli import Cli, with_packs
from slipway.engine.environment import offline_environment
from slipway.engine.gated import Gated, GateResult, Stage
from slipway.engine.locate import find_cli
from slipway.engine.plugins import installed_sdks, write_plugins
from slipway.engine.results import PreviewResult, RunResult
from slipway.engine.stacks import Stacks
from slipway.engine.warm import warm_programs
from slipway.files import write
from slipway.project import Project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from slipway.engine.process import Finished, Running

R = TypeVar("R", bound=RunResult)
LONG_SECONDS = 600
_ANSWERS = "answers.json"
_PASSPHRASE = "simulated"  # noqa: S105 - protects placeholders only


class Workspace:
    """A private engine for one project: plugins, state, simulated cloud and copies of stack files in one folder.

    Nothing of the user's is inherited that could reach an account, no file of the project changes, and no network is
    used. A context manager: a folder of its own is removed at the end, a given one stays and can be used again.

        with Workspace(Path("examples/shop")) as workspace:
            assert workspace.up("dev").ok
    """

    def __init__(  # noqa: PLR0913 - what differs between uses, each by name
        self,
        project: Path,
        *,
        folder: Path | None = None,
        pulumi: Path | None = None,
        answers: Path | None = None,
        autoname: bool = True,
        warm: bool = False,
    ) -> None:
        """`project` is the folder with `Pulumi.yaml`; `folder` is where everything is kept, else a temporary one.

        `pulumi` is the CLI, else the one that `find_cli` finds. `answers` is an answers file (`docs/answers.md`).
        `autoname` lets simulated providers fill physical names in as real ones do; without it they are unknown in a
        preview. `warm` forks programs from a process that has the SDKs imported, which pays where many commands run.
        Raises `UsageError` and `ProgramError` for a project that cannot run, `MissingCliError` without a CLI.
        """
        self.project = Project.find(project)
        program = pulumi or find_cli()
        self.answers = read_answers(answers) if answers else {}
        self._temporary = folder is None
        self._warm = warm
        self._open = ExitStack()
        self.folder = folder.absolute() if folder else Path(tempfile.mkdtemp(prefix="slipway-engine-"))
        self.cloud = self.folder / "cloud"
        own = {
            **_engine_variables(self.folder, self.project.python),
            "SLIPWAY_SIMULATED_STATE": str(self.cloud),
            "SLIPWAY_SIMULATED_ANSWERS": str(self.folder / _ANSWERS),
            "SLIPWAY_SIMULATED_SETTINGS": str(self.folder / "settings"),
            "SLIPWAY_SIMULATED_AUTONAME": "1" if autoname else "",
        }
        self._environment = offline_environment(self.folder / "user", own)
        self.cli = Cli(program, self._environment)
        self.stacks = Stacks(self.cli, self.folder, self.project, self.answers)

    def __enter__(self) -> Self:
        """The workspace, its plugins in place."""
        for needed in (self.cloud, self.folder / "backend", self.folder / "user"):
            needed.mkdir(parents=True, exist_ok=True)
        write(self.folder / _ANSWERS, json.dumps(self.answers))
        sdks = installed_sdks(self.project.python, self.cli.environment)
        write_plugins(self.folder / "home" / "plugins", sdks, self.cli.program)
        if self._warm:
            self._environment |= self._open.enter_context(warm_programs(self.project.python, self._environment))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove a folder of its own."""
        self._open.close()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def preview(
        self,
        stack: str,
        *flags: str,
        policy_packs: Sequence[Path] = (),
        show_sames: bool = True,
        seconds: float = LONG_SECONDS,
    ) -> PreviewResult:
        """What `pulumi preview` plans for a stack, with what policy packs find in it."""
        given = ["--json", *(["--show-sames"] if show_sames else ()), *flags, *with_packs(policy_packs)]
        return self._operate(PreviewResult, "preview", stack, given, seconds)

    def up(
        self, stack: str, *flags: str, policy_packs: Sequence[Path] = (), seconds: float = LONG_SECONDS
    ) -> RunResult:
        """Deploy a stack to the simulated cloud, without a preview before it."""
        return self.run("up", stack, "--yes", "--skip-preview", *flags, *with_packs(policy_packs), seconds=seconds)

    def refresh(self, stack: str, *flags: str, seconds: float = LONG_SECONDS) -> RunResult:
        """Read what the simulated cloud holds into the stack's state."""
        return self.run("refresh", stack, "--yes", "--skip-preview", *flags, seconds=seconds)

    def destroy(self, stack: str, *flags: str, seconds: float = LONG_SECONDS) -> RunResult:
        """Delete what a stack holds. Without a preview: what is not protected goes, even where something else is."""
        return self.run("destroy", stack, "--yes", "--skip-preview", *flags, seconds=seconds)

    def take_over(self, stack: str, file: Path, *, seconds: float = LONG_SECONDS) -> RunResult:
        """Record what an import file names: objects that are in the simulated cloud and not in the state."""
        flags = ["--file", str(file.absolute()), "--yes", "--skip-preview", "--generate-code=false", "--protect=false"]
        return self.run("import", stack, *flags, seconds=seconds)

    def gate(self, stage: Stage, stack: str, *options: str, seconds: float = LONG_SECONDS) -> GateResult:
        """What `tools/gate` says of a stack, and with stage `up` does: the very script that a pipeline runs.

        `options` are the script's own: `--approve URN`, `--reviewed FILE`, `--timeout SECONDS`, …
        """
        settings = self.stacks.settings(stack)
        gated = Gated(cli=self.cli, project=self.project, stack=stack, settings=settings, scratch=self.folder)
        return gated.run(stage, options, seconds)

    def run(self, operation: str, stack: str, *flags: str, seconds: float = LONG_SECONDS) -> RunResult:
        """Any operation that takes a stack's settings: destroy, import, refresh, up."""
        return self._operate(RunResult, operation, stack, flags, seconds)

    def start(self, operation: str, stack: str, *flags: str) -> Running:
        """The same, started: it goes on beside us, and may be interrupted or killed."""
        settings = self.stacks.settings(stack)
        return self.cli.start([operation, *_given(stack, settings), *flags], self.project.directory)

    def command(self, stack: str, *arguments: str) -> Finished:
        """A command on a stack that takes no settings, such as `cancel` or `state delete`, however it ends."""
        return self.cli.run([*arguments, "--stack", stack], self.stacks.folder(stack), LONG_SECONDS)

    def export(self, stack: str, *, secrets: bool = False) -> dict[str, Any]:
        """A stack's state, as `pulumi stack export` gives it. Any JSON, hence `Any`.

        Secrets are ciphertexts, or with `secrets` plain texts, which are placeholders and simulated values.
        """
        folder = self.stacks.folder(stack)
        shown = ["--show-secrets"] if secrets else []
        exported: dict[str, Any] = json.loads(self.cli.must("stack", "export", "--stack", stack, *shown, folder=folder))
        return exported

    def _operate(self, kind: type[R], operation: str, stack: str, flags: Sequence[str], seconds: float) -> R:
        """Run an operation: how it ended, and what its events tell."""
        settings = self.stacks.settings(stack)
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            events = Path(scratch, "events")
            given = [operation, *_given(stack, settings), "--event-log", str(events), *flags]
            return kind.read(self.cli.run(given, self.project.directory, seconds), events)


def _engine_variables(folder: Path, python: Path) -> dict[str, str]:
    return {
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",  # a real provider on PATH would come before ours
        "PULUMI_DEBUG_COMMANDS": "true",  # for --event-log
        "PULUMI_PYTHON_CMD": str(python),  # for a project that names no virtual environment
    }


def _given(stack: str, settings: Path) -> list[str]:
    return ["--stack", stack, "--config-file", str(settings)]
