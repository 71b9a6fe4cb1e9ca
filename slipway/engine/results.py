"""What the engine answered, as values: its preview document, and the events beside it."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STACK_TYPE = "pulumi:pulumi:Stack"
SECRET = "[secret]"  # noqa: S105 - the engine's own word for one
SIGNATURE = "4dabf18193072939515e22adb298388d"  # the key in a mapping that says of what kind the value is
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - what it says of a secret
_LOG, _DOCUMENT = "event log", "preview document"
_LAST = "changeSummary"  # which the engine's preview document has at its end, also where nothing changes
_NOTHING_DONE = ("same", "read", "refresh")


class Answer(Protocol):
    """A command of the engine's that has ended, whoever ran it."""

    @property
    def exit_code(self) -> int:
        """0 where it went well."""

    @property
    def stdout(self) -> str:
        """What it printed."""

    @property
    def stderr(self) -> str:
        """What it and its plugins said besides."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message: the program's, or the engine's about a resource. `severity` is info, info#err, warning or error."""

    severity: str
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """A policy's finding. `level` is advisory, mandatory or remediate."""

    pack: str
    policy: str
    level: str
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a preview. `old` and `new` are resource states in Pulumi's JSON form, hence `Any`."""

    op: str
    urn: str
    provider: str = ""
    old: Mapping[str, Any] | None = None
    new: Mapping[str, Any] | None = None
    diff_reasons: tuple[str, ...] = ()
    replace_reasons: tuple[str, ...] = ()
    detailed_diff: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a command of the engine's ended.

    `outputs` are each resource's outputs by urn, as the last event told them: the engine's preview document has none.
    A secret in them is `[secret]`, an unknown is the engine's text for it. `changes` counts operations, `operations`
    names those that were carried out, in their order, as pairs of operation and urn; what stays as it was is left out.
    `failed` are the urns of those that failed. `lost` says what of the answer is not there although the engine ended
    well: it does not notice that a disk is full, and an answer that is cut off would pass for one that says little.
    """

    exit_code: int
    stdout: str
    stderr: str
    diagnostics: tuple[Diagnostic, ...] = ()
    violations: tuple[Violation, ...] = ()
    changes: Mapping[str, int] = field(default_factory=dict)
    operations: tuple[tuple[str, str], ...] = ()
    failed: tuple[str, ...] = ()
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lost: str = ""

    @classmethod
    def read(cls, answer: Answer, events: Path) -> Self:
        """What a command answered, with what its event log tells."""
        told = read_event_log(events)
        lost = "" if told.pop("ended") or answer.exit_code else _lost(_LOG, events.parent)
        return cls(answer.exit_code, answer.stdout, answer.stderr, **told, lost=lost)

    @property
    def ok(self) -> bool:
        """Whether the engine called it a success, and all is there that it says of it."""
        return self.exit_code == 0 and not self.lost

    @property
    def stack_outputs(self) -> Mapping[str, Any]:
        """The stack's own outputs, empty where the program did not get that far."""
        return next((values for urn, values in self.outputs.items() if f"::{STACK_TYPE}::" in urn), {})

    @property
    def errors(self) -> str:
        """What went wrong, one message after the other; what plugins and the engine said where no message tells."""
        if self.ok:
            return ""
        if self.lost:
            return self.lost
        told = self._messages("error") or [*self._messages("info#err"), self.stderr]
        return "\n".join(message.strip("\n") for message in told).strip()

    def _messages(self, severity: str) -> list[str]:
        return [diagnostic.message for diagnostic in self.diagnostics if diagnostic.severity == severity]


@dataclass(frozen=True, slots=True)
class PreviewResult(RunResult):
    """A preview. `document` is the JSON that the engine printed, empty where it printed none."""

    steps: tuple[Step, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, answer: Answer, events: Path) -> Self:
        """What a preview answered, with what its event log tells."""
        run = RunResult.read(answer, events)
        document = read_document(answer.stdout)
        about = {each.name: getattr(run, each.name) for each in fields(run)}
        if not run.exit_code and _LAST not in document:
            about["lost"] = _lost(_DOCUMENT, Path(tempfile.gettempdir()))
        return cls(**about, steps=read_steps(document), document=document)

    def step(self, urn_end: str) -> Step:
        """The one step whose urn ends so. Raises `LookupError` where there is none, or more than one."""
        found = [step for step in self.steps if step.urn.endswith(urn_end)]
        if len(found) != 1:
            message = f"{len(found)} steps end with {urn_end!r} among {[step.urn for step in self.steps]}"
            raise LookupError(message)
        return found[0]


def read_event_log(file: Path) -> dict[str, Any]:
    """The fields of a `RunResult` that an event log tells; a last line that a kill cut off is left out.

    `ended` is whether the log is whole: whether it has the summary that the engine ends it with.
    """
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    return read_events(text.split("\n")[:-1])  # a message may hold what Python too takes for the end of a line


def read_events(lines: Iterable[str]) -> dict[str, Any]:
    """The same of the lines of an event log."""
    events = [event for line in lines if line.strip() and (event := _event(line))]
    diagnostics = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
    policies = [event["policyEvent"] for event in events if "policyEvent" in event]
    ended = [event["resOutputsEvent"]["metadata"] for event in events if "resOutputsEvent" in event]
    return {
        "diagnostics": tuple(
            Diagnostic(each["severity"], each.get("prefix", "") + each["message"], each.get("urn", ""))
            for each in diagnostics
            if each["severity"] != "debug" and not each.get("ephemeral")
        ),
        "violations": tuple(
            Violation(
                each["policyPackName"],
                each["policyName"],
                each["enforcementLevel"],
                each["message"].strip(),
                each.get("resourceUrn", ""),
            )
            for each in policies
        ),
        "ended": any("summaryEvent" in event for event in events),
        "changes": next((event["summaryEvent"]["resourceChanges"] for event in events if "summaryEvent" in event), {}),
        "operations": tuple((each["op"], each["urn"]) for each in ended if each["op"] not in _NOTHING_DONE),
        "failed": tuple(
            event["resOpFailedEvent"]["metadata"]["urn"] for event in events if "resOpFailedEvent" in event
        ),
        "outputs": {each["urn"]: _masked(each["new"].get("outputs") or {}) for each in ended if each.get("new")},
    }


def read_steps(document: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps of a preview document, in its order."""
    return tuple(
        Step(
            op=step["op"],
            urn=step["urn"],
            provider=step.get("provider", ""),
            old=step.get("oldState"),
            new=step.get("newState"),
            diff_reasons=tuple(step.get("diffReasons") or ()),
            replace_reasons=tuple(step.get("replaceReasons") or ()),
            detailed_diff=step.get("detailedDiff") or {},
        )
        for step in document.get("steps") or ()
    )


def read_document(stdout: str) -> dict[str, Any]:
    """The JSON document in a preview's output, empty where there is none."""
    start = stdout.find("{")
    try:
        document, _ = json.JSONDecoder().raw_decode(stdout[start:] if start >= 0 else "")
    except json.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def _event(line: str) -> dict[str, Any]:
    """One event, empty for a line that was not written whole."""
    try:
        event = json.loads(line)
    except json.JSONDecodeError:
        return {}
    return event if isinstance(event, dict) else {}


def _lost(what: str, folder: Path) -> str:
    """What to say of an answer that is not whole, as a disk that is full leaves it."""
    free = shutil.disk_usage(folder).free if folder.is_dir() else 0
    return (
        f"the engine ended without an error, but its {what} in {folder} is not whole: what it would do, did or found "
        f"is not known. Is the disk full? {free // 1024} kB are free there. Make room, or use another folder (TMPDIR)."
    )


def _masked(value: Any) -> Any:
    """The value with the events' form of a secret written as in the preview document."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET_SIGNATURE:
            return SECRET
        return {key: _masked(item) for key, item in value.items()}
    return [_masked(item) for item in value] if isinstance(value, list) else value
