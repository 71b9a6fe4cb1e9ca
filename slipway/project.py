"""A Pulumi project as it lies on disk: its program, interpreter, stacks and configuration.

Reads what the engine reads (`Pulumi.yaml`, `Pulumi.<stack>.yaml`) and hands configuration over in the engine's form:
flat keys, every value a text. Works for any Python project, with no knowledge of ours.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from slipway.errors import ProgramError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = ("Pulumi.yaml", "Pulumi.yml")
_STACK_FILE = re.compile(r"Pulumi\.(?P<stack>.+)\.ya?ml\Z")
_STACK_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}\Z")


class _Loader(yaml.SafeLoader):
    """YAML as Go reads it: `yes`, `on` and dates are texts."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in ("bool", "timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")
)


@dataclass(frozen=True, slots=True)
class StackConfig:
    """One stack's configuration: `values` by full key, the keys that are secret, and the placeholders in `values`."""

    values: dict[str, str]
    secret_keys: list[str]
    placeholders: dict[str, str]
    environments: tuple[str, ...] = ()
    objects: dict[str, Any] = field(default_factory=dict)  # the same before it became text: any YAML


@dataclass(frozen=True, slots=True)
class Project:
    """A project's folder and what its `Pulumi.yaml` says."""

    directory: Path
    name: str
    program: Path
    python: Path
    config_directory: Path
    defaults: dict[str, Any]  # the `config:` block as written: any YAML

    @classmethod
    def find(cls, directory: Path) -> Project:
        """The project in `directory`. Raises `UsageError` where there is none or its file is wrong."""
        directory = directory.resolve()
        file = next((directory / name for name in _NAMES if (directory / name).is_file()), None)
        if file is None:
            message = (
                f"{directory}: no Pulumi project here: Pulumi.yaml is missing. Name its folder with --project DIR."
            )
            raise UsageError(message)
        settings = _mapping(file)
        name = settings.get("name")
        if not isinstance(name, str) or not name:
            message = f"{file}: name: given {name!r}; a project needs a name, as in `name: shop`."
            raise UsageError(message)
        runtime = settings.get("runtime")
        runtime_name = runtime.get("name") if isinstance(runtime, dict) else runtime
        if runtime_name != "python":
            message = f"{file}: runtime: given {runtime_name!r}; only Python programs can be recorded."
            raise UsageError(message)
        options = (runtime.get("options") or {}) if isinstance(runtime, dict) else {}
        main = directory / str(settings.get("main") or ".")
        if not (main / "__main__.py" if main.is_dir() else main).is_file():
            raise UsageError(f"{file}: there is no program {main / '__main__.py' if main.is_dir() else main}.")
        return cls(
            directory=directory,
            name=name,
            program=main,
            python=_interpreter(directory, options),
            config_directory=directory / str(settings.get("stackConfigDir") or settings.get("config-dir") or "."),
            defaults=_defaults_block(settings.get("config")),
        )

    def stacks(self) -> list[str]:
        """The stacks that have a file, in order of name."""
        if not self.config_directory.is_dir():
            return []
        matches = (_STACK_FILE.match(file.name) for file in self.config_directory.iterdir())
        return sorted(match["stack"] for match in matches if match)

    def stack_file(self, stack: str) -> Path:
        """Where a stack's configuration lies, whether or not it is there."""
        files = [self.config_directory / f"Pulumi.{stack}.{ending}" for ending in ("yaml", "yml")]
        return next((file for file in files if file.is_file()), files[0])

    def config(self, stack: str) -> StackConfig:
        """A stack's configuration over the project's defaults.

        A project without any stack file may be planned under any name, as the engine allows; otherwise a name that
        has no file is a `UsageError`.
        """
        file, known = self.stack_file(stack), self.stacks()
        if not _STACK_NAME.match(stack):
            message = f"stack {stack!r}: a name has letters, digits, `-`, `_` and `.` only, at most 100 of them."
            raise UsageError(message)
        if not file.is_file():
            if known:
                message = f"{file}: there is no stack {stack!r}. Stacks here: {', '.join(known)}."
                raise UsageError(message)
            return self._flatten({}, ())
        settings = _mapping(file)
        given = settings.get("config") or {}
        if not isinstance(given, dict):
            message = f"{file}: config: given {type(given).__name__}; a mapping of keys to values is wanted."
            raise UsageError(message)
        environment = settings.get("environment") or []
        names = environment if isinstance(environment, list) else environment.get("imports", [])
        return self._flatten(given, tuple(str(name) for name in names))

    def _flatten(self, given: Mapping[str, Any], environments: tuple[str, ...]) -> StackConfig:
        values: dict[str, str] = {}
        secret: list[str] = []
        placeholders: dict[str, str] = {}
        objects: dict[str, Any] = {}
        for key, value in {**_defaults(self.defaults), **given}.items():
            full = str(key) if ":" in str(key) else f"{self.name}:{key}"
            shown, hidden = _without_ciphertext(value, f"placeholder for {full}")
            objects[full] = shown
            values[full] = _text(shown)
            if hidden or (isinstance(self.defaults.get(key), dict) and self.defaults[key].get("secret") is True):
                secret.append(full)
            if hidden and not isinstance(shown, dict | list):
                placeholders[full] = values[full]
        return StackConfig(values, secret, placeholders, environments, objects)


def read_answers(file: Path) -> dict[str, Any]:
    """Look-ups' results from a YAML or JSON file (docs/answers.md). Raises `UsageError` where it does not fit."""
    answers = _mapping(file)
    shapes: dict[str, type] = {
        "invokes": list, "resources": list, "stackReferences": dict, "environments": dict, "config": dict,
    }  # fmt: skip
    required = {"invokes": ("token", "result"), "resources": ("type", "id", "properties")}
    for key, value in answers.items():
        if key not in shapes:
            message = f"{file}: {key}: not a kind of answer; allowed: {', '.join(shapes)}."
            raise UsageError(message)
        if not isinstance(value, shapes[key]):
            message = f"{file}: {key}: given {type(value).__name__}; a {shapes[key].__name__} is wanted."
            raise UsageError(message)
        entries: Any = value if key in required else []
        for index, entry in enumerate(entries):
            missing = [name for name in required[key] if not isinstance(entry, dict) or name not in entry]
            if missing:
                message = (
                    f"{file}: {key}[{index}]: {', '.join(missing)} missing; each needs {', '.join(required[key])}."
                )
                raise UsageError(message)
    return answers


def _mapping(file: Path) -> dict[str, Any]:
    try:
        loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        message = f"{file}: cannot be read: {error.strerror}."
        raise UsageError(message) from error
    except UnicodeDecodeError as error:
        message = f"{file}: is not UTF-8 text (byte {error.start})."
        raise UsageError(message) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        message = f"{file}:{line}: is not YAML: {error.problem}."
        raise UsageError(message) from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        message = f"{file}: given {type(loaded).__name__}; a mapping is wanted."
        raise UsageError(message)
    return loaded


def _interpreter(directory: Path, options: Mapping[str, Any]) -> Path:
    """The project's own Python: its virtual environment where it names or has one, else the one that runs us."""
    named = options.get("virtualenv")
    folder = directory / str(named or ".venv")
    python = folder / "bin" / "python"
    if python.exists():
        return python
    if named:
        message = (
            f"{folder}: the project's virtual environment is missing. Make it (python3 -m venv, pip install) first."
        )
        raise ProgramError(message)
    return Path(sys.executable)


def _defaults_block(block: Any) -> dict[str, Any]:
    return block if isinstance(block, dict) else {}


def _defaults(block: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the project's own `config:` block gives to every stack."""
    found = {}
    for key, entry in block.items():
        if not isinstance(entry, dict):
            found[key] = entry
        elif "value" in entry:
            found[key] = entry["value"]
        elif "default" in entry:
            found[key] = entry["default"]
    return found


def _without_ciphertext(value: Any, placeholder: str) -> tuple[Any, bool]:
    """The value with every `secure:` replaced, and whether there was one."""
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            return placeholder, True
        items = {key: _without_ciphertext(item, placeholder) for key, item in value.items()}
        return {key: item for key, (item, _) in items.items()}, any(hidden for _, hidden in items.values())
    if isinstance(value, list):
        pairs = [_without_ciphertext(item, placeholder) for item in value]
        return [item for item, _ in pairs], any(hidden for _, hidden in pairs)
    return value, False


def _text(value: Any) -> str:
    """A configuration value as the engine hands it to a program."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
