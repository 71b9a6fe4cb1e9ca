"""Which Python runs a project or a policy pack: Pulumi's `runtime.options`, read as the official host reads them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_DOCS = "https://www.pulumi.com/docs/iac/languages-sdks/python/#virtual-environments"


class InterpreterError(Exception):
    """The options name an environment that is not there; the message says how to make it."""


@dataclass(frozen=True)
class Interpreter:
    """A Python to run. `environment_folder` is the virtual environment that it belongs to, or None."""

    path: str
    environment_folder: Path | None = None

    def variables(self) -> dict[str, str]:
        """The environment variables of the host as they are in the activated virtual environment."""
        if self.environment_folder is None:
            return dict(os.environ)
        search = os.pathsep.join([str(self.environment_folder / "bin"), os.environ.get("PATH", os.defpath)])
        kept = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
        return kept | {"PATH": search, "VIRTUAL_ENV": str(self.environment_folder)}


def choose(root: Path, options: Mapping[str, object], default: str = sys.executable) -> Interpreter:
    """The interpreter for the project in `root`.

    `virtualenv` is relative to `root`; the toolchains `uv` and `poetry` keep theirs in `.venv` beside the nearest
    `pyproject.toml`. Without either it is `default`. `typechecker` does not matter here: it is checked elsewhere.
    """
    named, toolchain = options.get("virtualenv"), options.get("toolchain")
    if named:
        folder = root / str(named)
    elif toolchain in ("uv", "poetry"):
        folder = _beside_pyproject(root) / ".venv"
    else:
        return Interpreter(default)
    python = folder / "bin" / "python"
    if not python.exists():
        raise InterpreterError(_advice(folder, named, toolchain))
    return Interpreter(str(python), folder)


def _beside_pyproject(root: Path) -> Path:
    return next((folder for folder in (root, *root.parents) if (folder / "pyproject.toml").is_file()), root)


def _advice(folder: Path, named: object, toolchain: object) -> str:
    if toolchain == "uv":
        return f"{folder}: the virtual environment of toolchain 'uv' is missing. Make it: uv sync."
    if toolchain == "poetry":
        return (
            f"{folder}: the virtual environment of toolchain 'poetry' is missing, or elsewhere. Make it there: "
            "poetry config --local virtualenvs.in-project true && poetry install."
        )
    problem = "doesn't appear to be a virtual environment" if folder.is_dir() else "doesn't exist"
    return (
        f'The \'virtualenv\' option in Pulumi.yaml is set to "{named}", but "{folder}" {problem}; make it and install '
        f"the dependencies into it: python3 -m venv {folder} && {folder}/bin/pip install -r requirements.txt. {_DOCS}"
    )
