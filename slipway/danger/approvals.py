"""Approvals: a person names the very resource whose data may be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.urns import is_urn
from slipway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def approvals_file(folder: Path, stack: str) -> Path:
    """Where the approvals of a stack lie, below the `folder` of the stack files, whether or not there are any."""
    return folder / "approvals" / f"{stack}.txt"


def read_approvals(named: Iterable[str], file: Path | None = None) -> tuple[str, ...]:
    """The approved URNs: those of the command line, and one per line of a file, where `#` begins a comment.

    An approval is one whole URN. There are no patterns: what names nothing in particular approves nothing. Raises
    `UsageError` for anything else.
    """
    found = [_checked(text, "--approve") for text in named]
    if file:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: approvals cannot be read: {error}.") from error
        for number, line in enumerate(lines, 1):
            if text := _without_comment(line):
                found.append(_checked(text, f"{file}:{number}"))
    return tuple(dict.fromkeys(found))


def _without_comment(line: str) -> str:
    """A comment begins a line or follows a space: a name may have a `#`."""
    text = line.strip()
    return "" if text.startswith("#") else text.partition(" #")[0].strip()


def _checked(text: str, where: str) -> str:
    urn = text.strip()
    if not is_urn(urn):
        message = (
            f"{where}: given {text!r}; an approval is the whole URN of one resource, as the report prints it: "
            "urn:pulumi:STACK::PROJECT::TYPE::NAME. Patterns approve nothing."
        )
        raise UsageError(message)
    return urn
