"""Shell scripts, and files of builds that hold some, out of templates."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEMPLATES = Path(__file__).parent / "templates"


def script(template: str, values: Mapping[str, object]) -> str:
    """The text that a template makes of these values.

    Its filter `sh` quotes a word for the shell, and `words` writes a command as Dockerfiles have one without a shell.
    """
    environment = jinja2.Environment(  # noqa: S701 - a shell script is no HTML
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["sh"] = shlex.quote
    environment.filters["words"] = json.dumps
    return environment.get_template(template).render(values)
