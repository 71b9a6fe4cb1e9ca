"""A stack's file, `config/Pulumi.<stack>.yaml`, read without Pulumi."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from config.documents import Document, read_document
from config.errors import ConfigError, dotted
from config.plain_data import unfit_inside
from config.resolve import KEYS, NAMESPACE, PLAIN_KEYS, SECRETS, Given, read_application, secret_names
from config.settings import nearest

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from config.errors import Path
    from config.values import Json

FOLDER = "config"
_CONFIG = "config"  # the block of a stack's file that programs read
_NAME_ONLY = "no secret belongs here; give its name here, and its value with: pulumi config set --secret secrets:NAME"


def stacks(root: pathlib.Path) -> list[str]:
    """The stacks that have a file, in order of name."""
    files = (root / FOLDER).glob("Pulumi.?*.yaml")
    return sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files)


def read_stack_file(root: pathlib.Path, stack: str) -> Document:
    """The file of a stack. Raises `ConfigError`, with the stacks that there are, where there is none."""
    name = f"{FOLDER}/Pulumi.{stack}.yaml"
    known = stacks(root)
    if stack not in known:
        remedy = f"{nearest(stack, known)}write one of these, or add the file"
        raise ConfigError([f"{name}: there is no stack {stack!r}; stacks here: {', '.join(known)}; {remedy}"])
    return read_document(root / name, name)


def read_given(root: pathlib.Path, stack: str) -> Given:
    """What a stack's file and its application's say. Raises `ConfigError` for what no model can see."""
    file = read_stack_file(root, stack)
    values = stack_values(file)
    application = read_application(root, values.get("app"), place_in(file, f"{NAMESPACE}:app"))
    return Given(values, application, file, secrets_in(file), stack)


def stack_values(file: Document) -> dict[str, Json]:
    """The settings in a stack's file by key without `slipway:`, as the engine hands them to a program.

    Raises `ConfigError` for an unknown key, a secret in clear, or a secret where none belongs.
    """
    config = file.data.get(_CONFIG)
    if not isinstance(config, dict):
        what = "missing" if config is None else "given something else"
        line = file.line((_CONFIG,))
        rule = "a mapping of keys such as slipway:app is wanted"
        raise ConfigError([f"{file.file}:{line}: {_CONFIG}: {what}; {rule}; write it as in config: {{…}}"])
    wrong = [
        *(
            wrong
            for key, value in config.items()
            for wrong in key_problems(key, place_in(file, key), secure=_is_secure(value))
        ),
        *(wrong for key, value in config.items() if is_own(key) for wrong in _secrets_inside(file, key, value)),
    ]
    if wrong:
        raise ConfigError(wrong)
    return {
        key.removeprefix(f"{NAMESPACE}:"): as_given(key, value, place_in(file, key))
        for key, value in config.items()
        if is_own(key)
    }


def secrets_in(file: Document) -> tuple[str, ...]:
    """The names of the secrets that a stack's file sets."""
    config = file.data.get(_CONFIG)
    return secret_names(config) if isinstance(config, dict) else ()


def as_given(key: str, value: Json, place: str) -> Json:
    """One setting as a model takes it: a text for `app` and `environment`, else the data that a JSON text holds.

    Raises `ConfigError` for a text that is not JSON.
    """
    if key.removeprefix(f"{NAMESPACE}:") in PLAIN_KEYS:
        return value if isinstance(value, str | dict | list) or value is None else json.dumps(value)
    if not isinstance(value, str):
        return value
    try:
        parsed: Json = json.loads(value)
        wrong = unfit_inside(parsed)
    except (ValueError, RecursionError):
        wrong = "a mapping of settings is wanted; write it as in {key: value}"
    if wrong:
        raise ConfigError([f"{place}: given a text; {wrong}"])
    return parsed


def key_problems(key: str, place: str, *, secure: bool) -> Iterator[str]:
    """What is wrong with one key of a stack's configuration, whatever its value is."""
    if key.startswith(SECRETS):
        if not secure:
            remedy = f"run: pulumi config set --secret {key}"
            yield f"{place}: given a value in clear; a secret must be encrypted; {remedy}"
    elif ":" not in key or (is_own(key) and key.removeprefix(f"{NAMESPACE}:") not in KEYS):
        allowed = [f"{NAMESPACE}:{name}" for name in KEYS]
        wanted = key if ":" in key else f"{NAMESPACE}:{key}"
        remedy = f"{nearest(wanted, allowed)}take it out or correct it"
        yield f"{place}: unknown key; allowed: {', '.join(allowed)}; {remedy}"
    elif is_own(key) and secure:
        yield f"{place}: given secure; {_NAME_ONLY}"


def is_own(key: str) -> bool:
    """Whether a key of a stack's configuration is one of Slipway's."""
    return key.startswith(f"{NAMESPACE}:")


def place_in(file: Document, key: str) -> str:
    """Where a key of the configuration stands, or would: `file:line: key`."""
    return f"{file.file}:{file.line((_CONFIG, key))}: {key}"


def _secrets_inside(file: Document, key: str, value: Json) -> Iterator[str]:
    for path in _secure_paths(value, ()):
        if path:
            yield f"{file.file}:{file.line((_CONFIG, key, *path))}: {dotted((key, *path))}: given secure; {_NAME_ONLY}"


def _is_secure(value: Json) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"}


def _secure_paths(value: Json, path: Path) -> Iterator[Path]:
    if _is_secure(value):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _secure_paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _secure_paths(item, (*path, index))
