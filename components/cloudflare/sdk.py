"""The SDK of Cloudflare, of which each resource's module is loaded when it is first asked for.

Its package begins by loading some 770 modules, one for each resource, of which a stack uses ten. Here the package
stands under its own name without that beginning. Whatever it alone defines loads it whole, as if nothing stood here.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module, util
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    import pulumi_cloudflare as cloudflare

__all__ = ["cloudflare"]

_PACKAGE = "pulumi_cloudflare"
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def _lazy() -> ModuleType:
    """The package under its own name: the whole one where a program has loaded it before."""
    spec = util.find_spec(_PACKAGE)
    if _PACKAGE in sys.modules or spec is None or spec.loader is None:
        return import_module(_PACKAGE)
    package = util.module_from_spec(spec)
    loader = spec.loader

    def find(name: str) -> Any:  # Any: whatever the package has under this name
        if name.startswith("__"):
            raise AttributeError(f"module {_PACKAGE!r} has no attribute {name!r}")
        found = _find(name)
        if found is None:
            del package.__dict__["__getattr__"]
            loader.exec_module(package)
            found = getattr(package, name)
        package.__dict__[name] = found
        return found

    package.__dict__["__getattr__"] = find
    sys.modules[_PACKAGE] = package
    return package


def _find(name: str) -> Any:  # Any: as above
    """A class or function by its name, or a module of the package; None where only the whole package can tell."""
    resource = _WORD.sub("_", name.removesuffix("Args").removesuffix("ArgsDict")).lower()
    for module in (f"{_PACKAGE}.{resource}", f"{_PACKAGE}._inputs"):
        if util.find_spec(module) is not None:
            loaded = import_module(module)
            found = loaded if name == resource and not hasattr(loaded, name) else getattr(loaded, name, None)
            if found is not None:
                return found
    return None


if not TYPE_CHECKING:
    cloudflare = _lazy()
