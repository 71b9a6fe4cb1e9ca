"""Values that a simulated object gives itself: plausible in form, its own, and leading nowhere.

Ids have the form of real ones. Addresses are from ranges kept for documentation and host names end in `.invalid`, so
that nothing that uses them reaches a stranger (RFC 5737, RFC 2606).
"""

from __future__ import annotations

import hashlib
import re
import string
from typing import TYPE_CHECKING, Any, TypedDict

from slipway.simulated.sdk import snake

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT = "123456789012"
GLOBAL_REGION = "us-east-1"  # where AWS, the real one too, lists what belongs to no region
_FIELD = re.compile(r"\{(\w+?)(\d*|\*\w+)\}")
_ALPHABETS = {
    "hex": "0123456789abcdef",
    "digits": string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "mixed": string.ascii_letters + string.digits,
}
_OCTETS = 254


# A list with one object for each thing that certain inputs name, `{item}` in its templates. `is` is a word of Python's,
# hence this form.
Each = TypedDict("Each", {"each": list[str], "is": dict[str, str]})


class Values:
    """The values of one object.

    `seed` makes them its own: an object that takes another's place needs other ids.
    """

    def __init__(self, token: str, templates: Mapping[str, Any], known: Mapping[str, Any], seed: bytes) -> None:
        """`templates` are texts, `Each`, or any other JSON for a value as it is.

        `known` are the inputs, and `region` and `name` whether or not they are inputs.
        """
        _, module, kind = token.split(":")
        self._token, self._inputs = token, known
        self._templates = {name: form for name, form in templates.items() if isinstance(form, str)}
        self._lists: dict[str, Each] = {name: form for name, form in templates.items() if _is_each(form)}
        self._plain = {name: form for name, form in templates.items() if not isinstance(form, str)}
        self._seed = seed
        self._kind = snake(kind).replace("_", "-")
        self._known = {
            "account": ACCOUNT,
            "kind": self._kind,
            "module": module.partition("/")[0],
            **{key: str(value) for key, value in known.items() if isinstance(value, str | int)},
        }

    def of(self, name: str, annotation: str) -> Any:
        """A value for a property that has this annotation in the SDK."""
        if name in self._plain:
            return self._items(self._lists[name]) if name in self._lists else self._plain[name]
        if name in self._templates:
            return int(self.text(name)) if annotation.startswith("int") else self.text(name)
        if name in ("region", "name"):
            return self._known[name]
        if name.endswith("Prefix"):
            return ""
        if annotation.startswith("str"):
            return self._word(name)
        return _EMPTY.get(re.split(r"\W", annotation)[0], {})

    def text(self, name: str) -> str:
        """A property's template, filled in."""
        return self.filled(self._templates[name])

    def filled(self, template: str) -> str:
        """Any template, filled in."""
        return _FIELD.sub(self._fill, template)

    def _items(self, form: Each) -> list[dict[str, str]]:
        """One object for each thing that certain inputs name, each thing once."""
        given = [self._inputs.get(name) or () for name in form["each"]]
        things = dict.fromkeys(thing for found in given for thing in ([found] if isinstance(found, str) else found))
        return [
            {name: own.text(name) for name in form["is"]}
            for thing in things
            for own in [Values(self._token, form["is"], {**self._inputs, "item": thing}, self._digest(thing))]
        ]

    def _word(self, name: str) -> str:
        if name in ("accountId", "ownerId"):
            return ACCOUNT
        if name == "availabilityZone":
            return f"{self._known['region']}a"
        return f"{self._kind}-{snake(name).replace('_', '-')}-{self._own('hex', 8)}"

    def _fill(self, match: re.Match[str]) -> str:
        name, size = match.groups()
        if size.startswith("*"):  # as long as an input says
            return self._own(name, int(self._known[size[1:]]))
        if name in _ALPHABETS and size:
            return self._own(name, int(size))
        if name == "byte":
            return str(1 + self._digest("byte")[0] % _OCTETS)
        return self.text(name) if name in self._templates and name not in self._known else self._known.get(name, name)

    def _own(self, alphabet: str, size: int) -> str:
        return characters(self._seed, alphabet, size)

    def _digest(self, purpose: str) -> bytes:
        return _digest(self._seed, purpose)


def characters(seed: bytes, alphabet: str, size: int) -> str:
    """As many characters, always the same for a seed. An alphabet is hex, digits, upper or mixed.

    Digits never begin with 0: programs turn ids of digits into numbers, and back.
    """
    letters = _ALPHABETS[alphabet]
    digest = b"".join(_digest(seed, f"{alphabet}{part}") for part in range(1 + size // 32))
    found = "".join(letters[byte % len(letters)] for byte in digest[:size])
    return f"1{found[1:]}" if alphabet == "digits" and found.startswith("0") else found


def _digest(seed: bytes, purpose: str) -> bytes:
    return hashlib.sha256(seed + purpose.encode()).digest()


def _is_each(form: Any) -> bool:
    return isinstance(form, dict) and form.keys() == {"each", "is"}


_EMPTY: dict[str, Any] = {"int": 1, "float": 1, "bool": False, "Sequence": [], "List": []}
