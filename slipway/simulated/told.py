"""What exists although nobody made it here: a simulated account holds what its users' files speak of."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Told:
    """Whether an id or a name stands in the answers or in a stack file: somebody else made it, and it is there.

    The files are read when the first id is asked for that this cloud does not hold.
    """

    def __init__(self, answers: Mapping[str, Any], settings: Path | None) -> None:
        """`answers` is what an answers file holds, any JSON; `settings` a folder with stack files, at any depth."""
        self._answers = answers
        self._settings = settings

    def __call__(self, name: str) -> bool:
        """Whether the name is told of."""
        return bool(name) and bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", self._text))

    @cached_property
    def _text(self) -> str:
        files = sorted(self._settings.rglob("*.yaml")) if self._settings else ()
        return "\n".join([json.dumps(self._answers), *(file.read_text(encoding="utf-8") for file in files)])
