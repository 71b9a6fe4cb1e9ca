"""The two passes over one program, and the record that they make together."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi

from .annotation import annotate, explanations
from .engine import Engine
from .lookups import Lookups
from .monitor import Monitor
from .placeholders import tolerate_missing_secrets
from .providers import Providers, disabled_packages
from .registering import RefusedError, Registrar
from .running import Failure, run
from .seen_secrets import SeenSecrets, addresses_in, keep_secrets
from .symbols import Symbols
from .traces import called_at, kept, meant
from .urns import STACK_TYPE, UrnMaker
from .wire import SECRET

if TYPE_CHECKING:
    from .job import Job
    from .registration import Registration
    from .wire import Json

_LONGEST_MESSAGE = 4000  # characters
_MOST_CALLS = 12  # places of one error that are shown, the innermost ones
_SHORTEST_SECRET = 4  # a shorter text taken out of messages would make them unreadable and protect nothing


def first_pass(job: Job) -> dict[str, Any]:
    """Record the program with unknown outputs, as in the engine's preview: this is the plan."""
    lookups = Lookups(job.answers)
    monitor, engine = _monitor(job, lookups), Engine()
    seen = SeenSecrets({job.config[key] for key in job.secret_keys if key in job.config})
    keep_secrets(seen)
    tolerate_missing_secrets(lookups)
    failure = run(job, monitor, engine)
    secrets = _plaintexts(job, monitor.registrar.registrations, seen.all)
    if failure is not None:
        return {"error": _redact(_explain(failure, job, lookups), secrets), "secrets": secrets}
    for registration in monitor.registrar.registrations.values():
        registration.plain_secrets = seen.plain_in(registration.inputs)
        registration.plain_addresses = addresses_in(registration.inputs, registration.plain_secrets)
    notices = [{"kind": kind, "subject": what, "message": text} for kind, what, text in sorted(lookups.notices)]
    return {
        "registrations": monitor.registrar.registrations,
        "notices": _redact(notices, secrets),
        "logs": _redact(engine.logs, secrets),
        "secrets": secrets,
        "directory": job.directory,
    }


def second_pass(job: Job) -> dict[str, Any]:
    """Record the program with symbols for outputs. However it ends, what it registered is of use."""
    symbols, lookups = Symbols(), Lookups(job.answers)
    monitor = _monitor(job, lookups, symbols)
    tolerate_missing_secrets(lookups)
    run(job, monitor, Engine(), second=True)
    return explanations(monitor.registrar.registrations, symbols)


def join_passes(record: dict[str, Any], explained: dict[str, Any] | None) -> dict[str, Any]:
    """The record in plan JSON: resources by URN, and the stack's outputs."""
    if "error" in record:
        return record
    explained = explained or {"resources": {}, "urns": []}
    symbols = Symbols(explained["urns"])
    registrations: dict[str, Registration] = record["registrations"]
    resources: list[dict[str, Json]] = []
    outputs: Json = {}
    for urn in sorted(registrations):
        registration = registrations[urn]
        shown = registration.to_json()
        if urn in explained["resources"]:
            annotate(shown, registration, explained["resources"][urn], symbols)
        _relative(shown, record["directory"])
        resources.append(shown)
        if registration.type == STACK_TYPE:
            outputs = shown["outputs"]
    told = {key: record[key] for key in ("notices", "logs", "secrets")}
    return {"resources": resources, "outputs": outputs, **told}


def _monitor(job: Job, lookups: Lookups, symbols: Symbols | None = None) -> Monitor:
    urns = UrnMaker(job.project, job.stack)
    program = Path(job.program)
    folder = program if program.is_dir() else program.parent
    return Monitor(Registrar(urns, Providers(urns, disabled_packages(job.config)), folder), lookups, symbols)


def _relative(shown: dict[str, Json], directory: str) -> None:
    """The source file as seen from the project, so that a plan is the same wherever the project lies."""
    source = shown.get("source")
    if isinstance(source, dict):
        path = Path(str(source["file"]))
        if path.is_relative_to(directory):
            source["file"] = str(path.relative_to(directory))
        else:
            del shown["source"]


def _plaintexts(job: Job, registrations: dict[str, Registration], made: set[str]) -> list[str]:
    """Every secret text of this run, longest first so that one inside another is taken out whole."""
    found = {job.config[key] for key in job.secret_keys if key in job.config} | made
    found -= set(job.placeholders.values())
    for registration in registrations.values():
        found |= registration.inputs.plaintexts
        found |= registration.outputs.plaintexts if registration.outputs else set()
    return sorted((text for text in found if len(text) >= _SHORTEST_SECRET), key=len, reverse=True)


def _redact(value: Any, secrets: list[str]) -> Any:
    """The messages without any secret text."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, SECRET)
        return value
    if isinstance(value, dict):
        return {key: _redact(item, secrets) for key, item in value.items()}
    return [_redact(item, secrets) for item in value] if isinstance(value, list) else value


def _explain(failure: Failure, job: Job, lookups: Lookups) -> dict[str, Any]:
    """A failure as data: what kind, in one message, and where in the program, innermost call last."""
    if failure.error is None:
        return {"kind": "exit", "message": f"the program ended with exit code {failure.code}", "frames": []}
    error = _cause(failure.error, job)
    frames = _frames(error, job)
    if lookups.stopped and lookups.stopped in str(error):  # else the program has caught it, and failed later
        return {"kind": "look-up", "message": lookups.stopped, "frames": frames}
    known = {RefusedError: "refused", pulumi.RunError: "message"}
    kind = next((name for cls, name in known.items() if isinstance(error, cls)), "exception")
    text = _words(error) if kind != "exception" else f"{type(error).__name__}: {_words(error)}"
    if kind == "exception" and meant(error):
        kind, text = "argument", f"{meant(error)}: {text}"
    if isinstance(error, RefusedError) and error.source and not frames:
        frames = _within(job, str(error.source["file"]), error.source["line"], "")
    return {"kind": kind, "message": text, "frames": frames}


def _words(error: BaseException) -> str:
    """What an exception says of itself, whatever its `__str__` does, in a length that can be read."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - the program's own code
        return "<exception str() failed>"
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}… ({len(text)} characters)"


def _cause(error: BaseException, job: Job) -> BaseException:
    """The innermost cause that stands in the program: the SDK wraps what an apply raised several times."""
    chain = [error]
    while (cause := chain[-1].__cause__) is not None and cause not in chain:
        chain.append(cause)  # the SDK can make an exception its own cause: `raise exn from exn`
    return next((link for link in reversed(chain) if _frames(link, job)), chain[-1])


def _frames(error: BaseException, job: Job) -> list[dict[str, Any]]:
    frames = []
    for frame in traceback.extract_tb(kept(error)):
        frames += _within(job, frame.filename, frame.lineno, frame.line)
    if isinstance(error, SyntaxError) and error.filename:
        frames += _within(job, error.filename, error.lineno, (error.text or "").strip())
    if not frames:
        frames = [place for filename, line in called_at(error) for place in _within(job, filename, line, None)]
    return frames[-_MOST_CALLS:]


def _within(job: Job, filename: str, line: Json, code: str | None) -> list[dict[str, Any]]:
    """A place in the program's own files; nothing for one in a library."""
    path = Path(filename)
    if not path.is_relative_to(job.directory) or "site-packages" in path.parts:
        return []
    return [{"file": str(path.relative_to(job.directory)), "line": line, "code": code}]
