"""What a plan of today breaks of a golden one: URNs that vanish, data that would be replaced or lose its protection."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slipway.danger.facts import facts_of as danger_of
from tests.golden.aliases import former_urns
from tests.golden.compact import forced, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plan.model import Plan, Resource

_ABSENT = "not given"


def breaks(golden: Mapping[str, Any], plan: Plan, accepted: Mapping[str, str]) -> list[str]:
    """One line per break. `accepted` are removals by `type::name` with their reasons; those of data are none.

    A resource is replaced where an input that forced it then has another value, or refers to one that is replaced.
    """
    now = _found(golden, plan)
    former = {resource.urn: urn for urn, resource in now.items()}
    replaced = _replaced(golden, now, former)
    return [
        line
        for entry in golden["resources"]
        for line in _breaks(entry, now.get(entry["urn"]), replaced.get(entry["urn"], ""), accepted)
    ]


def holds_data(entry: Mapping[str, Any]) -> bool:
    """Whether a golden resource has data that is lost with it."""
    state = {"inputs": entry.get("replace", {}), "protect": entry.get("protect", False)}
    return bool(danger_of(entry["type"], state, custom=entry["custom"]).holds)


def short(urn: str) -> str:
    """`type::name` of a URN, as removals are accepted."""
    types, name = urn.split("::", 3)[2:]
    return f"{types.rpartition('$')[2]}::{name}"


def _found(golden: Mapping[str, Any], plan: Plan) -> dict[str, Resource]:
    """The resource of today for each golden URN: the one that has it, or else had it as its aliases say."""
    known = former_urns(plan)
    today = {former: resource for resource in plan.resources for former in known[resource.urn]}
    today |= {resource.urn: resource for resource in plan.resources}
    return {entry["urn"]: today[entry["urn"]] for entry in golden["resources"] if entry["urn"] in today}


def _replaced(golden: Mapping[str, Any], now: Mapping[str, Resource], former: Mapping[str, str]) -> dict[str, str]:
    """The golden URNs that today's program replaces, each with the reason; found until no more are."""
    reasons: dict[str, str] = {}
    before = {entry["urn"]: entry for entry in golden["resources"] if entry["urn"] in now}
    after = {
        urn: _renamed(forced(now[urn], golden["forcing"].get(entry["type"], ())), former)
        for urn, entry in before.items()
    }
    for urn, entry in before.items():
        then = entry.get("replace", {})
        for path in sorted({*then, *after[urn]}):
            if then.get(path, _ABSENT) != after[urn].get(path, _ABSENT):
                reasons[urn] = (
                    f"{path}: {_shown(then.get(path, _ABSENT))} is {_shown(after[urn].get(path, _ABSENT))} now"
                )
    spreading = set(reasons)
    while spreading:
        reached = {
            urn: f"it refers to {short(cause)}, which is replaced"
            for urn in before.keys() - reasons.keys()
            for cause in sorted(spreading)
            if f"{{{cause}#" in json.dumps(after[urn])
        }
        reasons |= reached
        spreading = set(reached)
    return reasons


def _renamed(values: Any, former: Mapping[str, str]) -> Any:
    """Values in which references name the golden URNs: another name is no other object."""
    text = json.dumps(values)
    for urn, old in former.items():
        text = text.replace(f"{{{urn}#", f"{{{old}#")
    return json.loads(text)


def _breaks(
    entry: Mapping[str, Any], now: Resource | None, replaced: str, accepted: Mapping[str, str]
) -> Iterator[str]:
    urn, data = entry["urn"], holds_data(entry)
    if now is None:
        if data or short(urn) not in accepted:
            yield f"{urn}: vanishes, and no alias names it{': its data is lost' if data else ''}"
    elif data:
        if replaced:
            yield f"{urn}: its data is lost, because it is replaced: {replaced}"
        if entry.get("protect") and not now.protect:
            yield f"{urn}: is not protected any more"
        if entry.get("retainOnDelete") and not (now.options.retain_on_delete or now.protect):
            yield f"{urn}: is not retained any more"


def _shown(value: Any) -> str:
    return json.dumps(plain(value))
