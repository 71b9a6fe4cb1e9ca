"""Under the engine: the settings of the stack that is being deployed. The only reader of `pulumi.Config`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret

from config.errors import ConfigError
from config.resolve import KEYS, NAMESPACE, Given, read_application, secret_names, settle
from config.secret_values import problem
from config.stack_file import as_given, key_problems, place_in, read_stack_file, secrets_in, stack_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.documents import Document
    from config.stack import StackSettings
    from config.values import Json

SECRETS = "secrets"
ROOT = Path(__file__).resolve().parent.parent


def load(root: Path = ROOT) -> StackSettings:
    """The settings of the current stack, from its configuration and its application's file in `root`.

    Ends the program with the messages alone, without a traceback, where something is wrong.
    """
    try:
        file = _file(root)
        values = _values(file)
        application = read_application(root, values.get("app"), _place(file, f"{NAMESPACE}:app"))
        # Answers to a plan set the secrets of many stacks at once: where the file tells, its own are judged.
        told = file if _tells(file, values) else None
        names = secret_names({*CONFIG.get(), *get_config_env()}) if told is None else secrets_in(told)
        return settle(Given(values, application, told, names, pulumi.get_stack()), root)
    except ConfigError as error:
        raise pulumi.RunError("\n".join(error.messages)) from None


def load_secrets(stack: StackSettings) -> dict[str, pulumi.Output[str]]:
    """The values of the stack's secrets by name, without those that are generated or optional and not set.

    Ends the program where one is missing, a placeholder or too short. One that is set although it is generated is not
    used, and a warning says so.
    """
    config, given = pulumi.Config(SECRETS), {**CONFIG.get(), **get_config_env()}
    found: dict[str, pulumi.Output[str]] = {}
    wrong: list[str | None] = []
    for name, secret in stack.used_secrets().items():
        value = given.get(f"{SECRETS}:{name}")
        if value is not None and secret.generate:
            pulumi.log.warn(f"{SECRETS}:{name} is set and not used: the stack generates it")
        elif value is not None and value != _unread(name):
            wrong.append(problem(name, value, secret))
        if not secret.generate and (value is not None or not secret.optional):
            found[name] = config.require_secret(name)
    messages = [message for message in wrong if message]
    if messages:
        raise pulumi.RunError("\n".join(messages))
    return found


def _unread(name: str) -> str:
    """What stands for an encrypted value where nobody has the key: when a plan is made offline."""
    return f"placeholder for {SECRETS}:{name}"


def _values(file: Document | None) -> dict[str, Json]:
    """The settings by key. Raises `ConfigError` for an unknown key and for a secret, which has no place among them."""
    known = {*CONFIG.get(), *get_config_env()}  # set by a test or a recorder; handed over by the engine
    wrong = [
        wrong for key in sorted(known) for wrong in key_problems(key, _place(file, key), secure=is_config_secret(key))
    ]
    if wrong:
        raise ConfigError(wrong)
    config = pulumi.Config(NAMESPACE)
    given = {key: config.get(key) for key in KEYS}
    return {
        key: as_given(key, text, _place(file, f"{NAMESPACE}:{key}")) for key, text in given.items() if text is not None
    }


def _file(root: Path) -> Document | None:
    """The stack's file where it is readable: the engine may have been given another."""
    try:
        return read_stack_file(root, pulumi.get_stack())
    except ConfigError:
        return None


def _place(file: Document | None, key: str) -> str:
    return key if file is None else place_in(file, key)


def _tells(file: Document | None, values: Mapping[str, Json]) -> bool:
    """Whether the values really came from this file, so that messages may name its lines."""
    try:
        return file is not None and stack_values(file) == values
    except ConfigError:
        return False
