"""What tools of configuration set up: roles of Ansible, recipes of Chef, classes of Puppet, states of Salt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.redis.names import TELLING
from policies.sighting import Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVER = r"(?:redis|valkey|keydb|dragonfly)(?:[-_](?:server|cluster|stack|role))?"
_ROLE = rf"(?:[\w-]+\.){{1,2}}(?:ansible[-_])?(?:role[-_])?{_SERVER}"
_ANY = f"(?:{_ROLE}|{_SERVER})"
_QUOTE = r"[\"']?"
_END = r"[\"']?[ \t]*(?:[,}\])\n]|$)"
_CONFIGURED = re.compile(
    rf"\bansible-galaxy\s[^\n;|&]*\binstall\s[^\n;|&]*?(?P<galaxy>\b{_ROLE})(?![\w.])"
    rf"|\b(?:src|role)\s*:\s*{_QUOTE}(?P<role>{_ROLE}){_END}"
    rf"|\broles\s*:\s*(?:\[[^\]]*?|(?:\n[ \t]*-[^\n]*)*?\n[ \t]*-[ \t]*){_QUOTE}\b(?P<roles>{_ANY}){_END}"
    rf"|\b(?:include|import)_role\s*:\s*(?:\{{\s*)?name\s*[:=]\s*{_QUOTE}(?P<included>{_ANY}){_END}"
    r"|\brecipe\[(?P<recipe>redisio|redis2?|redisdb|valkey|keydb)(?:::[\w-]+)?\]"
    r"|\b(?:include_recipe|cookbook)[\s(]+[\"'](?P<cookbook>redisio|redis2?|redisdb|valkey|keydb)(?:::[\w-]+)?[\"']"
    r"|\bclass\s*\{\s*[\"'](?:::)?(?P<class>redis|valkey)(?:::\w+)?[\"']"
    r"|^[ \t]*(?:include|contain|require)[ \t]+(?:::)?(?P<include>redis|valkey)[ \t]*$"
    r"|\bpuppet\s+module\s+install\s[^\n;|&]*?(?P<module>\b\w+[-/](?:redis|valkey))(?![\w-])"
    r"|^[ \t]*mod[ \t]+[\"'](?P<mod>\w+[-/](?:redis|valkey))[\"']"
    r"|\bsalt(?:-call|-ssh)?\s[^\n;|&]*\bstate\.(?:apply|sls)\s+(?P<state>redis|valkey)(?:\.server)?(?![\w.-])",
    re.MULTILINE,
)


def configured(text: str) -> Iterator[Sighting]:
    """Each server that a text has such a tool set up."""
    if TELLING.search(text):
        for match in _CONFIGURED.finditer(text):
            yield Sighting("starts", f"sets up a server with {next(filter(None, match.groups()))}")
