"""The secrets that a stack needs and nobody has set yet: in a simulation a placeholder stands in for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.errors import UsageError
from slipway.settings import has_settings, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from slipway.project import Project

_NAMESPACE = "secrets"


def unset_secrets(project: Project, stack: str, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The full keys of the secrets without which the program would end, and which neither file nor answers set.

    None for a project that is no Slipway: nothing but its program knows what it needs. None for a stack whose files are
    wrong: its program says what is. `answers` are those of an answers file, any YAML, hence `Any`.
    """
    if not has_settings(project):
        return ()
    try:
        needed = settings_of(project, stack).stack.used_secrets()
        given = project.config(stack)
    except UsageError:
        return ()
    environments = answers.get("environments", {})
    imported = [environments.get(name, {}).get("pulumiConfig", {}) for name in given.environments]
    known = {project.full_key(key) for keys in (answers.get("config", {}), *imported) for key in keys} | {*given.values}
    wanted = [name for name, secret in needed.items() if not secret.generate and not secret.optional]
    return tuple(key for key in (f"{_NAMESPACE}:{name}" for name in sorted(wanted)) if key not in known)


def placeholders_of(keys: Iterable[str]) -> dict[str, str]:
    """What stands in for each secret: the text that stands for one that the file holds encrypted too."""
    return {key: f"placeholder for {key}" for key in keys}
