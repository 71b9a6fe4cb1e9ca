"""Builds every component as Pulumi's component packages do for programs in other languages: from plain data.

`<Class>.json` beside this file is that data, in the spelling of the package's schema.
"""

import importlib
import inspect
import json
import pkgutil
import sys
from pathlib import Path

import pulumi
from pulumi.provider.experimental.component import ComponentProvider

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[3]))  # where the components are

import components

MODULES = [importlib.import_module(found.name) for found in pkgutil.walk_packages(components.__path__, "components.")]
COMPONENTS = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if inspect.isclass(kind) and kind.__module__ == module.__name__ and issubclass(kind, pulumi.ComponentResource)
]
PACKAGE = ComponentProvider(COMPONENTS, "slipway")

for kind in COMPONENTS:
    example = json.loads((HERE / f"{kind.__name__}.json").read_text())
    PACKAGE.construct(f"package-{kind.__name__.lower()}", f"slipway:index:{kind.__name__}", example)
