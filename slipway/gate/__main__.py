"""`tools/gate`: the stages of the gate, as a pipeline runs them and as anybody may."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from slipway.engine.locate import ROOT
from slipway.errors import SlipwayError, UsageError
from slipway.exit_codes import CANCELLED, FAILED
from slipway.files import hide_from_git, must_take_files, write
from slipway.gate.engine import PREVIEW_SECONDS, Engine, is_simulated
from slipway.gate.environments import choose, read_environments
from slipway.gate.options import SECONDS, parser
from slipway.gate.readback import followed_by_reading, read_back
from slipway.gate.rollback import Wish, roll_back
from slipway.gate.stages import Gate
from slipway.gate.summary import fence, markdown, text
from slipway.gate.supervision import Limits
from slipway.gate.verdict import Judgement, Verdict
from slipway.project import STACK_NAME, Project
from slipway.system_errors import explained
from slipway.terminal import accept_any_text, write_result

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

VERDICT = "verdict.json"
_OURS = Path(".cache", "gate")  # below the project, where nobody names another folder
_PACK = "PulumiPolicy.yaml"
_CANCELLED = "cancelled before the engine was started: nothing was changed."
_SUMMARY = "GITHUB_STEP_SUMMARY"


def main() -> NoReturn:
    """Run a stage; whatever goes wrong ends with a message and its exit code."""
    given = parser().parse_args()
    accept_any_text()
    try:
        sys.exit(_STAGES[given.stage](given))
    except (SlipwayError, KeyboardInterrupt, OSError) as error:
        code, message = _told(error)
        sys.stderr.write(f"error: {message}\n")
        if given.stage != "stacks":
            _summarize(f"### {given.stage}: failed\n{fence(message)}\n\n")
        sys.exit(code)


def _stacks(given: argparse.Namespace) -> int:
    project = Project.find(given.project)
    stacks = project.stacks()
    if not given.github:
        write_result("".join(f"{stack}\n" for stack in stacks))
        return 0
    if not stacks:
        raise UsageError(f"{project.config_directory}: no stack file here.")
    chosen = choose(stacks, read_environments(sys.stdin.buffer.read().decode(errors="replace")), given.github)
    sys.stderr.writelines(f"note: {note}\n" for note in chosen.notes)
    if chosen.notes:
        _summarize("### Stacks\n\n" + "".join(f"- {note}\n" for note in chosen.notes) + "\n")
    write_result(chosen.outputs())
    return 0


def _check(given: argparse.Namespace) -> int:
    answers = ["--answers", str(given.answers)] if given.answers else []
    which = given.stack or ["--all"]
    command = [sys.executable, "-m", "slipway", "check", *which, "--project", str(given.project), *answers]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    checked = subprocess.run(
        command, check=False, env=environment, stdout=subprocess.PIPE, encoding="utf-8", errors="replace"
    )
    outcome = "passed" if checked.returncode == 0 else f"failed (exit {checked.returncode})"
    _summarize(f"### check {outcome}\n{fence(checked.stdout)}\n\n")
    write_result(checked.stdout)
    return checked.returncode


def _preview(given: argparse.Namespace) -> int:
    return _judged(given, Gate.preview)


def _up(given: argparse.Namespace) -> int:
    return _judged(given, lambda gate: followed_by_reading(gate.engine, gate.up(given.reviewed)))


def _rollback(given: argparse.Namespace) -> int:
    wish = Wish(to=given.to, dry=given.dry_run, with_other_changes=given.with_other_changes)
    return _judged(given, lambda gate: followed_by_reading(gate.engine, roll_back(gate, wish)))


def _readback(given: argparse.Namespace) -> int:
    return _judged(given, lambda gate: read_back(gate.engine))


def _unlock(given: argparse.Namespace) -> int:
    return _judged(given, lambda gate: gate.unlock(given.wait))


_STAGES = {
    "stacks": _stacks, "check": _check, "preview": _preview, "up": _up, "rollback": _rollback,
    "readback": _readback, "unlock": _unlock,
}  # fmt: skip


def _folder(given: argparse.Namespace, project: Project) -> Path:
    """Where the stage writes. Raises `UsageError` where that is nowhere."""
    if not STACK_NAME.match(given.stack):
        raise UsageError(
            f"stack {given.stack!r}: a name has letters, digits, `-`, `_` and `.` only; its owner is --organization."
        )
    ours = project.directory / _OURS
    folder: Path = (given.out or ours / given.stack).absolute()
    must_take_files(folder, "--out DIR")
    if not given.out:
        hide_from_git(ours)  # else what the stages write would be a change that nobody reviewed
    return folder


def _gate(given: argparse.Namespace, project: Project, folder: Path) -> Gate:
    """The stack's gate, with what the options name. Raises `UsageError` where that is not there."""
    if given.config_file and not given.config_file.is_file():
        raise UsageError(f"--config-file {given.config_file}: there is no such file.")
    for pack in given.policy_pack:
        if not (pack / _PACK).is_file():
            raise UsageError(f"--policy-pack {pack}: is no policy pack: there is no {_PACK}.")
    seconds = given.timeout or SECONDS[given.stage]
    engine = Engine(
        project=project,
        stack=given.stack,
        limits=Limits(seconds=seconds, grace=given.grace),
        config_file=given.config_file,
        organization=given.organization,
        preview_seconds=seconds if given.stage == "preview" else PREVIEW_SECONDS,
        policy_packs=(*_own_packs(given), *given.policy_pack),
    )
    return Gate(engine=engine, folder=folder, approve=tuple(given.approve), reads_approvals=given.approvals)


def _own_packs(given: argparse.Namespace) -> tuple[Path, ...]:
    if given.rules:
        return (ROOT / "policies",)
    if is_simulated():
        return ()
    raise UsageError(
        "--no-policy-pack: only in a simulated cloud, as for `slipway rehearse --no-policy-pack`. A finding that is to "
        "be lived with is an exception in the stack file (docs/policies.md)."
    )


def _judged(given: argparse.Namespace, stage: Callable[[Gate], Verdict]) -> int:
    """Run a stage and write its verdict, however it ends. That of an earlier run is gone before."""
    project = Project.find(given.project)
    folder = _folder(given, project)
    file = folder / VERDICT
    file.unlink(missing_ok=True)
    said = ""
    try:
        verdict = stage(_gate(given, project, folder))
        said = text(verdict)
    except (SlipwayError, KeyboardInterrupt, OSError) as error:
        code, message = _told(error)
        headline, _, detail = message.partition("\n")
        verdict = Verdict.ended(given.stage, given.stack, Judgement(code, headline, detail))
        sys.stderr.write(f"error: {message}\n")
    try:
        write(file, json.dumps(verdict.to_json(), indent=1) + "\n")
    finally:  # each where it can be had; what is printed comes last: its reader may be gone
        _summarize(markdown(verdict))
        write_result(said)
    return verdict.exit_code


def _told(error: BaseException) -> tuple[int, str]:
    """Exit code and message of what ended a stage."""
    if isinstance(error, SlipwayError):
        return error.exit_code, str(error)
    if isinstance(error, OSError):
        return FAILED, explained(error)
    return CANCELLED, _CANCELLED


def _summarize(blocks: str) -> None:
    """Add to the page of a pipeline's run. It is a convenience: where it cannot be had, the stage ends as it did."""
    if file := os.environ.get(_SUMMARY):
        try:
            with Path(file).open("a", encoding="utf-8") as summary:
                summary.write(blocks)
        except OSError as error:
            sys.stderr.write(f"note: {_SUMMARY}: {file}: {error.strerror}.\n")


if __name__ == "__main__":
    main()
