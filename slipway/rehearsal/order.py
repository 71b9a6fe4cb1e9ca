"""What is to be rehearsed, and what every stage of it is made from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway import planning
from slipway.answers import read_answers
from slipway.engine.workspace import Workspace
from slipway.errors import SlipwayError
from slipway.files import must_take_files, write
from slipway.recording import BESIDE_AN_ENGINE
from slipway.rehearsal.changes import Settings
from slipway.rehearsal.logs import LOGS
from slipway.rehearsal.subject import Subject
from slipway.settings import has_settings, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from slipway.project import Project

_SECRETS = "secrets:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One stack. `answers` is an answers file, `logs` the folder for logs, `crash_at` creations to crash after.

    `judged` is whether the rules have a say. `timeout` is the seconds that the program may take to plan.
    """

    project: Project
    stack: str
    answers: Path | None = None
    logs: Path | None = None
    crash_at: tuple[int, ...] = ()
    judged: bool = True
    timeout: float = BESIDE_AN_ENGINE

    def check(self) -> None:
        """Raises `UsageError` for a stack that is not there or whose file is wrong, and where logs cannot be kept."""
        self.project.config(self.stack)
        if has_settings(self.project):
            settings_of(self.project, self.stack)
        must_take_files(self.logs or self.project.directory / LOGS, "--logs DIR")

    def subject(self) -> Subject:
        """The stack, its plan still to come."""
        return Subject(self.project, self.stack, Settings.of(self.project, self.stack), self.judged)

    def record(self, subject: Subject) -> None:
        """Record the plan of the subject: it says where in the program each thing has its place."""
        told = planning.Order(self.project, self.answered(), self.timeout)
        try:
            subject.plan.set_result(planning.plan_stack(told, self.stack).plan)
        except SlipwayError as error:
            subject.plan.set_exception(error)

    def workspace(self, folder: Path) -> Workspace:
        """A workspace of the project in `folder`, whose engine and cloud know no other."""
        answers = write(folder.with_name(f"{folder.name}-answers.json"), json.dumps(self.answered()))
        return Workspace(self.project.directory, folder=folder, answers=answers, warm=True)

    def answered(self) -> dict[str, Any]:
        """The answers without secrets that the stack does not read: a program judges all that are set. Any JSON."""
        answers = read_answers(self.answers) if self.answers else {}
        if not has_settings(self.project) or "config" not in answers:
            return answers
        try:
            used = settings_of(self.project, self.stack).stack.used_secrets()
        except SlipwayError:  # an older revision's file, of which only its own program can judge
            return answers
        read = {f"{_SECRETS}{name}" for name, secret in used.items() if not secret.generate}
        kept = {key: value for key, value in answers["config"].items() if not key.startswith(_SECRETS) or key in read}
        return {**answers, "config": kept}
