"""People who chat: each is the example's own client as a process, with Socket.IO's client library."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from tests.machines.servers import PATIENCE, wait_for

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

Event = dict[str, Any]  # Any: what the client prints, as JSON


@dataclass
class Client:
    """One of them. `events` is what happened so far, in order."""

    process: subprocess.Popen[str]
    log: Path
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert self.process.stdout
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,))
        self.reader.start()

    def _read(self, output: IO[str]) -> None:
        self.events.extend(json.loads(line) for line in output)

    def say(self, text: str) -> Event:
        """Say it in the room; what became of it."""
        assert self.process.stdin
        before = len(self.events)
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()
        return self.sees("said", "not said", since=before, text=text)

    def sees(self, *names: str, since: int = 0, **details: object) -> Event:
        """Wait for an event of one of these names with these details, from position `since` on."""
        found: list[Event] = []

        def look() -> bool:
            found.extend(event for event in self.events[since:] if event["event"] in names and _has(event, details))
            return bool(found)

        assert wait_for(look), f"{names} {details} did not come; {self.events}; {self.log.read_text()}"
        return found[0]

    def hears(self, text: str) -> Event:
        """Wait for a message with this text."""
        return self.sees("message", text=text)

    def heard(self) -> list[str]:
        """The texts of all messages so far."""
        return [event["text"] for event in self.events if event["event"] == "message"]

    def count(self, name: str) -> int:
        """How often this happened so far."""
        return sum(event["event"] == name for event in self.events)

    def joins(self, times: int) -> bool:
        """Wait until it has joined the room so often."""
        return wait_for(lambda: self.count("joined") >= times)

    @property
    def cookie(self) -> str:
        """The cookies that it got when it signed in."""
        return str(self.sees("signed in")["cookie"])

    def end(self) -> None:
        """End it now."""
        self.process.kill()
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


def _has(event: Event, details: dict[str, object]) -> bool:
    return all(event.get(name) == value for name, value in details.items())
