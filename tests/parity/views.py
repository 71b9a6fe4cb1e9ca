"""What the engine's preview and a plan say of one resource, in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any  # Any: any JSON

from slipway.engine.results import SECRET

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
    """Every resource of plan JSON by URN, with its secrets as the engine marks them."""
    return {
        resource["urn"]: _of_state({**resource, "inputs": _marked(resource)}, resource["outputs"])
        for resource in document["resources"]
    }


def _marked(resource: Mapping[str, Any]) -> Any:
    """Inputs of which a list is secret as a whole where a part of it is, as in a Worker's bindings.

    Simulated providers take no secrets, so the engine marks again what they give back, and it looks into maps alone.
    """
    return _whole(resource["inputs"]) if resource["custom"] else resource["inputs"]


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return SECRET if any(map(_holds_secret, value)) else value
    return value


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_holds_secret, value.values() if isinstance(value, dict) else value))
    return bool(value == SECRET)


def _of_step(step: Step, outputs: Mapping[str, Any]) -> dict[str, Any]:
    assert step.new is not None
    # A provider whose settings are not known yet is asked nothing, and leaves such lists as the program has them.
    inputs = _marked({**step.new, "inputs": step.new.get("inputs") or {}})
    return _of_state({**step.new, "inputs": inputs}, outputs)


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
