"""Passwords of the logins of a machine that stand in its scripts and in cloud-config."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.shell import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOGIN = re.compile(r"(?:^|[\s\"'\[,-])[a-z_][\w.-]*:(?P<password>[^\s\"',\]]+)", re.IGNORECASE | re.MULTILINE)
_BLOCK = re.compile(
    r"^(?P<indent>[ \t]*)chpasswd:(?P<body>[^\n]*(?:\n(?:(?P=indent)[ \t]+[^\n]*|[ \t]*))*)", re.MULTILINE
)
_FED = "--password-stdin"
_MADE_UP = frozenset({"R", "RANDOM"})  # cloud-init draws one


def logins(text: str) -> Iterator[str]:
    """Each password that a text gives to a login, or its hash.

    That is what `chpasswd`, `passwd --stdin` and `docker login --password-stdin` take.
    """
    if "passwd" not in text and _FED not in text:
        return
    for match in _BLOCK.finditer(text):
        yield from _of(match["body"].replace("\\n", "\n"))
    given: tuple[str, ...] = ()
    for command in commands(text):
        tools = {word.rpartition("/")[2] for word in command.words}
        if "chpasswd" in tools:
            yield from (password for document in (*given, *command.documents) for password in _of(document))
        elif ("passwd" in tools and "--stdin" in tools) or _FED in tools:
            # The last word: what stands before it is the form that `printf` gives to it.
            yield from (document.split()[-1] for document in command.documents if document.strip())
        given = command.documents if tools == {"cat"} and command.kept else ()  # a here-document that is handed on


def _of(lines: str) -> Iterator[str]:
    yield from (match["password"] for match in _LOGIN.finditer(lines) if match["password"] not in _MADE_UP)
