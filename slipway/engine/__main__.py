"""`tools/simulated-pulumi`: any pulumi command on the project in this folder, against simulated providers."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from slipway.engine.fault_files import read_faults
from slipway.engine.workspace import Workspace
from slipway.errors import SlipwayError, UsageError
from slipway.simulated.faults import KINDS, write_faults
from slipway.simulated.lookups import simulated_lookups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.simulated.faults import Fault

_WITH_SETTINGS = ("destroy", "import", "preview", "refresh", "up", "update", "watch")
_OTHERS = ("about", "cancel", "plugin", "stack", "state", "version", "whoami")
_CHANGES_PROJECT = ("change-secrets-provider", "init", "rename", "rm")  # of `stack`; rm removes the stack's file
_HELP = """\
This is a simulation: the pulumi that is installed runs the project's own program, but its providers are simulated,
its state lies in a folder, and every credential is kept from it. No account is touched and no network is used.

  tools/simulated-pulumi -- preview --stack orders-dev
  tools/simulated-pulumi --answers answers.yaml -- up --stack orders-dev --yes
  tools/simulated-pulumi --faults faults.yaml -- up --stack orders-dev --yes
  tools/simulated-pulumi -- stack export --stack orders-dev

What shall go wrong is a list in a file, for this one command: `- {kind: fail, type: "aws:ec2/subnet:*", nth: 3}`.
Kinds: {kinds}. docs/engine.md tells of each.

Stacks are made when first named. The project's files stay as they are, so `config` commands are refused: edit the stack
file. A secret in it is replaced by a placeholder, unless the answers give it a value (`config:`).
"""


def main() -> NoReturn:
    """Become pulumi. A mistake ends with its message on stderr."""
    parser = argparse.ArgumentParser(
        prog="tools/simulated-pulumi",
        description="Run a pulumi command against a simulated cloud.",
        epilog=_HELP.replace("{kinds}", ", ".join(KINDS)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--answers", type=Path, metavar="FILE", help="results of look-ups and reads (docs/answers.md)")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="what goes wrong in this command (docs/engine.md)")
    parser.add_argument(
        "--state", type=Path, metavar="DIR", help="where the cloud and the state are kept, for next time"
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND ...", help="what pulumi shall do")
    given = parser.parse_args()
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    if not command:
        parser.error("say what pulumi shall do, after --: preview --stack NAME")
    try:
        _run(command, given.answers, given.state, read_faults(given.faults) if given.faults else ())
    except SlipwayError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)


def _run(command: Sequence[str], answers: Path | None, state: Path | None, faults: Sequence[Fault]) -> NoReturn:
    project = _project_folder()
    folder = state or _cache() / f"{project.name}-{hashlib.sha256(bytes(project)).hexdigest()[:8]}"
    with Workspace(project, folder=folder, answers=answers) as workspace:
        sys.stderr.write(f"Simulated: no account is touched. State: {workspace.folder}\n")
        command = [*command, *_settings(command, workspace)]
        if asked := simulated_lookups(workspace.cloud):
            sys.stderr.write(f"Simulated: made up in this cloud so far: results of {', '.join(asked)}.\n")
        if faults or command[0] in _WITH_SETTINGS:
            write_faults(workspace.cloud, faults)  # without any, those of the command before end
        program = workspace.cli.program
        os.execve(program, [str(program), *command], dict(workspace.cli.environment))  # noqa: S606 - for its signals


def _settings(command: Sequence[str], workspace: Workspace) -> list[str]:
    """What a command needs besides its own arguments. Raises `UsageError` for one that has no place here."""
    verb, stack = command[0], _stack(command)
    if verb not in (*_WITH_SETTINGS, *_OTHERS) or (verb == "stack" and set(command) & set(_CHANGES_PROJECT)):
        message = (
            f"{' '.join(command[:2])}: not in a simulation: it changes the project, or needs an account. "
            f"Allowed: {', '.join((*_WITH_SETTINGS, *_OTHERS))}. To begin anew, remove {workspace.folder}."
        )
        raise UsageError(message)
    if verb not in _WITH_SETTINGS:
        if stack:
            workspace.stacks.folder(stack)
        return []
    if stack is None:
        known = ", ".join(workspace.project.stacks()) or "none yet"
        message = f"{verb}: say which stack: --stack NAME. Stack files here: {known}."
        raise UsageError(message)
    for key in workspace.stacks.unset_secrets(stack):
        sys.stderr.write(f"Simulated: {key} is not set; a placeholder stands in for it.\n")
    return ["--config-file", str(workspace.stacks.settings(stack))]


def _project_folder() -> Path:
    """The nearest folder upwards that has a project, as the engine looks for it; else this one, for its message."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "Pulumi.yaml").is_file()), here)


def _stack(command: Sequence[str]) -> str | None:
    for position, argument in enumerate(command):
        if argument in ("--stack", "-s"):
            return command[position + 1] if position + 1 < len(command) else None
        if argument.startswith("--stack="):
            return argument.partition("=")[2]
    return None


def _cache() -> Path:
    own = os.environ.get("SLIPWAY_CACHE")
    base = Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "slipway"
    return base.absolute() / "simulated"


if __name__ == "__main__":
    main()
