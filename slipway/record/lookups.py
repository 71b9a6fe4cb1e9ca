"""Look-ups answered from data: functions, reads of existing resources, outputs of other stacks.

What no answer covers is unknown, with a notice; a function that the program calls in its plain form cannot be
unknown, so there the program stops with the answer's own form to copy.
"""

from __future__ import annotations

import contextvars
import functools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import policy_documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from .wire import Json

# Set while the program calls a function in its plain form, which must give a value at once.
plain_form: contextvars.ContextVar[bool] = contextvars.ContextVar("plain_form", default=False)


class UnansweredError(Exception):
    """A look-up that the program cannot go on without."""


def mark_plain_form(function: Callable[..., Any]) -> Callable[..., Any]:  # Any: a wrapper of every signature
    """Wrap `pulumi.runtime.invoke` and its like, so that the monitor can tell the plain form from the output form."""

    @functools.wraps(function)
    def marked(*args: Any, **kwargs: Any) -> Any:
        token = plain_form.set(True)
        try:
            return function(*args, **kwargs)
        finally:
            plain_form.reset(token)

    return marked


@dataclass(slots=True)
class Lookups:
    """The answers of one stack, and what they did not cover: `notices` of kind, subject and message.

    `stopped` is the look-up that the program could not go on without.
    """

    answers: dict[str, Any]  # the user's own data: any JSON
    notices: set[tuple[str, str, str]] = field(default_factory=set)
    stopped: str = ""

    def note(self, kind: str, subject: str, message: str) -> None:
        """Keep something that the plan does not know, and what would tell it."""
        self.notices.add((kind, subject, message))

    def function(self, token: str, args: dict[str, Json]) -> dict[str, Any] | None:
        """The result of a function, or None. The first answer fits whose every `args` entry equals the call's.

        What only writes down its arguments needs no answer. Raises `RefusedDocumentError` where it
        refuses them.
        """
        for answer in self.answers.get("invokes", []):
            wanted = answer.get("args") or {}
            if answer["token"] == token and all(key in args and args[key] == value for key, value in wanted.items()):
                return dict(answer["result"])
        if token == policy_documents.FUNCTION:
            return {**args, **policy_documents.policy_document(args)}
        sent = json.dumps(args, sort_keys=True)  # in order: a notice has the same bytes every time
        example = f'{{"invokes": [{{"token": "{token}", "args": {sent}, "result": {{}}}}]}}'
        advice = f"Answer it with --answers FILE, where FILE holds: {example}"
        if plain_form.get():
            self.stopped = f"{token} has no answer offline, and the program needs its result at once. {advice}"
            raise UnansweredError(self.stopped)
        self.note("look-up", token, f"{token} has no answer offline: its result is unknown. {advice}")
        return None

    def existing(self, kind: str, identifier: str) -> dict[str, Any] | None:
        """The properties of a resource that the program reads, or None."""
        for answer in self.answers.get("resources", []):
            if answer["type"] == kind and answer["id"] == identifier:
                return dict(answer["properties"])
        example = json.dumps({"resources": [{"type": kind, "id": identifier, "properties": {}}]})
        self.note(
            "read",
            f"{kind} {identifier}",
            f"{kind} {identifier!r} is read from the cloud: its properties are unknown offline. "
            f"Answer it with --answers FILE, where FILE holds: {example}",
        )
        return None

    def stack(self, name: str) -> dict[str, Any] | None:
        """Outputs and secret names of another stack, or None."""
        answer = self.answers.get("stackReferences", {}).get(name)
        if answer is not None:
            return {"outputs": answer.get("outputs", {}), "secretOutputNames": answer.get("secretOutputNames", [])}
        example = json.dumps({"stackReferences": {name: {"outputs": {}}}})
        self.note(
            "stack",
            name,
            f"the outputs of stack {name!r} are unknown offline. "
            f"Answer it with --answers FILE, where FILE holds: {example}",
        )
        return None
