"""Images: where a build may leave what it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked


def judge_image(asked: Asked) -> Iterator[Refusal]:
    """An image is left in one place, and has a name where that is a registry."""
    exports = asked.inputs.get("exports")
    exports = exports if isinstance(exports, list) else []
    push, load = asked.inputs.get("push") is True, asked.inputs.get("load") is True
    if len(exports) > 1:
        yield Refusal("multiple exports are currently unsupported", "exports")
    if push and load:
        yield Refusal("push and load may not be set together at the moment", "push")
    if exports and (push or load):
        yield Refusal("exports can't be provided with push or load", "exports")
    if asked.inputs.get("tags"):
        return
    for number, export in enumerate(exports):
        registry = export.get("registry") if isinstance(export, dict) else None
        if isinstance(registry, dict) and registry.get("push") is not False and not registry.get("names"):
            reason = "at least one tag or export name is needed when pushing to a registry"
            yield Refusal(reason, f"exports[{number}]")


INPUTS = {"Image": judge_image}
