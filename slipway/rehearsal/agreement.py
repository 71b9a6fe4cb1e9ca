"""Whether the simulated cloud holds what a stack's state says, and nothing else.

The engine does not see what it never recorded: after a crash between a change and its record, preview and refresh both
say that nothing changes. So the two are compared from outside, object by object.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.engine.results import SECRET_SIGNATURE, SIGNATURE
from slipway.orphans.records import resources
from slipway.simulated.differences import seen
from slipway.simulated.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from slipway.simulated.store import Object

# Not in the simulated cloud: the engine's own, and what a program's own code provides.
ELSEWHERE = ("pulumi:", "pulumi-python:", "pulumi-nodejs:")
MADE_UP = "__defaults"  # the list of inputs that a provider made up: no input itself
_SHOWN = 5  # differences that a message tells one by one


@dataclass(frozen=True, slots=True)
class Recorded:
    """A resource of a state that lives in a cloud. Inputs are any JSON, secrets in clear, hence `Any`."""

    type: str
    id: str
    urn: str
    inputs: Mapping[str, Any]
    replaced: bool = False  # waits for its deletion: another has its URN


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that cloud and state disagree about: `orphan`, `ghost` or `inputs`."""

    kind: str
    type: str
    id: str
    urn: str
    about: str = ""

    def __str__(self) -> str:
        """One line: what, type, id, URN."""
        what = {
            "orphan": "orphan: in the cloud, in no state",
            "ghost": "ghost: in the state, not in the cloud",
            "inputs": f"state and cloud differ in {self.about}",
        }
        return f"{what[self.kind]}: {self.type} {self.id} ({self.urn})"


def recorded(deployment: Mapping[str, Any]) -> tuple[Recorded, ...]:
    """What a stack's exported state, with its secrets shown, says is in the cloud: any JSON, hence `Any`."""
    return tuple(
        Recorded(
            each["type"],
            each["id"],
            each["urn"],
            revealed(each.get("inputs") or {}),
            replaced=each.get("delete", False),
        )
        for each in resources(deployment)
        if each.get("custom") and not each.get("external") and not each["type"].startswith(ELSEWHERE)
    )


def pending(deployment: Mapping[str, Any]) -> list[str]:
    """The URNs of the operations that an exported state says were not finished."""
    return [each["resource"]["urn"] for each in deployment["deployment"].get("pending_operations") or ()]


def differences(cloud: Sequence[Object], state: Iterable[Recorded]) -> tuple[Difference, ...]:
    """What the cloud and the state disagree about, by type and id."""
    known = {(each.type, each.id): each for each in state}
    live = {(each.type, each.id): each for each in cloud}
    found = [Difference("orphan", each.type, each.id, each.urn) for key, each in live.items() if key not in known]
    found += [Difference("ghost", each.type, each.id, each.urn) for key, each in known.items() if key not in live]
    for key, each in live.items():
        names = _differing(each, known[key]) if key in known and not known[key].replaced else []
        if names:
            found.append(Difference("inputs", each.type, each.id, known[key].urn, ", ".join(names)))
    return tuple(sorted(found, key=lambda each: (each.type, each.id)))


def told(found: Sequence[Difference]) -> str:
    """Differences as text: the first few, and how many more."""
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return "\n".join([*map(str, found[:_SHOWN]), *more])


def revealed(value: Any) -> Any:
    """A value of a state with its secrets in clear."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET_SIGNATURE:
            return revealed(json.loads(value["plaintext"]))
        return {key: revealed(item) for key, item in value.items()}
    return [revealed(item) for item in value] if isinstance(value, list) else value


def _differing(live: Object, entry: Recorded) -> list[str]:
    """The inputs that differ, but for those that the provider itself does not compare."""
    unseen = facts_of(live.type).unseen
    one, other = seen(live.inputs, unseen), seen(entry.inputs, unseen)
    return [name for name in sorted({*one, *other} - {MADE_UP}) if one.get(name) != other.get(name)]
