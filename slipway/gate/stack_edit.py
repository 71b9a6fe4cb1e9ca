"""A stack file that shall name another release, before and after. A release is any YAML, hence `Any`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from slipway.errors import UsageError
from slipway.files import write
from slipway.releases import RELEASE, TOPOLOGY
from slipway.yaml_edits import UneditableError, changed, flow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_KIND = "kind"
_RIGHTS = 0o777


@dataclass(frozen=True, slots=True)
class StackEdit:
    """A stack file's text before and after. Comments, order and the file's rights stay as they are."""

    file: Path
    before: str
    after: str

    @classmethod
    def naming(cls, file: Path, release: Mapping[str, Any]) -> Self:
        """The file with this release. Raises `UsageError` where it cannot be."""
        text, value = _text(file), {_KIND: release.get(_KIND), **release}  # what it is comes first
        try:
            return cls(file, text, changed(text, ("config", TOPOLOGY, RELEASE), value))
        except UneditableError:
            raise UsageError(
                f"{file}: config: {TOPOLOGY}: {RELEASE}: cannot be changed in place: it is written as an alias or a "
                f"text. Write it yourself, and run tools/gate up:\n  {RELEASE}: {flow(value)}"
            ) from None

    def put(self) -> None:
        """Let the file have the new text. Raises `UsageError` where somebody else has changed it meanwhile."""
        if _text(self.file) != self.before:
            raise UsageError(f"{self.file}: was changed while the preview ran: nothing is deployed. Run it again.")
        self._write(self.after)

    def take_back(self) -> None:
        """Let it have the former text again, where nobody else has written it meanwhile."""
        if self.is_put():
            self._write(self.before)

    def is_put(self) -> bool:
        """Whether the file has the new text."""
        return _text(self.file) == self.after

    def _write(self, text: str) -> None:
        if self.before != self.after:
            write(self.file, text, self.file.stat().st_mode & _RIGHTS)


def _text(file: Path) -> str:
    """All of the file, its ends of lines as they are."""
    with file.open(encoding="utf-8", newline="") as opened:
        return opened.read()
