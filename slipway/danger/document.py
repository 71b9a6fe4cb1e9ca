"""A preview document (`pulumi preview --json`) from a file or a pipe."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.danger.changes import OPERATIONS
from slipway.engine.results import read_steps
from slipway.errors import ProgramError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.engine.results import Step

_HOW = "Make it with: pulumi preview --json --show-sames --show-replacement-steps > FILE"
_PARTS = ("steps", "changeSummary", "diagnostics")
_LISTS = ("diffReasons", "replaceReasons")
_MAPPINGS = ("inputs", "propertyDependencies")
_COUNTED = ("delete", "replace")  # what a document may not leave out


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview document tells: its steps, and the errors that ended it, empty where it succeeded."""

    steps: tuple[Step, ...]
    errors: tuple[str, ...]


def read_preview(text: str, where: str) -> Preview:
    """The preview in a document's text; `where` names it for messages.

    Raises `UsageError` for what is no such document, and `ProgramError` for one that counts deletions or replacements
    which it does not show: nothing can be said of those.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        given = "nothing" if not text.strip() else f"no JSON (line {error.lineno}: {error.msg})"
        raise UsageError(f"{where}: given {given}; the document of a preview is wanted. {_HOW}") from error
    except RecursionError:
        raise UsageError(f"{where}: nested deeper than the document of a preview ever is. {_HOW}") from None
    if not isinstance(data, dict) or not any(part in data for part in _PARTS):
        raise UsageError(f"{where}: not the document of a preview: it has none of {', '.join(_PARTS)}. {_HOW}")
    steps = data.get("steps") or []
    if not isinstance(steps, list):
        raise UsageError(f"{where}: steps: given {type(steps).__name__}; a list is wanted. {_HOW}")
    for number, step in enumerate(steps):
        _check(step, f"{where}: steps[{number}]")
    read = Preview(read_steps({"steps": steps}), _errors(data, where))
    summary = data.get("changeSummary")
    for operation in _COUNTED:
        counted = summary.get(operation, 0) if isinstance(summary, dict) else 0
        if not isinstance(counted, int):
            raise UsageError(f"{where}: changeSummary: {operation}: given {counted!r}; a number is wanted. {_HOW}")
        shown = sum(step.op == operation for step in read.steps)
        if counted > shown:
            raise ProgramError(f"{where}: counts {counted} of {operation!r} and shows {shown}: it is not whole. {_HOW}")
    return read


def _check(step: Any, where: str) -> None:
    """A step's form. `Any`: the document is the user's."""
    if not isinstance(step, dict):
        raise UsageError(f"{where}: given {type(step).__name__}; a step is wanted. {_HOW}")
    missing = [name for name in ("op", "urn") if not isinstance(step.get(name), str)]
    if missing:
        raise UsageError(f"{where}: {', '.join(missing)}: a text is wanted. {_HOW}")
    if step["op"] not in OPERATIONS:
        raise UsageError(f"{where}: op: given {step['op']!r}; known here: {', '.join(sorted(OPERATIONS))}.")
    for name in ("oldState", "newState"):
        state = step.get(name)
        known = [state, *((state or {}).get(part) for part in _MAPPINGS if isinstance(state, dict))]
        if not all(isinstance(each, dict | None) for each in known):
            raise UsageError(f"{where}: {name}: the state of a resource is wanted. {_HOW}")
    for name in _LISTS:
        reasons = step.get(name) or []
        if not isinstance(reasons, list) or not all(isinstance(reason, str) for reason in reasons):
            raise UsageError(f"{where}: {name}: a list of texts is wanted. {_HOW}")


def _errors(data: Mapping[str, Any], where: str) -> tuple[str, ...]:
    diagnostics = data.get("diagnostics") or []
    if not isinstance(diagnostics, list) or not all(isinstance(each, dict) for each in diagnostics):
        raise UsageError(f"{where}: diagnostics: a list of messages is wanted. {_HOW}")
    return tuple(str(each.get("message", "")).strip() for each in diagnostics if each.get("severity") == "error")
