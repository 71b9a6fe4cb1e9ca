"""What the child is told to do: one stack of one program. It comes on standard input, so secrets never show in `ps`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """One program to record.

    `directory` is the project's folder, `program` the folder or file to run, `config` the stack's configuration as
    the engine hands it over (`namespace:key` to text), `secret_keys` those of it that are secret, `placeholders` what
    stands in for secrets that cannot be read offline. `answers` are the look-ups' results (see `lookups.py`).
    `grace` is how long, in seconds, the second pass may outlast the first.
    """

    project: str
    stack: str
    organization: str
    directory: str
    program: str
    config: dict[str, str]
    secret_keys: list[str]
    placeholders: dict[str, str]
    answers: dict[str, Any]  # the user's own data: any JSON
    grace: float

    @classmethod
    def from_json(cls, text: str) -> Job:
        """Read the job that the command wrote."""
        return cls(**json.loads(text))

    def to_json(self) -> str:
        """The job for the child to read."""
        return json.dumps(asdict(self))
