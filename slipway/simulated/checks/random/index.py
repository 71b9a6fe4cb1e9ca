"""Random values: how long they are, and of what."""

from __future__ import annotations

import math
import secrets
import string
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import Refusal
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_KINDS = {
    "lower": ("minLower", string.ascii_lowercase),
    "upper": ("minUpper", string.ascii_uppercase),
    "numeric": ("minNumeric", string.digits),
    "special": ("minSpecial", "!@#$%&*()-_=+[]{}<>:?"),
}
_WORDS = ("calm", "glad", "keen", "live", "neat", "open", "pure", "safe", "warm", "wise")


def _text(asked: Asked) -> Iterator[Refusal]:
    length = _number(asked.inputs, "length")
    if length is None:
        return
    least = sum(_number(asked.inputs, name) or 0 for name, _ in _KINDS.values())
    if length < max(1, least):
        yield Refusal(f"Attribute length value must be at least {max(1, least):g}, got: {length:g}", "length")
    if all(asked.inputs.get(kind) is False for kind in _KINDS):
        yield Refusal("At least one attribute out of [special,upper,lower,numeric] must be specified")


def _at_least_one(name: str) -> Any:
    def check(asked: Asked) -> Iterator[Refusal]:
        value = _number(asked.inputs, name)
        if value is not None and value < 1:
            yield Refusal(f"Attribute {name} value must be at least 1, got: {value:g}", name)

    return check


def _integer(asked: Asked) -> Iterator[Refusal]:
    least, most = _number(asked.inputs, "min"), _number(asked.inputs, "max")
    if least is not None and most is not None and least > most:
        yield Refusal("The minimum (min) value needs to be smaller than or equal to maximum (max) value.")


def _number(inputs: Mapping[str, Any], name: str) -> float | None:
    """A known number, given as one or as a text of one."""
    value = inputs.get(name)
    if value is None or value == UNKNOWN or isinstance(value, bool):
        return None
    found = float(value)
    return found if math.isfinite(found) else None


def _made_text(asked: Asked, _cloud: Cloud) -> dict[str, Any]:
    """A text of the kinds of characters that are asked for, as many of each as the least."""
    if asked.id:
        return {}  # it stays what it is
    chosen = {kind: letters for kind, (_, letters) in _KINDS.items() if asked.inputs.get(kind) is not False}
    if asked.text("overrideSpecial") and "special" in chosen:
        chosen["special"] = asked.text("overrideSpecial")
    needed = [
        secrets.choice(letters)
        for kind, letters in chosen.items()
        for _ in range(int(_number(asked.inputs, _KINDS[kind][0]) or 0))
    ]
    rest = int(_number(asked.inputs, "length") or 0) - len(needed)
    letters = [*needed, *(secrets.choice("".join(chosen.values())) for _ in range(rest))]
    secrets.SystemRandom().shuffle(letters)
    return {"result": "".join(letters), **{kind: kind in chosen for kind in _KINDS if kind not in asked.inputs}}


def _made_string(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    made = _made_text(asked, cloud)
    if not made:
        return {}
    taken = cloud.get(asked.token, made["result"])  # likely with very short ones, which are no error
    return {**made, "id": f"{made['result']}-{secrets.token_hex(4)}" if taken else made["result"]}


def _made_integer(asked: Asked, _cloud: Cloud) -> dict[str, Any]:
    if asked.id:
        return {}
    least, most = int(_number(asked.inputs, "min") or 0), int(_number(asked.inputs, "max") or 0)
    return {"result": least + secrets.randbelow(most - least + 1)}


def _made_pet(asked: Asked, _cloud: Cloud) -> dict[str, Any]:
    if asked.id:
        return {}
    length = int(_number(asked.inputs, "length") or 2)
    # The last part makes it one of a kind: fewer words are known here than the provider knows.
    words = [asked.text("prefix"), *(secrets.choice(_WORDS) for _ in range(length - 1)), f"pet{secrets.token_hex(4)}"]
    return {"id": (asked.text("separator") or "-").join(filter(None, words))}


def _made_shuffle(asked: Asked, _cloud: Cloud) -> dict[str, Any]:
    if asked.id:
        return {}
    inputs = list(asked.inputs.get("inputs") or ())
    secrets.SystemRandom().shuffle(inputs)
    wanted = _number(asked.inputs, "resultCount")
    count = len(inputs) if wanted is None else int(wanted)
    repeated = inputs * (1 + count // max(1, len(inputs)))
    return {"results": repeated[:count]}


INPUTS = {
    "RandomBytes": _at_least_one("length"),
    "RandomId": _at_least_one("byteLength"),
    "RandomInteger": _integer,
    "RandomPassword": _text,
    "RandomString": _text,
}
GIVES = {
    "RandomInteger": _made_integer,
    "RandomPassword": _made_text,
    "RandomPet": _made_pet,
    "RandomShuffle": _made_shuffle,
    "RandomString": _made_string,
}
