"""What single lines of a text show about Redis: of units, compose files, Dockerfiles, ecosystem files, playbooks.

Such files need not be whole to be read: scripts write them with gaps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.redis.clients import block_only_asks
from policies.redis.commands import sightings
from policies.redis.containers import image_sightings
from policies.redis.names import TELLING, package_in, unit_in
from policies.shell import commands
from policies.sighting import Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNIT_COMMAND = re.compile(r"^\s*(?:Exec\w*|command)\s*=\s*[-@:+!]*(.+)$", re.MULTILINE)
# `source` is Bottlerocket's word for it.
_IMAGE_LINE = re.compile(
    r"^[\s-]*[\"']?(?:(?:[a-z]+_)?[iI]mage[\"']?\s*[:=]|source\s*=)\s*[\"']?([^\s\"',]+)"
    r"|^\s*FROM\s+(?:--\S+\s+)?(\S+)|\bcontainers\.(?:run|create)\(\s*[\"']([^\"'\s]+)",
    re.MULTILINE,
)
_NEEDED_UNITS = re.compile(r"^\s*(?:Wants|Requires|BindsTo|Upholds)\s*=\s*(.+)$", re.MULTILINE)
_COMMAND_LINE = re.compile(
    r"^[\s-]*[\"']?(?:command|entrypoint|cmd|interpreter)[\"']?\s*:\s*(.+)$|^\s*(?:CMD|ENTRYPOINT)\s+(\[.+)$",
    re.MULTILINE,
)
# PM2's ecosystem files and package.json, wherever in a line.
_SCRIPT_KEY = re.compile(r"\b(?:script|interpreter|exec_interpreter|cmd)[\"']?\s*:\s*[\"'`]?([^\"'`\n,}]+)")
# A program that starts another one.
_CALL = re.compile(
    r"\b(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|execa|fork|Popen|run|call|check_call|check_output|system"
    r"|execvp?|execlp?|subprocess_exec|subprocess_shell)\s*\(((?:[\[\s,]{0,4}(?:\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`))+)"
)
_PROCFILE = re.compile(r"^[\w-]+:\s+((?:\S*/)?[a-z]+-server\s+[-/].*)$", re.MULTILINE)
# A text that is nothing else, with a process that platforms know.
_PROCESSES = re.compile(r"(?=(?:.*\n)*(?:web|worker|release):)(?:[\w-]+:[ \t]+\S.*(?:\n|\Z)|\s*\n|#.*\n)+")
# A script in another language than the shell's, which gives an installer its packages as words in quotes.
_OTHER_LANGUAGE = re.compile(r"\A#!.*\b(?:python|node|ruby|perl)")
_INSTALLING = re.compile(r"[\"'](?:install|add)[\"']|\binstall -|\.mark_install\(")
_SERVER_PACKAGE = re.compile(r"[\"']([a-z]+-(?:server|stack)[\w.+-]*)[\"']")
# When, perhaps as whom, and what.
CRON = re.compile(
    r"^\s*(?:@[a-z]+|(?:[\d*/,-]+[ \t]+){4}[\d*/,-]+)[ \t]+(?:[a-z][\w-]*[ \t]+(?=[/a-z]))?(\S.*)$", re.MULTILINE
)
# Ansible, Chef, Puppet, Salt.
_MODULE = re.compile(
    r"\b(?:apt|yum|dnf|package|snap|apk|zypper|pacman|homebrew)\s*:[^\n]*"
    r"(?:\n[ \t]+(?!name\b)[\w.]+:[^\n]*){0,4}?\n?[^\n]*?\bname\s*[:=]\s*"
    r"(?P<names>\[[^\]]*\]|[^\n]*(?:\n[ \t]*-[^\n]*){0,20})"
)
_PACKAGE = re.compile(r"\bpackage\s*\{?\s*\(?[\"']([\w.+-]+)[\"']")
_INTERPOLATED = re.compile(r"\bimage[\"']?\s*:\s*[\"']?\$\{?(\w+)\}?[\"']?\s*$", re.MULTILINE)
_NIX = re.compile(r"\bservices\.(redis|valkey)\.(?:servers|enable)\b[^;\n]*=\s*(?!false)")
_UNQUOTED = {ord(sign): None for sign in "'\"\\"}
_WORD = re.compile(r"[\w.@+-]+")


def line_sightings(text: str) -> Iterator[Sighting]:
    """What the lines of a text show, each by itself."""
    if not TELLING.search(text.translate(_UNQUOTED)):
        return
    for line in _command_lines(text):
        yield from _arguments(line)
    for match in _IMAGE_LINE.finditer(text):
        if not (match[1] and block_only_asks(text, match.start(1))):
            yield from image_sightings(match[1] or match[2] or match[3])
    for match in _NEEDED_UNITS.finditer(text):
        units = (unit_in(word) for word in match[1].split())
        yield from (Sighting("starts", f"starts the service {unit}") for unit in units if unit)
    for word in _packages(text):
        if found := package_in(word):
            yield Sighting("starts", f"installs {found}")
    if service := _NIX.search(text):
        yield Sighting("starts", f"starts the service {service[1]}")


def interpolated_images(text: str) -> Iterator[Sighting]:
    """The images whose whole name compose files take from a variable that the same text gives a value."""
    for name in sorted(set(_INTERPOLATED.findall(text)) if TELLING.search(text) else ()):
        for given in re.finditer(rf"\b{name}[\"']?\s*[:=]\s*[\"']?([^\s\"']+)", text):
            yield from image_sightings(given[1])


def _command_lines(text: str) -> Iterator[str]:
    yield from (match[1] for match in _UNIT_COMMAND.finditer(text))
    for match in _COMMAND_LINE.finditer(text):
        yield re.sub(r"[\[\]\"',]", " ", match[1] or match[2])
    for match in _CALL.finditer(text):
        yield re.sub(r"[\[\]\"'`,]", " ", match[1])
    if _PROCESSES.fullmatch(text):
        yield from (line.partition(":")[2].strip() for line in text.splitlines())
    for pattern in (_SCRIPT_KEY, _PROCFILE, CRON):
        yield from (match[1] for match in pattern.finditer(text))


def _packages(text: str) -> Iterator[str]:
    """The packages that tools of configuration are told to install."""
    for match in _MODULE.finditer(text):
        yield from _WORD.findall(match["names"])
    yield from (match[1] for match in _PACKAGE.finditer(text))
    if _OTHER_LANGUAGE.match(text) and _INSTALLING.search(text):
        yield from _SERVER_PACKAGE.findall(text)


def _arguments(line: str) -> Iterator[Sighting]:
    for command in commands(line):
        yield from (found for found in sightings(command.words) if found.kind == "starts")
