"""`tools/gate`: the stages of the gate, as a pipeline runs them and as anybody may."""

from __future__ import annotations

import argparse
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
from slipway.gate.stages import UNLOCK_SECONDS, Gate
from slipway.gate.summary import fence, markdown, text
from slipway.gate.supervision import Limits
from slipway.gate.verdict import Judgement, Verdict
from slipway.project import STACK_NAME, Project
from slipway.system_errors import explained
from slipway.terminal import accept_any_text, write_result

if TYPE_CHECKING:
    from collections.abc import Callable

VERDICT = "verdict.json"
_OURS = Path(".cache", "gate")  # below the project, where nobody names another folder
_PACK = "PulumiPolicy.yaml"
_SECONDS = {"preview": PREVIEW_SECONDS, "up": 3 * 3600.0, "unlock": 60.0}
_GRACE = 900.0
_CANCELLED = "cancelled before the engine was started: nothing was changed."
_SUMMARY = "GITHUB_STEP_SUMMARY"
_HELP = """\
  tools/gate stacks                    the stacks that have a file, one a line
  tools/gate check                     slipway check on every stack; or: tools/gate check STACK...
  tools/gate preview STACK             pulumi preview, judged by the rules and by what it would do to data
  tools/gate up STACK                  the same anew, and then pulumi up
  tools/gate unlock STACK              takes away the lock of an up from here that was killed; else does nothing

Exit codes: 0 goes on, 1 the program or the engine failed, 2 wrong usage or stack file, 3 mandatory findings,
5 data would be lost and nobody approved of it, 130 cancelled. Only 0 and a failed `up` may have changed anything.

In .cache/gate/STACK (--out): verdict.json, preview.json (the engine's document), reviewed.json (for --reviewed).
With GITHUB_STEP_SUMMARY set, a summary is added there. No secret is printed: the engine writes [secret].

Data that may be lost is approved by its URN: --approve, or a line of approvals/STACK.txt beside the stack files, which
is reviewed with the change. docs/deploying.md tells the rest.
"""


def main() -> NoReturn:
    """Run a stage; whatever goes wrong ends with a message and its exit code."""
    given = _parser().parse_args()
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
    return _judged(given, lambda gate: gate.up(given.reviewed))


def _unlock(given: argparse.Namespace) -> int:
    return _judged(given, lambda gate: gate.unlock(given.wait))


_STAGES = {"stacks": _stacks, "check": _check, "preview": _preview, "up": _up, "unlock": _unlock}


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
    seconds = given.timeout or _SECONDS[given.stage]
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tools/gate",
        description="What a change passes before it is deployed, and the deployment.",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    stages = parser.add_subparsers(dest="stage", required=True, metavar="STAGE")
    anywhere = argparse.ArgumentParser(add_help=False)
    anywhere.add_argument("--project", type=Path, default=Path.cwd(), metavar="DIR", help="default: this folder")
    listed = stages.add_parser("stacks", parents=[anywhere], help="the stacks that have a file")
    listed.add_argument(
        "--github", metavar="EVENT", help="lists for $GITHUB_OUTPUT, from the environments on standard input"
    )
    check = stages.add_parser("check", parents=[anywhere], help="the rules, offline")
    check.add_argument("stack", nargs="*", metavar="STACK", help="default: every stack")
    check.add_argument("--answers", type=Path, metavar="FILE", help="results of look-ups (docs/answers.md)")
    for name, purpose in (("preview", "what would change"), ("up", "deploy"), ("unlock", "after a killed up")):
        stage = stages.add_parser(name, parents=[anywhere], help=purpose)
        stage.add_argument("stack", metavar="STACK")
        stage.add_argument("--organization", default="", metavar="NAME", help="the owner of the stack in Pulumi Cloud")
        stage.add_argument("--out", type=Path, metavar="DIR", help="where the results are written")
        if name == "unlock":  # nothing is previewed, judged or changed
            stage.set_defaults(
                config_file=None, policy_pack=[], rules=True, approve=[], approvals=False, timeout=None, grace=_GRACE
            )
            stage.add_argument(
                "--wait", type=_seconds, default=UNLOCK_SECONDS, metavar="SECONDS",
                help=f"that an up which still runs has to end (default {UNLOCK_SECONDS:g})",
            )  # fmt: skip
            continue
        stage.add_argument("--config-file", type=Path, metavar="FILE", help="instead of the stack's own file")
        stage.add_argument("--policy-pack", type=Path, metavar="DIR", action="append", default=[], help="besides ours")
        stage.add_argument(
            "--no-policy-pack", dest="rules", action="store_false", help="leave ours out; only in a simulated cloud"
        )
        stage.add_argument("--approve", metavar="URN", action="append", default=[], help="data that may be lost")
        stage.add_argument(
            "--no-approvals",
            dest="approvals",
            action="store_false",
            help="leave approvals/STACK.txt out, as a rehearsal",
        )
        before = f"; its preview after {PREVIEW_SECONDS:g}" if name == "up" else ""
        stage.add_argument(
            "--timeout", type=_positive, metavar="SECONDS",
            help=f"after which the engine is interrupted (default {_SECONDS[name]:g}{before})",
        )  # fmt: skip
        stage.add_argument(
            "--grace", type=_positive, default=_GRACE, metavar="SECONDS",
            help=f"that it then has to finish what is under way (default {_GRACE:g})",
        )  # fmt: skip
        if name == "up":
            stage.add_argument(
                "--reviewed", type=Path, metavar="FILE", help="the reviewed.json of the preview that was approved"
            )
    return parser


def _positive(text: str) -> float:
    seconds = _seconds(text)
    if not seconds:
        raise argparse.ArgumentTypeError(f"given {text!r}; a number of seconds above 0 is wanted")
    return seconds


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"given {text!r}; a number of seconds is wanted, as 90 or 0.5")
    return seconds


if __name__ == "__main__":
    main()
