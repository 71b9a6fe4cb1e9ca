"""What a `.dockerignore` keeps out of a build, as BuildKit reads it (moby/patternmatcher). Pure text."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # which editors on Windows begin a file with
_TOKEN = re.compile(r"\*\*/?|\*|\?|\\.|\[\^?(?:\\.|[^\]\\])+\]|.", re.DOTALL)
_BROKEN = re.compile(r"(?:\\.|\[\^?(?:\\.|[^\]\\])+\]|[^\[\\])*", re.DOTALL)
_IN_A_SET = re.compile(r"(?<!\\)[\[&~|]")
_SIGNS = frozenset("*?[]\\")  # without which a pattern is a plain path


class PatternError(ValueError):
    """A line that no reader of the format understands."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    expression: re.Pattern[str]
    again: bool
    """Whether it lets in again what a line before kept out."""


class Ignored:
    """Which paths of a folder are kept out: the last line that fits decides, and what fits a folder fits all below."""

    def __init__(self, text: str) -> None:
        """`text` is the file's. Raises `PatternError`, which says the line."""
        self._patterns = tuple(_patterns(text))
        self._never_again = not any(pattern.again for pattern in self._patterns)

    def keeps_out(self, path: str) -> bool:
        """Whether a path, relative to the folder and with slashes, is kept out."""
        parts = path.split("/")
        above = ["/".join(parts[: number + 1]) for number in range(len(parts))]
        out = False
        for pattern in self._patterns:
            if pattern.again == out and any(pattern.expression.fullmatch(each) for each in above):
                out = not pattern.again
        return out

    def skips(self, folder: str) -> bool:
        """Whether nothing below a folder can be let in, so that nobody need look."""
        return self._never_again and self.keeps_out(folder)


def _patterns(text: str) -> Iterator[_Pattern]:
    for number, line in enumerate(text.removeprefix(_BOM).splitlines(), 1):
        written = line.strip()
        if not written or line.startswith("#"):
            continue
        again = written.startswith("!")
        path = written[1:].strip() if again else written
        if not path or not _BROKEN.fullmatch(path):
            raise PatternError(f"line {number}: {written}")
        clean = posixpath.normpath(path)
        try:
            yield _Pattern(_expression(clean.lstrip("/") or clean), again)
        except re.error:  # letters in the wrong order, as in [z-a]
            raise PatternError(f"line {number}: {written}") from None


def _expression(pattern: str) -> re.Pattern[str]:
    rest = pattern.removeprefix("**")
    if rest != pattern and not _SIGNS.intersection(rest):
        # `**x` alone fits whatever ends in x; before anything else `**` stands for whole folders.
        return re.compile(rf"(?:.*/)?{re.escape(rest[1:])}" if rest.startswith("/") else rf".*{re.escape(rest)}")
    tokens: Sequence[str] = _TOKEN.findall(pattern)
    return re.compile("".join(_part(each, last=at == len(tokens)) for at, each in enumerate(tokens, 1)))


def _literally(found: re.Match[str]) -> str:
    """A character of a set that means more to Python than to a pattern."""
    return rf"\{found[0]}"


def _part(sign: str, *, last: bool) -> str:
    if sign.startswith("**"):
        return ".*" if last else "(?:.*/)?"
    if sign in {"*", "?"}:
        return "[^/]*" if sign == "*" else "[^/]"
    if sign.startswith("[") and len(sign) > 1:
        return f"[{_IN_A_SET.sub(_literally, sign[1:-1])}]"
    return re.escape(sign[-1])
