"""`python -m slipway.danger PREVIEW.json`: what a previewed change puts at risk, for a gate.

Exit codes: 0 no data is endangered without approval, 1 the preview failed or is not whole, 2 wrong usage or no preview
document, 5 data is endangered without approval.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from slipway.danger.approvals import read_approvals
from slipway.danger.document import read_preview
from slipway.danger.judging import dangers
from slipway.danger.report import report
from slipway.errors import ProgramError, SlipwayError, UsageError
from slipway.exit_codes import ENDANGERED
from slipway.terminal import write_result

_STDIN = "-"


def main() -> int:
    """Judge a preview document and say so; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m slipway.danger",
        description="What a previewed change puts at risk: data, traffic, URNs that vanish.",
        epilog="Exit codes: 0 clean or approved, 1 the preview failed, 2 wrong usage, 5 data endangered.",
    )
    parser.add_argument("preview", metavar="PREVIEW.json", help="what `pulumi preview --json` printed; - for a pipe")
    parser.add_argument(
        "--approve", action="append", default=[], metavar="URN", help="the loss of this resource's data is wanted"
    )
    parser.add_argument("--approvals", type=Path, metavar="FILE", help="the same, one URN per line, # for comments")
    parser.add_argument("--json", action="store_true", help="JSON alone on standard output")
    given = parser.parse_args()
    try:
        return _judge(given.preview, read_approvals(given.approve, given.approvals), as_json=given.json)
    except SlipwayError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code


def _judge(name: str, approvals: tuple[str, ...], *, as_json: bool) -> int:
    where = "standard input" if name == _STDIN else name
    preview = read_preview(_text(name), where)
    danger = dangers(preview.steps, approvals)
    if as_json:
        write_result(json.dumps({**danger.to_json(), "errors": list(preview.errors)}, indent=2) + "\n")
    else:
        write_result(report(danger))
    for error in preview.errors:
        sys.stderr.write(f"error: {where}: the preview failed: {error}\n")
    if danger.unapproved:
        return ENDANGERED
    return ProgramError.exit_code if preview.errors else 0


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == _STDIN else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: cannot be read: {error}.") from error


if __name__ == "__main__":
    sys.exit(main())
