"""Starts the project's dynamic providers in its own interpreter: what `pulumi-resource-pulumi-python` runs.

The engine starts it in the project's folder and hands `runtime.options` over as `PULUMI_RUNTIME_<OPTION>`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # this process runs nothing of the user's

from tools.language_host.interpreter import InterpreterError, choose

RUNNER = str(Path(__file__).with_name("runner.py"))


def main() -> None:
    """Become the provider process, so that the engine's signals reach it."""
    options = {name: os.environ.get(f"PULUMI_RUNTIME_{name.upper()}") for name in ("virtualenv", "toolchain")}
    try:
        python = choose(Path.cwd(), options, os.environ.get("PULUMI_PYTHON_CMD") or sys.executable)
    except InterpreterError as error:
        sys.exit(str(error))
    os.execvpe(python.path, [python.path, "-u", RUNNER, "dynamic", *sys.argv[1:]], python.variables())  # noqa: S606 - no shell


if __name__ == "__main__":
    main()
