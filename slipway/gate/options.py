"""The options of `tools/gate`, stage by stage."""

from __future__ import annotations

import argparse
from pathlib import Path

from slipway.gate.engine import PREVIEW_SECONDS
from slipway.gate.former import FORMER
from slipway.gate.stages import UNLOCK_SECONDS

SECONDS = {"preview": PREVIEW_SECONDS, "up": 3 * 3600.0, "rollback": 3 * 3600.0, "readback": 60.0, "unlock": 60.0}
GRACE = 900.0
_PURPOSES = {
    "preview": "what would change",
    "up": "deploy",
    "rollback": "deploy a former release",
    "readback": "what Cloudflare has",
    "unlock": "after a killed up",
}
_HELP = """\
  tools/gate stacks                    the stacks that have a file, one a line
  tools/gate check                     slipway check on every stack; or: tools/gate check STACK...
  tools/gate preview STACK             pulumi preview, judged by the rules and by what it would do to data
  tools/gate up STACK                  the same anew, and then pulumi up
  tools/gate rollback STACK            up with the release that was deployed before, which the stack file then names
  tools/gate readback STACK            whether Cloudflare has the stack's Workers as declared; up does it by itself
  tools/gate unlock STACK              takes away the lock of an up from here that was killed; else does nothing

Exit codes: 0 goes on, 1 the program or the engine failed, 2 wrong usage or stack file, 3 mandatory findings or, after a
deployment, what Cloudflare has otherwise, 5 data would be lost and nobody approved of it, 130 cancelled. Only 0 and a
failed up or rollback may have changed anything.

In .cache/gate/STACK (--out): verdict.json, preview.json (the engine's document), reviewed.json (for --reviewed).
With GITHUB_STEP_SUMMARY set, a summary is added there. No secret is printed: the engine writes [secret].

Data that may be lost is approved by its URN: --approve, or a line of approvals/STACK.txt beside the stack files, which
is reviewed with the change. docs/deploying.md tells the rest.
"""


def parser() -> argparse.ArgumentParser:
    """What reads the command's arguments."""
    whole = argparse.ArgumentParser(
        prog="tools/gate",
        description="What a change passes before it is deployed, and the deployment.",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    stages = whole.add_subparsers(dest="stage", required=True, metavar="STAGE")
    anywhere = argparse.ArgumentParser(add_help=False)
    anywhere.add_argument("--project", type=Path, default=Path.cwd(), metavar="DIR", help="default: this folder")
    listed = stages.add_parser("stacks", parents=[anywhere], help="the stacks that have a file")
    listed.add_argument(
        "--github", metavar="EVENT", help="lists for $GITHUB_OUTPUT, from the environments on standard input"
    )
    check = stages.add_parser("check", parents=[anywhere], help="the rules, offline")
    check.add_argument("stack", nargs="*", metavar="STACK", help="default: every stack")
    check.add_argument("--answers", type=Path, metavar="FILE", help="results of look-ups (docs/answers.md)")
    for name, purpose in _PURPOSES.items():
        stage = stages.add_parser(name, parents=[anywhere], help=purpose)
        stage.add_argument("stack", metavar="STACK")
        stage.add_argument("--organization", default="", metavar="NAME", help="the owner of the stack in Pulumi Cloud")
        stage.add_argument("--out", type=Path, metavar="DIR", help="where the results are written")
        if name not in ("readback", "unlock"):
            _add_judging(stage, name)
        else:  # nothing is previewed, judged or changed
            stage.set_defaults(
                config_file=None, policy_pack=[], rules=True, approve=[], approvals=False, timeout=None, grace=GRACE
            )
        _OWN[name](stage)
    return whole


def _add_judging(stage: argparse.ArgumentParser, name: str) -> None:
    """What a stage takes that previews and judges."""
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
    before = "" if name == "preview" else f"; its preview after {PREVIEW_SECONDS:g}"
    stage.add_argument(
        "--timeout", type=_positive, metavar="SECONDS",
        help=f"after which the engine is interrupted (default {SECONDS[name]:g}{before})",
    )  # fmt: skip
    stage.add_argument(
        "--grace", type=_positive, default=GRACE, metavar="SECONDS",
        help=f"that it then has to finish what is under way (default {GRACE:g})",
    )  # fmt: skip


def _add_nothing(_: argparse.ArgumentParser) -> None:
    """It takes what all of its kind take."""


def _add_reviewed(stage: argparse.ArgumentParser) -> None:
    stage.add_argument(
        "--reviewed", type=Path, metavar="FILE", help="the reviewed.json of the preview that was approved"
    )


def _add_way(stage: argparse.ArgumentParser) -> None:
    stage.add_argument(
        "--to", default=FORMER, metavar="RELEASE",
        help="how many releases to go back, or the key, image, revision or digest of one (default %(default)s); "
        "sha256:… or SERVICE=sha256:… of an image that was built here",
    )  # fmt: skip
    stage.add_argument("--dry-run", action="store_true", help="preview and judge only; nothing is changed")
    stage.add_argument(
        "--with-other-changes", action="store_true", help="deploy what else was changed in the stack file too"
    )


def _add_wait(stage: argparse.ArgumentParser) -> None:
    stage.add_argument(
        "--wait", type=_seconds, default=UNLOCK_SECONDS, metavar="SECONDS",
        help=f"that an up which still runs has to end (default {UNLOCK_SECONDS:g})",
    )  # fmt: skip


_OWN = {
    "preview": _add_nothing, "up": _add_reviewed, "rollback": _add_way, "readback": _add_nothing, "unlock": _add_wait,
}  # fmt: skip


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
