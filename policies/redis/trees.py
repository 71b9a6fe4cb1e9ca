"""What a parsed document shows about Redis: cloud-config, Ignition, container definitions, templates, plan inputs."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from policies.redis.commands import named_packages, sightings
from policies.redis.described import described, is_container
from policies.redis.names import PORT, chart_in, holds_port, unit_in
from policies.sighting import MARK, Sighting, word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

# Any: whatever a document holds
Tree = Any


class Reader(NamedTuple):
    """Who reads the texts inside a document: what runs as it stands, what may be a script, what may pack one."""

    run: Callable[[str], Iterable[Sighting]]
    text: Callable[[str], Iterable[Sighting]]
    packed: Callable[[str], Iterable[Sighting]]


_MAX_NODES = 20_000  # of one document, aliases followed
# A list of commands; nested ones too: their keys are names or numbers.
_COMMAND_KEYS = word_set("runcmd bootcmd commands late-commands early-commands error-commands command-list")
_SCRIPT_KEYS = word_set("runcommand userdata user_data user-data script create update")  # a script, or its lines
_ARGUMENT_KEYS = word_set("command entrypoint cmd entrypoints")  # one command, as text or as a list of words
_STARTED_KEYS = word_set("scripts script interpreter exec_interpreter startcommand start_command buildcommand run")
_TEXT_KEYS = word_set("args arguments")
_SERVICE_MANAGERS = word_set("sysvinit systemd")
_JOIN, _SUB = "Fn::Join", "Fn::Sub"
_GAP = re.compile(r"\$\{(?!!)[^}]*\}")

# PyYAML's own errors, and what it raises for a value that does not fit its tag (`!!bool maybe`, `!!int ""`,
# `!!timestamp never`), for a key that is a list or a map, and for one that is nested too deeply.
_NO_YAML = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError)

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TemplateLoader(_Loader):  # type: ignore[misc]  # the fast one where the library has it
    """Reads YAML whose tags are unknown, as those of CloudFormation: a tag is the function that it is short for."""


def _tagged(loader: Any, suffix: str, node: yaml.Node) -> Tree:
    if isinstance(node, yaml.SequenceNode):
        value: Tree = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        value = loader.construct_scalar(node)
    return {"Ref": value} if suffix == "Ref" else {f"Fn::{suffix}": value}


_TemplateLoader.add_multi_constructor("!", _tagged)


def yaml_trees(text: str) -> list[Tree] | None:
    """The documents of a YAML text; None where it is none."""
    try:
        return [tree for tree in yaml.load_all(text, Loader=_TemplateLoader) if tree is not None]
    except _NO_YAML:
        return None


def tree_sightings(tree: Tree, reader: Reader) -> Iterator[Sighting]:
    """What a document shows under the keys that packages, commands, images, ports and files stand under."""
    waiting: list[tuple[str, Tree]] = [("", tree)]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        key, node = waiting.pop()
        lower = key.lower()
        if isinstance(node, dict):
            text = _function(node)
            if text is not None:
                waiting.append((key, text))
                continue
            yield from _map(lower, node)
            kept = lower in _COMMAND_KEYS or lower in _STARTED_KEYS or "Fn::Base64" in node
            waiting += [(key if kept else str(name), value) for name, value in node.items()]
        elif lower == "packages" and isinstance(node, list):
            yield from named_packages(tuple(_package_names(node)))
        elif isinstance(node, list):
            yield from _list(lower, node, reader)
            waiting += [(key, item) for item in node if not isinstance(item, list | str) or lower not in _LISTS]
        elif isinstance(node, bytes):
            yield from reader.text(node.decode(errors="replace"))
        elif isinstance(node, str):
            yield from _leaf(lower, node, reader)
    yield Sighting("hidden", f"has more than {_MAX_NODES} parts")


_LISTS = _COMMAND_KEYS | _SCRIPT_KEYS | _ARGUMENT_KEYS | _TEXT_KEYS


def _map(key: str, node: Mapping[Tree, Tree]) -> Iterator[Sighting]:
    """What a map shows as a whole: a container, or what cfn-init installs and starts."""
    if is_container(node):
        yield from described(node)
    if key == "packages":
        yield from named_packages(tuple(_package_names([node])))
    if key == "snap":
        for words in _snap_commands(node.get("commands")):
            yield from sightings(words if words[:1] == ("snap",) else ("snap", *words))
    yield from _connected(node)
    yield from _written(node)
    if key == "services":
        for manager in _SERVICE_MANAGERS & node.keys():
            units = node[manager] if isinstance(node[manager], dict) else {}
            for unit, state in units.items():
                on = isinstance(state, dict) and {"true", "True"} & {str(each) for each in state.values()}
                if on and (found := unit_in(str(unit))):
                    yield Sighting("starts", f"starts the service {found}")


def _snap_commands(given: Tree) -> Iterator[tuple[str, ...]]:
    """The commands of cloud-init's module for snaps, which may leave out the word `snap` itself."""
    for each in given.values() if isinstance(given, dict) else given if isinstance(given, list) else ():
        yield tuple(map(str, each)) if isinstance(each, list) else tuple(str(each).split())


def _written(node: Mapping[Tree, Tree]) -> Iterator[Sighting]:
    """What an object of Kubernetes or a patch of cloud-config has installed: a Helm chart, packages."""
    path, chart, patched = (node.get(key) for key in ("path", "chart", "op"))
    if isinstance(chart, str) and {"repo", "version", "valuesContent"} & node.keys() and (found := chart_in(chart)):
        yield Sighting("starts", f"installs the chart {found}")
    if patched == "add" and isinstance(path, str) and path.startswith("/packages"):
        given = node.get("value")
        yield from named_packages(tuple(_package_names(given if isinstance(given, list) else [given])))


def _connected(node: Mapping[str, Tree]) -> Iterator[Sighting]:
    """What Service Connect offers to other services: a port by its name, and under which one they ask."""
    name = node.get("portName", node.get("PortName"))
    aliases = [node.get(key) for key in ("clientAlias", "clientAliases", "ClientAliases")]
    listed = [each for one in aliases for each in (one if isinstance(one, list) else [one]) if isinstance(each, dict)]
    if isinstance(name, str) and (
        unit_in(name) or any(holds_port(str(each.get("port", each.get("Port", "")))) for each in listed)
    ):
        yield Sighting("starts", f"offers a server to other services (port {name}, {PORT})")


def _list(key: str, node: list[Tree], reader: Reader) -> Iterator[Sighting]:
    texts = [item for item in node if isinstance(item, str)]
    if key in _ARGUMENT_KEYS:
        yield from reader.run(shlex.join(str(word) for word in node if not isinstance(word, dict | list)))
    elif key in _SCRIPT_KEYS:
        yield from reader.run("\n".join(texts))
    elif key in _COMMAND_KEYS:
        for item in node:
            if isinstance(item, list):
                yield from reader.run(shlex.join(str(word) for word in item))
            elif isinstance(item, str):
                yield from reader.run(item)
    elif key in _TEXT_KEYS:
        for text in texts:
            if len(text.split()) > 1:
                yield from reader.text(text)


def _leaf(key: str, text: str, reader: Reader) -> Iterator[Sighting]:
    if key == "packages":
        yield from named_packages((text,))
    elif key in _COMMAND_KEYS or key in _SCRIPT_KEYS:
        yield from reader.run(text)
    elif key in _ARGUMENT_KEYS or key in _STARTED_KEYS or "\n" in text or text.startswith(("#!", "{", "[")):
        yield from reader.text(text)
    else:
        yield from reader.packed(text)


def _function(node: Mapping[Tree, Tree]) -> str | None:
    """The text that a function of CloudFormation makes, `MARK` for what it fills in; None for other maps."""
    if len(node) != 1:
        return None
    if _JOIN in node and isinstance(given := node[_JOIN], list) and len(given) == 2:  # noqa: PLR2004 - sign and parts
        sign, parts = given
        if isinstance(parts, list):
            return str(sign).join(each if isinstance(each, str) else _inner(each) for each in parts)
    if _SUB in node:
        given = node[_SUB]
        text = given[0] if isinstance(given, list) and given else given
        return _GAP.sub(MARK, text) if isinstance(text, str) else None
    if "Ref" in node or "Fn::GetAtt" in node or "Fn::ImportValue" in node:
        return MARK
    return None


def _inner(value: Tree) -> str:
    return (_function(value) or MARK) if isinstance(value, dict) else str(value)


def _package_names(node: list[Tree]) -> Iterator[str]:
    """Packages: names, `[name, version]`, names by installer, or versions by name by installer."""
    for entry in node:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, list):
            yield from (str(word) for word in entry[:1])
        elif isinstance(entry, dict):
            for below in entry.values():
                if isinstance(below, list):
                    yield from _package_names(below)
                elif isinstance(below, dict):
                    for name, version in below.items():
                        yield str(name)
                        yield from ([version] if isinstance(version, str) else [])
