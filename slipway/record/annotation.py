"""Joins the two passes: the first pass is the plan, the second explains what it left unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .symbols import MARK
from .values import join

if TYPE_CHECKING:
    from .registration import Registration
    from .symbols import Symbols
    from .values import Decoded
    from .wire import Json


def explanations(registrations: dict[str, Registration], symbols: Symbols) -> dict[str, Any]:
    """What the second pass can say: per resource the values that hold symbols, and how to read them."""
    found = {}
    for urn, registration in registrations.items():
        outputs = registration.outputs.value if registration.outputs else {}
        if any(MARK in str(tree) for tree in (registration.inputs.value, outputs)):
            found[urn] = {"inputs": registration.inputs.value, "outputs": outputs}
    return {"resources": found, "urns": symbols.urns}


def annotate(shown: dict[str, Json], first: Registration, second: dict[str, Any], symbols: Symbols) -> None:
    """Add to a resource's `unknowns` the references that the second pass saw in the same place."""
    for side, decoded, name in (("inputs", first.inputs, "unknowns"), ("outputs", first.outputs, "outputUnknowns")):
        if decoded is None or not decoded.unknowns:
            continue
        leaves = _Leaves(decoded)
        leaves.walk(decoded.value, second[side], "")
        shown[name] = {path: symbols.describe(leaves.found.get(path)) for path in decoded.unknowns}


class _Leaves:
    """Finds the second pass's value at each unknown leaf of the first; a leaf whose place differs stays opaque."""

    def __init__(self, decoded: Decoded) -> None:
        self.found: dict[str, Json] = {}
        self._unknown = frozenset(decoded.unknowns) - frozenset(decoded.secrets)

    def walk(self, first: Json, second: Json, path: str) -> None:
        if path in self._unknown:
            self.found[path] = second
        elif isinstance(first, dict) and isinstance(second, dict):
            for key, value in first.items():
                self.walk(value, second.get(key), join(path, key))
        elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
            for index, value in enumerate(first):
                self.walk(value, second[index], f"{path}[{index}]")
