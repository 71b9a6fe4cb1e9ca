"""What the engine's preview and a plan say of one resource, in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.engine.results import PreviewResult, Step

# Options that both print under the same name, left out when they say nothing.
_OPTIONS = (
    "ignoreChanges",
    "replaceOnChanges",
    "retainOnDelete",
    "deletedWith",
    "importID",
    "additionalSecretOutputs",
    "external",
)


def of_preview(preview: PreviewResult) -> dict[str, dict[str, Any]]:
    """Every step of the engine's preview by URN. Outputs are in its events, those of components and reads only."""
    return {step.urn: _of_step(step, preview.outputs.get(step.urn, {})) for step in preview.steps}


def of_plan(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every resource of plan JSON by URN."""
    return {resource["urn"]: _of_state(resource, resource["outputs"]) for resource in document["resources"]}


def _of_step(step: Step, outputs: Mapping[str, Any]) -> dict[str, Any]:
    assert step.new is not None
    return _of_state(step.new, outputs)


def _of_state(state: Mapping[str, Any], outputs: Mapping[str, Any]) -> dict[str, Any]:
    told = not state["custom"] or state.get("external", False)
    return {
        "type": state["type"],
        "custom": state["custom"],
        "parent": state.get("parent", ""),
        "provider": state.get("provider", ""),
        "protect": state.get("protect", False),
        "inputs": state.get("inputs") or {},
        "dependencies": sorted(state.get("dependencies") or []),
        "propertyDependencies": {
            key: sorted(urns) for key, urns in (state.get("propertyDependencies") or {}).items() if urns
        },
        "outputs": dict(outputs) if told else {},
        **{name: state[name] for name in _OPTIONS if state.get(name)},
    }
