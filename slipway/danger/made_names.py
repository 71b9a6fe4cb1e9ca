"""Physical names that providers make up for what is to be made: for each preview others.

Such a name is known by three signs, and by all of them only: the program did not write the property (the engine lists
the dependencies of each one that it did write), the text holds the resource's own name, and the rest of it looks
random.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_LETTER = re.compile(r"[a-z0-9]")
_RANDOM = re.compile(r"[0-9a-f]{6}|(?=[a-z]*[0-9])[a-z0-9]{6}")
_DIGITS = 7  # that Pulumi adds to a name where nobody says otherwise
_SHORTENED = 16  # letters of a name that was cut to fit; fewer could be anything


def made_names(state: Mapping[str, Any], name: str) -> dict[str, str]:
    """The inputs in a resource's state, which is Pulumi's JSON, that a provider made of its logical name."""
    written = state.get("propertyDependencies") or {}
    return {
        key: value
        for key, value in (state.get("inputs") or {}).items()
        if key not in written and isinstance(value, str) and _is_made_of(name, value)
    }


def _is_made_of(name: str, text: str) -> bool:
    """Whether a text is a resource's name with something random. Providers change case and signs, and cut to fit."""
    text, letters = text.casefold(), "".join(_LETTER.findall(name.casefold()))
    places = [found.start() for found in _LETTER.finditer(text)]
    only = "".join(text[place] for place in places)
    at = only.find(letters) if letters else -1
    if at >= 0:
        return bool(_RANDOM.search(f"{text[: places[at]]} {text[places[at + len(letters) - 1] + 1 :]}"))
    start = only[:-_DIGITS]
    return len(start) >= _SHORTENED and letters.startswith(start) and bool(_RANDOM.search(text[-_DIGITS:]))
