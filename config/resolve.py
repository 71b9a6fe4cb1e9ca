"""From what a stack and its application say to checked settings: the one way that both readers share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from config.builds import unbuildable
from config.d1_migrations import unreadable_migrations
from config.documents import Document, read_document
from config.errors import ConfigError, dotted, messages, printable, shown
from config.merge import another_kind, merge
from config.settings import below, nearest, refuse
from config.stack import DEVELOPMENT, WHERE_WRITTEN, StackSettings
from config.values import Environment

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Mapping, Sequence

    from config.errors import Path
    from config.values import Json

NAMESPACE = "slipway"
SECRETS = "secrets:"
PLAIN_KEYS = ("app", "environment")
KEYS = (*PLAIN_KEYS, "tags", "topology", "overrides", "exceptions")
APPLICATIONS = "config/apps"


@dataclass(frozen=True, slots=True)
class Given:
    """A stack as its sources give it, not yet checked.

    `values` are the stack's settings by key without `slipway:`; `file` is the stack's file, where there is one, and
    serves only to say in which line a setting stands. `secrets` are the names of the secrets that are set, and `stack`
    is the stack's name, empty where nobody knows it.
    """

    values: Mapping[str, Json]
    application: Document
    file: Document | None
    secrets: tuple[str, ...] = ()
    stack: str = ""

    def data(self) -> dict[str, Json]:
        """What is validated: the stack's settings with what their environment implies, and the whole application."""
        own = {key: self.values[key] for key in KEYS if key in self.values and key != "overrides"}
        if "topology" in own:
            own["topology"] = merge(self.implied(), own["topology"])
        return {**own, "application": merge(self.application.data, self.values.get("overrides", {}))}

    def implied(self) -> dict[str, Json]:
        """The defaults of the topology that the environment implies."""
        topology = self.values.get("topology")
        kind = topology.get("kind") if isinstance(topology, dict) else None
        if self.values.get("environment") != Environment.DEVELOPMENT.value or not isinstance(topology, dict):
            return {}
        defaults = DEVELOPMENT.get(kind, {}) if isinstance(kind, str) else {}
        return {key: value for key, value in defaults.items() if key in topology or key not in WHERE_WRITTEN}

    def place(self, path: Path) -> str:
        """Where a setting stands, or where it would: `file:line: key path`."""
        if path[:1] != ("application",):
            return self._in_stack(path)
        rest = path[1:]
        if self._overridden(rest):
            return self._in_stack(("overrides", *rest))
        return f"{self.application.file}:{self.application.line(rest)}: {dotted(rest)}"

    def source(self, path: Path) -> tuple[str, int | None] | None:
        """File and line of a setting that was written, or None for a default."""
        if path[:1] == ("application",):
            document, rest = self.application, path[1:]
            over, _, left = self._reached(rest)
            if self._overridden(rest):
                named = not left or not isinstance(over, dict)
                return self._stack_line(("overrides", *rest)) if named else None
            return (document.file, document.line(rest)) if rest in document.lines else None
        return self._stack_line(path) if _has(self.values, path) else None

    def _in_stack(self, path: Path) -> str:
        key = f"{NAMESPACE}:{dotted(path)}"
        if self.file is None:
            return key
        return f"{self.file.file}:{self.file.line(_in_file(path))}: {key}"

    def _stack_line(self, path: Path) -> tuple[str, int | None]:
        if self.file is None:
            return "stack configuration", None
        return self.file.file, self.file.line(_in_file(path))

    def _overridden(self, path: Path) -> bool:
        """Whether the overrides decide about this part of the application.

        They do by naming it, or what it stands in: there, what they do not name is the application's only where the
        application has that map too, of the same kind.
        """
        over, base, left = self._reached(path)
        return not isinstance(over, dict) or (bool(path) and not (left and isinstance(base, dict)))

    def _reached(self, path: Path) -> tuple[Json, Json, Path]:
        """As far as the overrides name a path: their value, what the application has of it, and the rest."""
        over: Json = self.values.get("overrides", {})
        base: Json = self.application.data
        while path and isinstance(over, dict) and path[0] in over:
            over, base = over[str(path[0])], base.get(str(path[0])) if isinstance(base, dict) else None
            if isinstance(over, dict) and isinstance(base, dict) and another_kind(base, over):
                base = None
            path = path[1:]
        return over, base, path


def settle(given: Given, root: pathlib.Path | None = None) -> StackSettings:
    """The checked settings. Raises `ConfigError` with one message for each thing that is wrong.

    A secret that is set and that the application does not declare is wrong: it is most likely a misspelt one. What
    images are built from and databases are migrated by is looked at where `root` says where the project is.
    """
    data = given.data()
    try:
        settings = StackSettings.model_validate(data)
        if root is not None:
            topology = settings.topology
            faults = [*unbuildable(topology.release, root), *unreadable_migrations(topology, root)]
            refuse("StackSettings", [below(("topology",), fault) for fault in faults])
    except ValidationError as error:
        raise ConfigError(messages(error, data, given.place)) from None
    unfit = settings.topology.unfit_name(given.stack, settings.application) if given.stack else ""
    if unfit:
        raise ConfigError(
            [f"{given.place(('topology', 'kind'))}: the stack's name is {printable(given.stack)}; {unfit}"]
        )
    known = sorted({*settings.application.secrets, *settings.used_secrets()})
    unknown = [_unknown_secret(given, name, known) for name in given.secrets if name not in known]
    if unknown:
        raise ConfigError(unknown)
    return settings


def secret_names(keys: Iterable[str]) -> tuple[str, ...]:
    """The names of the secrets among the keys of a stack's configuration, in order."""
    return tuple(sorted(key.removeprefix(SECRETS) for key in keys if key.startswith(SECRETS)))


def read_application(root: pathlib.Path, app: Json, place: str) -> Document:
    """The file of an application. `place` says where the name was given.

    Raises `ConfigError`, with the applications that there are, where there is none of that name.
    """
    known = applications(root)
    if app is None:
        raise ConfigError([f"{place}: missing; applications here: {', '.join(known)}; add it"])
    if not isinstance(app, str) or app not in known:
        given = shown(app, ("app",))
        named = isinstance(app, str) and re.fullmatch(r"[a-z][a-z0-9-]*", app)
        another = f", or add {APPLICATIONS}/{app}.yaml" if named else ""
        remedy = f"{nearest(str(app), known)}write one of these{another}"
        raise ConfigError([f"{place}: given {given}; applications here: {', '.join(known)}; {remedy}"])
    name = f"{APPLICATIONS}/{app}.yaml"
    return read_document(root / name, name)


def applications(root: pathlib.Path) -> list[str]:
    """The names of the applications that have a file, in order."""
    return sorted(file.stem for file in (root / APPLICATIONS).glob("*.yaml"))


def _unknown_secret(given: Given, name: str, known: Sequence[str]) -> str:
    key = f"{SECRETS}{name}"
    place = f"{given.file.file}:{given.file.line(('config', key))}: " if given.file else ""
    remedy = f"{nearest(name, known)}correct it, declare it in the application's file, or take it out"
    return f"{place}{printable(key)}: unknown secret; the application has: {', '.join(known) or 'none'}; {remedy}"


def _in_file(path: Path) -> Path:
    return ("config", f"{NAMESPACE}:{path[0]}", *path[1:]) if path else ("config",)


def _has(values: object, path: Path) -> bool:
    for part in path:
        items = dict(enumerate(values)) if isinstance(values, list) else values
        if not isinstance(items, dict) or part not in items:
            return False
        values = items[part]
    return True
