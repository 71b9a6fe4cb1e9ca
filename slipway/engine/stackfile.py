"""A stack's configuration for the engine, made from the project's own file, which stays as it is.

The engine writes into a stack file (its salt, changed settings), refuses ciphertext of another passphrase, and asks
Pulumi's service for environments. So it gets a copy: the same YAML scalars as they are written, except for those three.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml

from slipway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_OURS = ("encryptionsalt", "secretsprovider", "encryptedkey", "environment")
_TEXT = "tag:yaml.org,2002:str"
_MAP = "tag:yaml.org,2002:map"


def stack_copy(  # noqa: PLR0913 - what a copy is made from
    file: Path,
    project: str,
    answers: Mapping[str, Any],
    salt: str,
    encrypt: Callable[[list[str]], Mapping[str, str]],
    *,
    changes: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """The text of a copy of `file` that an engine with the passphrase of `salt` can use offline.

    Every `secure:` value becomes the answer in `answers["config"]` for its key, else "placeholder for <key>": secrets
    have no place in a simulation, so none is decrypted. Answered keys that the file lacks are added. The imports under
    `environment:` become the values in `answers["environments"]`, which the file's own override. `encrypt` maps plain
    texts to ciphertexts. `changes` are values by full key that take the place of the file's own. Raises `UsageError`
    for a file that is no YAML mapping and an environment without an answer.
    """
    root = _compose(file)
    settings = _entries(root)
    values = _as_mapping(settings.get("config"), file)
    answered = {_full(key, project): _secure(value) for key, value in answers.get("config", {}).items()}
    imported: dict[str, yaml.Node] = {}
    for name in _imports(settings.get("environment")):
        for key, value in _environment(name, file, answers).items():
            imported[_full(key, project)] = _node(value)
    own = {_full(key, project): value for key, value in _pairs(values)}
    changed = {key: _node(value) for key, value in changes.items()}
    config = {**imported, **own, **answered, **changed}
    secrets = {
        node: text for key, value in config.items() for node, text in _secrets(value, key, answer=key in answered)
    }
    ciphertexts = encrypt(sorted(set(secrets.values()))) if secrets else {}
    for node, text in secrets.items():
        node.value, node.style = ciphertexts[text], '"'
    kept = [pair for pair in root.value if pair[0].value not in (*_OURS, "config")]
    values = yaml.MappingNode(_MAP, [(_scalar(key), value) for key, value in config.items()])
    return yaml.serialize(
        yaml.MappingNode(_MAP, [*kept, (_scalar("config"), values), (_scalar("encryptionsalt"), _scalar(salt))])
    )


def _compose(file: Path) -> yaml.MappingNode:
    try:
        root = yaml.compose(file.read_text(encoding="utf-8")) if file.exists() else None
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: is not UTF-8 text (byte {error.start}).") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        message = f"{file}:{line}: is not YAML: {error.problem}."
        raise UsageError(message) from error
    return _as_mapping(root, file)


def _as_mapping(node: yaml.Node | None, file: Path) -> yaml.MappingNode:
    if node is None or (isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null")):
        return yaml.MappingNode(_MAP, [])
    if not isinstance(node, yaml.MappingNode):
        message = f"{file}:{node.start_mark.line + 1}: a mapping is wanted here."
        raise UsageError(message)
    return node


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
    return ((key.value, value) for key, value in node.value)


def _entries(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    return dict(_pairs(node))


def _full(key: str, project: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _secrets(value: yaml.Node, key: str, *, answer: bool) -> Iterator[tuple[yaml.ScalarNode, str]]:
    """Each node that holds a ciphertext, with the plain text that takes its place."""
    for node in _ciphertexts(value):
        yield node, node.value if answer else f"placeholder for {key}"


def _ciphertexts(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        entries = _entries(node)
        if set(entries) == {"secure"} and isinstance(entries["secure"], yaml.ScalarNode):
            yield entries["secure"]
            return
    for child in node.value if isinstance(node, yaml.CollectionNode) else ():
        yield from _ciphertexts(child[1] if isinstance(child, tuple) else child)


def _imports(node: yaml.Node | None) -> list[str]:
    """The environments that a stack file imports: a list, or the `imports` of an environment of its own."""
    if isinstance(node, yaml.MappingNode):
        node = _entries(node).get("imports")
    found = node.value if isinstance(node, yaml.SequenceNode) else []
    return [item.value if isinstance(item, yaml.ScalarNode) else item.value[0][0].value for item in found]


def _environment(name: str, file: Path, answers: Mapping[str, Any]) -> dict[str, Any]:
    answer = answers.get("environments", {}).get(name)
    if answer is None:
        message = f"{file}: environment {name!r}: not known offline. Give its values in the answers file: environments."
        raise UsageError(message)
    values: dict[str, Any] = answer.get("pulumiConfig", {})
    return values


def _node(value: Any) -> yaml.Node:
    node = yaml.compose(json.dumps(value))
    assert node is not None  # noqa: S101 - JSON is never empty
    return node


def _scalar(text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(_TEXT, text, style='"')


def _secure(value: Any) -> yaml.MappingNode:
    text = value if isinstance(value, str) else json.dumps(value)
    return yaml.MappingNode(_MAP, [(_scalar("secure"), _scalar(text))])
