"""What of a preview's steps is held against another preview: all that a reviewer could have read there.

Two previews of the same thing differ in the physical names that providers make up for what is to be made. Wherever else
such a name stands, as in a policy or an alarm, it is the same name. Nothing else is left out.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from plan.urns import name_of
from slipway.danger.facts import UNKNOWN
from slipway.danger.made_names import made_names
from slipway.engine.results import SECRET, SIGNATURE
from slipway.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from slipway.engine.results import Step

_OPTIONS = ("deletedWith", "external", "id", "parent", "protect", "retainOnDelete")


def essence(steps: Sequence[Step]) -> dict[str, dict[str, Any]]:
    """By URN what is done, and the digest of each property of it; `same` is nothing. No value can be read in it."""
    named = _naming(steps)
    grouped: dict[str, list[Step]] = {}
    for step in steps:
        if step.op != "same":
            grouped.setdefault(step.urn, []).append(step)
    return {urn: _digested(found, named) for urn, found in sorted(grouped.items())}


def unseen(steps: Iterable[Step]) -> str:
    """A sentence on the values that no preview shows, and that are therefore never compared; empty without any."""
    leaves = [leaf for step in steps if step.op != "same" for leaf in texts((step.new or {}).get("inputs"))]
    counts = {"secret": leaves.count(SECRET), "not known before it is made": leaves.count(UNKNOWN)}
    told = " and ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"Not compared, since no preview shows them: values that are {told}." if told else ""


def _digested(steps: Sequence[Step], named: Callable[[Any], Any]) -> dict[str, Any]:
    properties: dict[str, list[str]] = {}
    for step in steps:
        for name, value in _properties(step).items():
            properties.setdefault(name, []).append(json.dumps([step.op, named(value)], sort_keys=True))
    return {
        "operations": ", ".join(sorted({step.op for step in steps})),
        "properties": {
            name: hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
            for name, found in sorted(properties.items())
        },
    }


def _properties(step: Step) -> dict[str, Any]:
    """What a step says of its resource: its inputs, and in brackets what is none of them."""
    state = step.new or step.old or {}
    inputs = (step.new or {}).get("inputs") or {}
    options = {f"({name})": state[name] for name in _OPTIONS if state.get(name)}
    return {
        **inputs,
        **options,
        "(provider)": step.provider.rpartition("::")[0],  # its id is only known once it is made
        "(reasons)": sorted({*step.diff_reasons, *step.replace_reasons}),
        "(changed)": sorted((path, str(detail.get("kind", ""))) for path, detail in step.detailed_diff.items()),
    }


def _naming(steps: Iterable[Step]) -> Callable[[Any], Any]:
    """Puts in place of each name that was made up in these steps what it is the name of. Any JSON, hence `Any`."""
    made = {name: f"<{urn} {key}>" for step in steps for urn, key, name in _made_up(step)}
    longest_first = sorted(made, key=len, reverse=True)
    anywhere = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def named(value: Any) -> Any:
        if isinstance(value, str):
            return anywhere.sub(lambda found: made[found[0]], value)
        if isinstance(value, dict):
            if value.get(SIGNATURE) and value.get("hash"):  # an asset or an archive, whose content its hash tells
                return {SIGNATURE: value[SIGNATURE], "hash": value["hash"]}
            return {named(key): named(item) for key, item in value.items()}
        return [named(item) for item in value] if isinstance(value, list) else value

    return named


def _made_up(step: Step) -> Iterator[tuple[str, str, str]]:
    """URN, property and text of each name that the provider made up for what a step makes."""
    new = step.new or {}
    if step.op == "same":
        return
    for key, value in made_names(new, name_of(step.urn)).items():
        yield step.urn, key, value
