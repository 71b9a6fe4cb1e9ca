"""What a text that a machine or a container is given shows about Redis: scripts, cloud-config, units, JSON."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any

import yaml

from policies.encoded import UnreadableError, embedded, parts, unwrapped
from policies.redis.commands import READERS, effective, installs_its_arguments, named_packages, sightings
from policies.redis.containers import image_sightings
from policies.shell import PRINTERS, Command, commands, printed
from policies.sighting import Sighting, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH = 6  # wrappings inside wrappings; deeper is hidden, never passed over
_MAX_NODES = 20_000  # of one YAML or JSON document, aliases followed
_SHELLS = word_set("sh bash dash ash zsh ksh busybox su runuser ssh watch")
_CLOUD_CONFIG = re.compile(r"\A(?:##[^\n]*\n)?\s*#cloud-config")
_INCLUDE = re.compile(r"\A\s*#include")
_UNIT_COMMAND = re.compile(r"^\s*(?:Exec\w+|command)\s*=\s*[-@:+!]*(.+)$", re.MULTILINE)
_IMAGE_LINE = re.compile(
    r"^[\s-]*[\"']?image[\"']?\s*[:=]\s*[\"']?([^\s\"',]+)|^\s*FROM\s+(?:--\S+\s+)?(\S+)", re.MULTILINE
)
_COMMAND_LINE = re.compile(r"^[\s-]*[\"']?(?:command|entrypoint)[\"']?\s*:\s*(.+)$", re.MULTILINE)
_COMMAND_KEYS = frozenset({"runcmd", "bootcmd", "commands"})  # a list of commands
_ARGUMENT_KEYS = frozenset({"command", "entrypoint", "cmd"})  # one command, as text or as a list of words


def user_data_sightings(text: str) -> Iterator[Sighting]:
    """What user data shows, plain or in base64. `MARK` stands in it for what only deployment tells."""
    return _guarded(_user_data(text))


def container_sightings(text: str) -> Iterator[Sighting]:
    """What the container definitions of a task show: a JSON list, with `MARK` for what only deployment tells."""
    return _guarded(_containers(text))


def _guarded(found: Iterator[Sighting]) -> Iterator[Sighting]:
    """The same, and that the rest is hidden where reading ends too early."""
    try:
        yield from found
    except UnreadableError as error:
        yield Sighting("hidden", str(error))
    except RecursionError:
        yield Sighting("hidden", "is nested too deeply to be read")


def _user_data(text: str) -> Iterator[Sighting]:
    for part in parts(unwrapped(text)):
        yield from text_sightings(part, runs=True)


def _containers(text: str) -> Iterator[Sighting]:
    tree = _json(text)
    if isinstance(tree, list):
        yield from _tree_sightings(tree, 0)
    else:
        yield Sighting("hidden", "is not a list in JSON")


def text_sightings(text: str, *, runs: bool, depth: int = 0) -> Iterator[Sighting]:
    """What a text shows. `runs`: it is run as it stands, so a line that only deployment tells can be any command."""
    if depth > _DEPTH:
        yield Sighting("hidden", f"is wrapped more than {_DEPTH} times")
        return
    if runs and _INCLUDE.match(text):
        yield Sighting("hidden", "runs what stands elsewhere")
    yield from _embedded(text, depth)
    tree = _tree(text)
    if tree is not None:
        yield from _tree_sightings(tree, depth)
        return
    if _CLOUD_CONFIG.match(text):
        yield Sighting("hidden", "is cloud-config that is no YAML")
    yield from _lines(text)
    yield from _script(text, runs=runs, depth=depth)


def _embedded(text: str, depth: int) -> Iterator[Sighting]:
    for plain in embedded(text):
        for part in parts(plain):
            yield from text_sightings(part, runs=False, depth=depth + 1)


def _script(text: str, *, runs: bool, depth: int) -> Iterator[Sighting]:
    script = commands(text)
    passes_on = any(installs_its_arguments(command.words) for command in script)
    for command in script:
        yield from (found for found in sightings(command.words) if runs or found.kind == "starts")
        if passes_on and command.words and _defines(text, command.words[0]):
            yield from named_packages(command.words[1:])
        for inner, inner_runs in _inner(command):
            yield from text_sightings(inner, runs=inner_runs, depth=depth + 1)


def _defines(text: str, name: str) -> bool:
    return re.search(rf"(?:^|[\s;]){re.escape(name)}\s*\(\)|\bfunction\s+{re.escape(name)}\b", text) is not None


def _inner(command: Command) -> Iterator[tuple[str, bool]]:
    """The texts inside a command that may be scripts, and whether it runs them."""
    words = effective(command.words)
    tool = words[0].rpartition("/")[2] if words else ""
    shell = tool in _SHELLS
    for document in command.documents:
        yield document, shell
    if tool in PRINTERS and command.kept and len(printed(words).split()) > 1:
        yield printed(words), False
    if tool in PRINTERS | READERS:
        return
    for before, word in zip(("", *command.words), command.words, strict=False):
        if (shell and before == "-c") or len(word.split()) > 1:
            yield word, shell and before == "-c"


def _lines(text: str) -> Iterator[Sighting]:
    """Units, supervisors, compose files and Dockerfiles, line by line: they need not be whole to be read."""
    for match in _UNIT_COMMAND.finditer(text):
        yield from _arguments(match[1])
    for match in _COMMAND_LINE.finditer(text):
        yield from _arguments(re.sub(r"[\[\]\"',]", " ", match[1]))
    for match in _IMAGE_LINE.finditer(text):
        yield from image_sightings(match[1] or match[2])


def _arguments(line: str) -> Iterator[Sighting]:
    for command in commands(line):
        yield from (found for found in sightings(command.words) if found.kind == "starts")


def _tree(text: str) -> Any:  # Any: whatever a document holds
    """cloud-config, Ignition or other JSON as the tree that it is; None where the text is something else."""
    if not _CLOUD_CONFIG.match(text):
        return _json(text)
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return None


def _json(text: str) -> Any:  # Any: whatever a document holds
    try:
        tree = json.loads(text)
    except ValueError:
        return None
    return tree if isinstance(tree, dict | list) else None


def _tree_sightings(tree: Any, depth: int) -> Iterator[Sighting]:  # Any: whatever a document holds
    """What a parsed document shows under the keys that packages, commands, images and files stand under."""
    waiting: list[tuple[str, Any]] = [("", tree)]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        key, node = waiting.pop()
        if isinstance(node, dict):
            waiting += [(key if key in _COMMAND_KEYS else str(name), value) for name, value in node.items()]
        elif key == "packages" and isinstance(node, list):
            yield from named_packages(tuple(_package_names(node)))
        elif isinstance(node, list) and key.lower() in _ARGUMENT_KEYS:
            yield from _words(node, depth)
        elif isinstance(node, list):
            waiting += [(key, item) for item in node if not isinstance(item, list)]
            yield from (found for item in node if isinstance(item, list) for found in _words(item, depth))
        elif isinstance(node, bytes):
            yield from text_sightings(node.decode(errors="replace"), runs=False, depth=depth + 1)
        elif isinstance(node, str):
            yield from _leaf(key, node, depth)
    yield Sighting("hidden", f"has more than {_MAX_NODES} parts")


def _leaf(key: str, text: str, depth: int) -> Iterator[Sighting]:
    if key.lower() == "image":
        yield from image_sightings(text)
    elif key == "packages":
        yield from named_packages((text,))
    elif key in _COMMAND_KEYS or key.lower() in _ARGUMENT_KEYS or "\n" in text:
        runs = key in _COMMAND_KEYS
        yield from text_sightings(text, runs=runs, depth=depth + 1)
    else:
        yield from _embedded(text, depth)


def _words(node: list[Any], depth: int) -> Iterator[Sighting]:
    """A command as a list of its words."""
    yield from text_sightings(shlex.join(str(word) for word in node), runs=True, depth=depth + 1)


def _package_names(node: list[Any]) -> Iterator[str]:
    """cloud-config's packages: names, `[name, version]`, or names by installer."""
    for entry in node:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, list):
            yield from (str(word) for word in entry[:1])
        elif isinstance(entry, dict):
            yield from (name for names in entry.values() if isinstance(names, list) for name in _package_names(names))
