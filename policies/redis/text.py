"""What a text that a machine or a container is given shows about Redis: scripts, cloud-config, units, JSON."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from policies.encoded import CLOUD_CONFIG, INCLUDE, UnreadableError, embedded, parts, unwrapped
from policies.redis.commands import (
    READERS,
    compiled,
    effective,
    installs_its_arguments,
    named_packages,
    sightings,
)
from policies.redis.configured import configured
from policies.redis.containers import named_containers
from policies.redis.lines import CRON, interpolated_images, line_sightings
from policies.redis.loopback import asked_hosts, named_addresses, own_address_sightings
from policies.redis.names import TELLING, image_in
from policies.redis.neighbours import neighbour_sightings
from policies.redis.trees import Reader, tree_sightings, yaml_trees
from policies.shell import PRINTERS, Command, commands, printed
from policies.sighting import Sighting, word_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DEPTH = 6  # wrappings inside wrappings; deeper is hidden, never passed over
_REMEMBERED = 2048  # texts: machines of one stack are given the same ones
_SHELLS = word_set("sh bash dash ash zsh ksh busybox su runuser ssh watch")
_MANIFEST = re.compile(
    r"^(?:services|apiVersion|schemaVersion|phases|AWSTemplateFormatVersion|Resources|apps)\s*:", re.MULTILINE
)
# Only where a text begins as one: a script that writes one has its own lines too.
_DOCKERFILE = re.compile(r"\A(?:\s|#[^\n]*\n|ARG\s[^\n]*\n)*FROM\s+(?:--\S+\s+)?(\S+)")


def user_data_sightings(text: str) -> Iterator[Sighting]:
    """What user data shows, plain or in base64. `MARK` stands in it for what only deployment tells."""
    return _guarded(_user_data(text))


def container_sightings(text: str) -> Iterator[Sighting]:
    """What the container definitions of a task show: a JSON list, with `MARK` for what only deployment tells."""
    return _guarded(_containers(text))


def document_sightings(text: str) -> Iterator[Sighting]:
    """What a document in JSON or YAML shows: of Systems Manager, of CloudFormation, of a build of images."""
    return _guarded(_document(text))


def described_sightings(tree: Any) -> Iterator[Sighting]:  # Any: whatever a document holds
    """What the description of containers shows that stands in inputs as it is, with `MARK` as in texts."""
    return _guarded(_tree_sightings(tree, 0))


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


def _document(text: str) -> Iterator[Sighting]:
    tree = _json(text)
    trees = [tree] if tree is not None else yaml_trees(text)
    if trees and all(isinstance(each, dict | list) for each in trees):
        for each in trees:
            yield from _tree_sightings(each, 0)
    else:
        yield from _user_data(text)


def text_sightings(text: str, *, runs: bool, depth: int = 0) -> Iterable[Sighting]:
    """What a text shows. `runs`: it is run as it stands, so a line that only deployment tells can be any command."""
    return _remembered(text, runs, depth)


@lru_cache(maxsize=_REMEMBERED)
def _remembered(text: str, runs: bool, depth: int) -> tuple[Sighting, ...]:  # noqa: FBT001 - a cache takes no keywords
    return tuple(_guarded(_text_sightings(text, runs=runs, depth=depth)))


def forget() -> None:
    """Forget what every text showed so far, as a new process would have."""
    _remembered.cache_clear()


def _text_sightings(text: str, *, runs: bool, depth: int) -> Iterator[Sighting]:
    if depth > _DEPTH:
        yield Sighting("hidden", f"is wrapped more than {_DEPTH} times")
        return
    if runs and INCLUDE.match(text):
        yield Sighting("hidden", "runs what stands elsewhere")
    yield from _embedded(text, depth)
    yield from own_address_sightings(text)
    yield from named_addresses(text)
    yield from interpolated_images(text)
    tree = _tree(text)
    if tree is not None:
        yield from _tree_sightings(tree, depth)
        return
    if CLOUD_CONFIG.match(text):
        yield Sighting("hidden", "is cloud-config that is no YAML")
    yield from line_sightings(text)
    yield from configured(text)
    for each in (yaml_trees(text) or ()) if _MANIFEST.search(text) else ():
        yield from (found for found in _tree_sightings(each, depth) if found.kind == "starts")
    yield from _script(text, runs=runs, depth=depth)


def _packed(text: str, depth: int) -> Iterator[Sighting]:
    yield from _embedded(text, depth)
    yield from configured(text)


def _embedded(text: str, depth: int) -> Iterator[Sighting]:
    for plain in embedded(text):
        for part in parts(plain):
            yield from text_sightings(part, runs=False, depth=depth + 1)


def _script(text: str, *, runs: bool, depth: int) -> Iterator[Sighting]:
    script = commands(text)
    passes_on = any(installs_its_arguments(command.words) for command in script)
    based = _DOCKERFILE.search(text)
    inside = based is not None and not image_in(based[1])
    if TELLING.search(text):
        yield from compiled(script)
        yield from _neighbours(text, script)
    for command in script:
        for found in sightings(command.words):
            if found.kind == "starts" and inside:
                yield Sighting("inside", f"makes an image that {found.what}")
            elif runs or found.kind == "starts":
                yield found
        if passes_on and command.words and _defines(text, command.words[0]):
            yield from named_packages(command.words[1:])
        if passes_on and command.words[:1] == ("done",):
            yield from (each for document in command.documents for each in named_packages(tuple(document.split())))
        for inner, inner_runs in _inner(command):
            yield from text_sightings(inner, runs=inner_runs, depth=depth + 1)


def _neighbours(text: str, script: list[Command]) -> Iterator[Sighting]:
    """What a script shows by what it tells one container of another."""
    named = {name.lower() for command in script for name in named_containers(command.words)}
    for name in sorted(named and named & asked_hosts(text)):
        yield Sighting("starts", f"runs a container that programs beside it ask as their Redis ({name})")


def _defines(text: str, name: str) -> bool:
    return re.search(rf"(?:^|[\s;]){re.escape(name)}\s*\(\)|\bfunction\s+{re.escape(name)}\b", text) is not None


def _inner(command: Command) -> Iterator[tuple[str, bool]]:
    """The texts inside a command that may be scripts, and whether it runs them."""
    words = effective(command.words)
    tool = words[0].rpartition("/")[2] if words else ""
    shell = tool in _SHELLS
    for document in command.documents:
        yield document, shell
    if tool in PRINTERS and (command.kept or CRON.match(printed(words))) and len(printed(words).split()) > 1:
        yield printed(words), False
    if tool in PRINTERS | READERS:
        return
    for before, word in zip(("", *command.words), command.words, strict=False):
        if (shell and before == "-c") or len(word.split()) > 1:
            yield word, shell and before == "-c"


def _tree(text: str) -> Any:  # Any: whatever a document holds
    """cloud-config, Ignition or other JSON as the tree that it is; None where the text is something else."""
    if not CLOUD_CONFIG.match(text):
        return _json(text)
    trees = yaml_trees(text)
    return trees[0] if trees and len(trees) == 1 else trees


def _json(text: str) -> Any:  # Any: whatever a document holds
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        tree = json.loads(text)
    except ValueError:
        return None
    return tree if isinstance(tree, dict | list) else None


def _tree_sightings(tree: Any, depth: int) -> Iterator[Sighting]:  # Any: whatever a document holds
    reader = Reader(
        run=lambda text: text_sightings(text, runs=True, depth=depth + 1),
        text=lambda text: text_sightings(text, runs=False, depth=depth + 1),
        packed=lambda text: _packed(text, depth),
    )
    yield from tree_sightings(tree, reader)
    yield from neighbour_sightings(tree)
