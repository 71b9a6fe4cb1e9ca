"""Under the engine: the settings of the stack that is being deployed. The only reader of `pulumi.Config`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime.config import is_config_secret

from config.errors import ConfigError
from config.resolve import KEYS, NAMESPACE, Given, read_application, settle
from config.stack_file import as_given, read_stack_file, stack_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.documents import Document
    from config.stack import StackSettings
    from config.values import Json

ROOT = Path(__file__).resolve().parent.parent


def load() -> StackSettings:
    """The settings of the current stack, from its configuration and its application's file.

    Ends the program with the messages alone, without a traceback, where something is wrong.
    """
    try:
        values = _values(pulumi.Config(NAMESPACE))
        file = _file(values)
        place = f"{NAMESPACE}:app" if file is None else f"{file.file}: {NAMESPACE}:app"
        return settle(Given(values, read_application(ROOT, values.get("app"), place), file))
    except ConfigError as error:
        raise pulumi.RunError("\n".join(error.messages)) from None


def _values(config: pulumi.Config) -> dict[str, Json]:
    """The settings by key. Raises `ConfigError` for a secret, which has no place among them."""
    secret = [key for key in KEYS if is_config_secret(f"{NAMESPACE}:{key}")]
    if secret:
        remedy = "give its name here, and its value with: pulumi config set --secret secrets:NAME"
        raise ConfigError([f"{NAMESPACE}:{key}: holds a secret; no secret belongs here; {remedy}" for key in secret])
    given = {key: config.get(key) for key in KEYS}
    return {key: as_given(key, text, f"{NAMESPACE}:{key}") for key, text in given.items() if text is not None}


def _file(values: Mapping[str, Json]) -> Document | None:
    """The stack's file, if the values really came from it: messages then name its lines."""
    try:
        file = read_stack_file(ROOT, pulumi.get_stack())
        return file if stack_values(file) == values else None
    except ConfigError:
        return None
