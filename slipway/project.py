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

from slipway.errors import ProgramError, UsageError
from slipway.yaml_files import read_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = ("Pulumi.yaml", "Pulumi.yml")
_STACK_FILE = re.compile(r"Pulumi\.(?P<stack>.+)\.ya?ml\Z")
_EXPONENT_FROM = 1e21  # Go writes larger numbers with an exponent
STACK_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}\Z")


@dataclass(frozen=True, slots=True)
class StackConfig:
    """One stack's configuration: `values` by full key, the keys that are secret, and the placeholders in `values`.

    `defaulted` are the keys of which the stack says nothing and the project's defaults hold.
    """

    values: dict[str, str]
    secret_keys: list[str]
    placeholders: dict[str, str]
    environments: tuple[str, ...] = ()
    defaulted: frozenset[str] = frozenset()
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
        settings = read_mapping(file)
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
        if not isinstance(options, dict):
            raise UsageError(f"{file}: runtime: options: given {type(options).__name__}; a mapping is wanted.")
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
        matches = (_STACK_FILE.match(file.name) for file in self.config_directory.iterdir() if file.is_file())
        return sorted({match["stack"] for match in matches if match})

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
        if not STACK_NAME.match(stack):
            message = f"stack {stack!r}: a name has letters, digits, `-`, `_` and `.` only, at most 100 of them."
            raise UsageError(message)
        if not file.is_file():
            if known:
                message = f"{file}: there is no stack {stack!r}. Stacks here: {', '.join(known)}."
                raise UsageError(message)
            return self._flatten({}, ())
        return self.config_in(file)

    def config_in(self, file: Path) -> StackConfig:
        """The configuration that a file holds, as a stack's own does. Raises `UsageError` for one that does not."""
        settings = read_mapping(file)
        given = settings.get("config") or {}
        if not isinstance(given, dict):
            message = f"{file}: config: given {type(given).__name__}; a mapping of keys to values is wanted."
            raise UsageError(message)
        return self._flatten(given, _imports(settings.get("environment"), file))

    def _flatten(self, given: Mapping[str, Any], environments: tuple[str, ...]) -> StackConfig:
        values: dict[str, str] = {}
        secret: list[str] = []
        placeholders: dict[str, str] = {}
        objects: dict[str, Any] = {}
        declared = {
            self.full_key(key)
            for key, entry in self.defaults.items()
            if isinstance(entry, dict) and entry.get("secret") is True
        }
        for key, value in {**_defaults(self.defaults), **given}.items():
            full = self.full_key(key)
            shown, hidden = _without_ciphertext(value, f"placeholder for {full}")
            objects[full] = shown
            values[full] = as_text(shown)
            if (hidden or full in declared) and full not in secret:
                secret.append(full)
            if hidden and not isinstance(shown, dict | list):
                placeholders[full] = values[full]
        defaulted = values.keys() - {self.full_key(key) for key in given}
        return StackConfig(values, secret, placeholders, environments, frozenset(defaulted), objects)

    def full_key(self, key: Any) -> str:
        """A key with its namespace, which is the project's where it names none."""
        return str(key) if ":" in str(key) else f"{self.name}:{key}"


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


def _imports(environment: Any, file: Path) -> tuple[str, ...]:
    """The names of the environments that a stack file imports, in any of the forms that Pulumi takes."""
    names = environment.get("imports") if isinstance(environment, dict) else environment
    if not isinstance(names, list | None):
        raise UsageError(f"{file}: environment: given {type(names).__name__}; a list of names is wanted.")
    return tuple(str(next(iter(name), "")) if isinstance(name, dict) else str(name) for name in names or [])


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


def as_text(value: Any) -> str:
    """A configuration value as the engine hands it to a program."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    text = json.dumps(_whole(value), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")  # as Go writes JSON
    return text


def as_data(value: Any) -> Any:
    """What a configuration value says: a mapping or a list also where it is the JSON text of one, as the engine has it.

    `Any`: any YAML. All else stays as it is.
    """
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _whole(value: Any) -> Any:
    """The value with whole numbers written as such: Go's JSON knows no `1.0`."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXPONENT_FROM:
        return int(value)
    if isinstance(value, dict):
        return {_key(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _key(key: Any) -> str:
    """A key as text: YAML knows others, JSON does not."""
    return key if isinstance(key, str) else as_text(key) or "null"
