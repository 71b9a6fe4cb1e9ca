"""The plugin folder of an engine that serves simulated providers: each package that the project has an SDK for."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.engine.locate import LANGUAGE_HOST, ROOT
from slipway.errors import ProgramError
from slipway.files import write
from slipway.simulated.sdk import Sdk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BUNDLED_VERSION = "0.1.0"  # of what comes with an engine and has no number of its own
_LIST_SECONDS = 60
_LIST = """
import json, pathlib, sys
found = {}
for folder in sys.path:
    for file in sorted(pathlib.Path(folder or ".").glob("*/pulumi-plugin.json")):
        about = json.loads(file.read_text(encoding="utf-8"))
        if about.get("resource") and "version" in about and "parameterization" not in about:
            found.setdefault(about["name"], [about["name"], about["version"].removeprefix("v"), str(file.parent)])
print(json.dumps(list(found.values())))
"""


def installed_sdks(python: Path, environment: Mapping[str, str]) -> tuple[Sdk, ...]:
    """The SDKs that an interpreter has. Raises `ProgramError` where the interpreter fails."""
    # Safe path: the folder that this runs in may be the user's.
    listing = {**environment, "PYTHONSAFEPATH": "1"}
    try:
        listed = subprocess.run(
            [python, "-c", _LIST], capture_output=True, check=True, env=listing, text=True, timeout=_LIST_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", "") or ""
        message = f"{python}: the project's Python does not run: {error} {said}".rstrip()
        raise ProgramError(message) from error
    return tuple(Sdk(name, version, Path(folder)) for name, version, folder in json.loads(listed.stdout))


def write_plugins(folder: Path, sdks: Sequence[Sdk], pulumi: Path) -> None:
    """Fill `folder` (`$PULUMI_HOME/plugins`) with a simulated provider per SDK.

    The language host and the dynamic providers' host are ours only where `pulumi` came without them.
    """
    for sdk in sdks:
        module = ["-m", "slipway.simulated", sdk.name, sdk.version, str(sdk.folder)]
        command = ["env", f"PYTHONPATH={ROOT}", sys.executable, "-P", *module]
        _write(folder / f"resource-{sdk.name}-v{sdk.version}", f"pulumi-resource-{sdk.name}", command)
    for kind, name, script in (("language", "python", "host.py"), ("resource", "pulumi-python", "dynamic.py")):
        program = f"pulumi-{kind}-{name}"
        if (pulumi.resolve().parent / program).exists():
            continue  # the engine finds it there by itself
        on_path = shutil.which(program)
        command = [on_path] if on_path else [sys.executable, "-P", str(LANGUAGE_HOST / script)]
        _write(folder / f"{kind}-{name}-v{_BUNDLED_VERSION}", program, command)


def _write(folder: Path, program: str, command: Sequence[str]) -> None:
    """A plugin that becomes `command`: the engine's signals must reach it, and it watches its parent."""
    write(folder / program, f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', mode=0o755)
