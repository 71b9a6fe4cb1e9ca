"""Commands that only ask a Redis elsewhere, whatever image they are run in: nothing is started by them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.redis.loopback import is_loopback
from policies.sighting import word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLIENT = r"(?:redis|valkey|keydb)-(?:cli|benchmark|check-aof|check-rdb)"
_IS_CLIENT = re.compile(rf"(?:\S*/)?{_CLIENT}")
_SHELL = re.compile(r"(?:\S*/)?(?:sh|bash|dash|ash)")
_RUNS_CLIENT = re.compile(rf"(?:^|[\s;&|(!/]){_CLIENT}(?![\w-])")
# A key of a block in YAML or JSON that says what a container runs, with the client as its first word.
_COMMAND_KEY = re.compile(
    rf"^[\s-]*[\"']?(?:command|entrypoint|cmd)[\"']?[ \t]*:[\s\[\"'-]*(?:\S*/)?{_CLIENT}(?![\w-])",
    re.MULTILINE | re.IGNORECASE,
)
_CALL = re.compile(r"(?:^|[\s/;&|\"'\[,])(?:redis|valkey|keydb)-cli(?P<arguments>[^;&|]*)")
_CALLED_HOST = re.compile(r"(?:^|[\s\"',])(?:-h|-u|--host|--url|-s)[\s=\"',]+(?P<host>[^\s\"',\]]+)")
_ASKS_THE_PROGRAM = word_set("-c -ec -lc -xc -euc -exc")


def is_client(program: str) -> bool:
    """Whether a program is one that only asks servers."""
    return _IS_CLIENT.fullmatch(program) is not None


def only_asks(words: Sequence[str]) -> bool:
    """Whether the command of a container is a client, or a script for a shell in which one is called.

    What else such a script starts is for those who read scripts.
    """
    if not words:
        return False
    if _SHELL.fullmatch(words[0]) and _ASKS_THE_PROGRAM & set(words[1:2]):
        return _RUNS_CLIENT.search(" ".join(words[2:])) is not None
    return is_client(words[0])


def asks_itself(command: str) -> bool:
    """Whether a client is called without a host, or with the address of its own machine."""
    hosts = [_CALLED_HOST.search(match["arguments"]) for match in _CALL.finditer(command)]
    return any(each is None or is_loopback(re.sub(r"^\w+://(?:[^@]*@)?|:\d+.*$", "", each["host"])) for each in hosts)


def block_only_asks(text: str, at: int) -> bool:
    """Whether the lines of a text that stand beside the one at a place, indented no less, have a client run."""
    lines = text.split("\n")
    line = first = text.count("\n", 0, at)
    depth = _depth(lines[line])
    while first > 0 and not lines[first].lstrip().startswith("-") and _depth(lines[first - 1]) >= depth:
        first -= 1
    last = line + 1
    while last < len(lines) and _depth(lines[last]) >= depth and not _begins(lines[last], depth):
        last += 1
    return _COMMAND_KEY.search("\n".join(lines[first:last])) is not None


def _depth(line: str) -> int:
    """How far a line's first word is indented; the sign of a list counts as a part of that."""
    return len(line) - len(line.lstrip(" \t-")) if line.strip() else -1


def _begins(line: str, depth: int) -> bool:
    """Whether a line is the next entry of the list that a line so far indented stands in."""
    return _depth(line) == depth and line.lstrip().startswith("-")
