"""Records a program in a child process under the project's own interpreter.

The child starts at once and imports Pulumi while the command is still reading files; the job follows on its standard
input. Whatever the program prints goes to standard error, never into the plan.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from slipway.errors import ProgramError
from slipway.project import as_text
from slipway.record.job import Job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.project import Project, StackConfig

CHILD = Path(__file__).parent / "record" / "child.py"
PATIENCE = 60.0  # seconds; a program that plans longer than this is taken to hang
# In a rehearsal the engine runs the same program beside it, soon in two clouds, and what is given up fails all of it.
BESIDE_AN_ENGINE = 300.0
GRACE = 5.0  # seconds that the second pass may take longer than the first
ORGANIZATION = "organization"  # what the engine says for backends that have no organizations
_INTERNAL = 70


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the child wrote (plan JSON without its head) and what the program printed."""

    body: dict[str, Any]  # plan JSON as read: `plan.codec` gives it its types
    output: str


class Child:
    """A started child. It is ended with everything it started, however the command ends.

    The child holds one end of a pipe, its lifeline, and we hold the other: when we are gone, even killed, it sees so
    and ends itself.
    """

    _running: ClassVar[set[Child]] = set()

    def __init__(self, python: Path) -> None:
        self.python = python
        self._reader, writer = os.pipe()
        lifeline, self._lifeline = os.pipe()
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONHASHSEED"] = "0"  # a program that walks a set registers in the same order every time
        environment.setdefault("GRPC_VERBOSITY", "ERROR")  # else the callbacks' connections report their end
        try:
            self._process = subprocess.Popen(
                [str(python), "-X", "utf8", str(CHILD), str(writer), str(lifeline)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[writer, lifeline],
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            os.close(self._reader)
            os.close(self._lifeline)
            raise ProgramError(f"{python}: the project's interpreter cannot be started: {error.strerror}.") from error
        finally:
            os.close(writer)
            os.close(lifeline)
        self._running.add(self)

    def __enter__(self) -> Self:
        """The child itself; leaving the block ends it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self.stop()

    def record(self, job: Job, timeout: float) -> Recorded:
        """Give the child its job and wait for the record. Raises `ProgramError` where none comes."""
        chunks: dict[str, bytes] = {}
        hangs = False
        threads = [
            threading.Thread(target=self._drain, args=(chunks, "result"), daemon=True),
            threading.Thread(target=self._drain, args=(chunks, "output"), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            self._send(job)
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            hangs = True
        finally:
            self.stop()
            for thread in threads:
                thread.join(timeout=GRACE)
        if hangs:
            message = (
                f"the program of stack {job.stack!r} in {job.directory} did not end within {timeout:g} s and was"
                " stopped. If it needs longer, give it more with --timeout SECONDS; if not, look for a loop or a"
                " value that never resolves."
            )
            raise ProgramError(message, chunks.get("output", b"").decode(errors="replace"))
        return self._read(chunks, job)

    def stop(self) -> None:
        """End the child and everything that it started."""
        try:
            self._running.remove(self)
        except KeyError:
            return  # stopped already, maybe by another thread: its number may be another process's by now
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._lifeline)

    @classmethod
    def stop_all(cls) -> None:
        """End every child that runs, so that nobody waits for one any more."""
        for child in list(cls._running):
            child.stop()

    def _send(self, job: Job) -> None:
        stream = self._process.stdin
        if stream is None:
            return
        try:
            stream.write(job.to_json().encode())
            stream.close()
        except BrokenPipeError:
            return  # the child died early: its output says why

    def _drain(self, chunks: dict[str, bytes], name: str) -> None:
        if name == "result":
            with os.fdopen(self._reader, "rb") as stream:
                chunks[name] = stream.read()
        elif self._process.stdout is not None:
            with self._process.stdout as stream:
                chunks[name] = stream.read()

    def _read(self, chunks: Mapping[str, bytes], job: Job) -> Recorded:
        output = chunks.get("output", b"").decode(errors="replace")
        result = chunks.get("result", b"")
        code = self._process.returncode
        if not result:
            how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
            kind = "an internal error of Slipway" if code == _INTERNAL else f"the recording process {how}"
            raise ProgramError(f"stack {job.stack!r}: {kind} before the program was recorded.", output)
        body = json.loads(result)
        for secret in body.pop("secrets", ()):  # the program may have printed one
            output = output.replace(secret, "[secret]")
        return Recorded(body, output)


def job_of(project: Project, stack: str, config: StackConfig, answers: Mapping[str, Any]) -> Job:
    """What the child has to do for one stack of a project."""
    values, secret_keys = _with_answers(project, config, answers)
    return Job(
        project=project.name,
        stack=stack,
        organization=ORGANIZATION,
        directory=str(project.directory),
        program=str(project.program),
        config=values,
        secret_keys=secret_keys,
        placeholders=config.placeholders,
        answers=dict(answers),
        grace=GRACE,
    )


def record(child: Child, job: Job, timeout: float) -> Recorded:
    """Record one stack in a child. Raises `ProgramError` where the program fails, hangs or exits."""
    recorded = child.record(job, timeout)
    if "error" in recorded.body:
        raise ProgramError(_failure(recorded.body["error"], child.python, job), recorded.output)
    return recorded


def _with_answers(
    project: Project, config: StackConfig, answers: Mapping[str, Any]
) -> tuple[dict[str, str], list[str]]:
    """The configuration with what the answers add: values of secrets, and of environments the stack imports.

    As in Pulumi, a stack file goes before its environments, and these before the project's defaults.
    """
    imported: dict[str, str] = {}
    for name in config.environments:
        given = answers.get("environments", {}).get(name, {}).get("pulumiConfig", {})
        imported |= {project.full_key(key): as_text(value) for key, value in given.items()}
    told = {project.full_key(key): as_text(value) for key, value in answers.get("config", {}).items()}
    own = {key: value for key, value in config.values.items() if key not in config.defaulted}
    return {**config.values, **imported, **own, **told}, sorted({*config.secret_keys, *told})


def _failure(error: Mapping[str, Any], python: Path, job: Job) -> str:
    """The child's report of a failed program as a message: where, what, what to do. No traceback."""
    frames = error["frames"]
    where = f"{Path(job.directory, frames[-1]['file'])}:{frames[-1]['line']}" if frames else job.directory
    lines = [f"{where}: stack {job.stack!r}: {error['message']}"]
    if frames and frames[-1]["code"]:
        lines.append(f"    {frames[-1]['code']}")
    lines += [f"  called from {frame['file']}:{frame['line']}" for frame in reversed(frames[:-1])]
    remedy = {
        "import": f"The interpreter {python} has no usable Pulumi SDK: install the project's packages.",
        "exit": "The engine takes that as a failure too: find the sys.exit, or give the program what it misses.",
        "exception": "The engine's preview would stop here too: mend the program.",
        "argument": (
            "The engine's preview would stop here too. The SDK could not send one of the arguments: compare each with"
            " the type that the resource's documentation gives it, and correct it at the line above."
        ),
        "refused": "The engine would refuse this registration: correct it at the line above.",
    }
    if error["kind"] in remedy:
        lines.append(remedy[error["kind"]])
    return "\n".join(lines)
