"""Inputs that exclude or need each other, from `data/<package>-inputs.json`; worded as Terraform's own validators do.

Each choice names inputs under one of these keys:

    exactly       one of them has to be given, and only one; `framework`: in the words of Terraform's newer framework,
                  `conflicts`: in those of `apart` where there are two
    some          one of them at least has to be given
    apart         one of them at most may be given
    together      all of them or none
    needs         the first only with the second

With `at`, the path of objects in the inputs, the names are theirs, of each by itself.

What is unknown counts as given where something is missing, and as left out where something is too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import Refusal
from slipway.simulated.checks.data import inputs_data
from slipway.simulated.checks.places import placed
from slipway.simulated.sdk import snake
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.simulated.checks.asked import Asked


def broken_choices(asked: Asked) -> Iterator[Refusal]:
    """Each choice that the inputs do not fit."""
    for choice in inputs_data(asked.token).get("choices", {}).get(asked.token, ()):
        names = next(choice[key] for key in ("exactly", "some", "apart", "together", "needs") if key in choice)
        for place, inputs in placed(asked.inputs, choice.get("at", "")):
            if not isinstance(inputs, dict):  # unknown, perhaps
                continue
            maybe = [name for name in names if _given(inputs.get(name))]
            sure = [name for name in maybe if inputs[name] != UNKNOWN]
            yield from (_at(place, each) for each in _judged(choice, names, maybe, sure))


def _at(place: str, refusal: Refusal) -> Refusal:
    if not place:
        return refusal
    return Refusal(refusal.reason, f"{place}.{refusal.path}" if refusal.path else place)


def _judged(choice: Mapping[str, Any], names: list[str], maybe: list[str], sure: list[str]) -> Iterator[Refusal]:
    every, given = _listed(names), _listed(sure)
    if "exactly" in choice and choice.get("framework"):
        if not maybe or (len(sure) > 1 and len(sure) == len(maybe)):
            said = f"{len(sure)} attributes" if sure else "No attribute"
            yield Refusal(
                "Invalid Attribute Combination. "
                f"{said} specified when one (and only one) of [{every}] is required", names[0]
            )  # fmt: skip
    elif ("exactly" in choice or "some" in choice) and not maybe:
        yield Refusal(f'"{snake(names[0])}": one of `{every}` must be specified')
    elif "exactly" in choice and len(sure) > 1 and not choice.get("conflicts"):
        yield Refusal(f'"{snake(sure[0])}": only one of `{every}` can be specified, but `{given}` were specified.')
    elif ("apart" in choice or choice.get("conflicts")) and len(sure) > 1:
        yield Refusal(f'"{sure[0]}": conflicts with {sure[1]}', sure[0])
    elif "needs" in choice and names[0] in sure and names[1] not in maybe:
        yield Refusal(f'"{snake(names[0])}": all of `{every}` must be specified')
    elif "together" in choice and sure and len(maybe) < len(names):
        yield Refusal(f'"{snake(sure[0])}": all of `{every}` must be specified')


def _listed(names: list[str]) -> str:
    return ",".join(map(snake, names))


def _given(value: Any) -> bool:
    """Whether a value counts as given: an empty one, and a flag that is off, is none to Terraform; a zero is one."""
    return value is not None and value is not False and value not in ("", [], {})
