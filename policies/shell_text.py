"""Pieces of shell text: what variables and braces stand for, and where quotes, parentheses and documents end."""

from __future__ import annotations

import re

ARGUMENTS = "\ufffb"  # stands for what a function or script is called with: $1, $@, $*

_NAME = r"[A-Za-z_]\w*"
VARIABLE = re.compile(rf"\$(?:({_NAME})|\{{([^}}]*)\}}|([@*#?$!0-9-]))")
_IN_BRACES = re.compile(rf"[!#]?({_NAME}|[@*]|\d+)(?:\[[^\]]*\])?(?::?([-=+])(.*))?", re.DOTALL)
_BRACES = re.compile(r"([^{}\s]*)\{([^{}\s]*,[^{}\s]*)\}([^{}\s]*)")


def value_of(match: re.Match[str], variables: dict[str, str]) -> str:
    """What a variable stands for; nothing where the script does not say."""
    plain, braced, special = match.groups()
    if special is not None:
        return ARGUMENTS if special in "@*123456789" else ""
    if plain is not None:
        return variables.get(plain, "")
    inner = _IN_BRACES.match(braced)
    if inner is None:
        return ""
    name, operator, word = inner.groups()
    if not name[0].isalpha() and name[0] != "_":
        return ARGUMENTS
    known = variables.get(name, "")
    if operator == "+":
        return word
    return known or (word if operator else "") or ""


def braces(word: str) -> list[str]:
    """`redis-{server,tools}` as two words."""
    match = _BRACES.fullmatch(word)
    return [match[1] + middle + match[3] for middle in match[2].split(",")] if match else [word]


def find(text: str, wanted: str, start: int) -> int:
    """Where `wanted` stands, the text's end where it does not."""
    found = text.find(wanted, start)
    return len(text) if found < 0 else found


def closing(text: str, start: int) -> int:
    """Where the parenthesis that is open before `start` closes, quotes heeded."""
    depth, at = 1, start
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char in "'\"":
            at = find(text, char, at + 1)
        elif char in "()":
            depth += 1 if char == "(" else -1
            if not depth:
                return at
        at += 1
    return len(text)


def here_document(text: str, start: int, mark: str) -> tuple[str, int]:
    """The lines up to the one that is `mark`, and where the next begins."""
    lines = []
    at = start
    while at < len(text):
        end = find(text, "\n", at)
        line, at = text[at:end], end + 1
        if line.strip() == mark:
            break
        lines.append(line)
    return "\n".join(lines), min(at, len(text))
