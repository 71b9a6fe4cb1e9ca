"""The JSON schemas of a stack file and of an application's file: for editors, and for `slipway schema`.

`python -m config.schema` writes them to config/schema/; a test fails when those files are not the models' any more.
A schema knows the shape of single values; what several values say together only the models check.
"""

from __future__ import annotations

import json
import pathlib
from typing import Any

from config.application import Application
from config.resolve import KEYS, NAMESPACE
from config.stack import StackFile

FOLDER = pathlib.Path(__file__).parent / "schema"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]  # Any: JSON schema, as deep as the models


def application_schema() -> Schema:
    """The schema of `config/apps/<name>.yaml`."""
    return {"$schema": _DIALECT, **Application.model_json_schema(), "title": "An application of Slipway"}


def stack_schema() -> Schema:
    """The schema of `config/Pulumi.<stack>.yaml`, the keys of Slipway in its `config:` block above all."""
    settings = StackFile.model_json_schema()
    own = {f"{NAMESPACE}:{key}": value for key, value in settings["properties"].items()}
    own[f"{NAMESPACE}:overrides"] = {
        "type": "object",
        "description": "Laid over the application's file: maps merge, lists replace, null deletes. No secrets.",
    }
    config: Schema = {
        "type": "object",
        "properties": own,
        "patternProperties": {
            f"^{NAMESPACE}:(?!(?:{'|'.join(KEYS)})$)": False,
            "^[^:]*$": False,
            "^secrets:": {
                "type": "object",
                "properties": {"secure": {"type": "string"}},
                "required": ["secure"],
                "additionalProperties": False,
                "description": "A secret, encrypted: pulumi config set --secret secrets:NAME",
            },
        },
        "required": [f"{NAMESPACE}:{key}" for key in settings["required"]],
    }
    return {
        "$schema": _DIALECT,
        "title": "A stack of Slipway",
        "type": "object",
        "properties": {"config": config},
        "required": ["config"],
        "$defs": settings["$defs"],
    }


def as_text(schema: Schema) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def files() -> dict[pathlib.Path, str]:
    """The content of each schema's file."""
    return {
        FOLDER / "application.json": as_text(application_schema()),
        FOLDER / "stack.json": as_text(stack_schema()),
    }


def _write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for file, text in files().items():
        new = file.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.replace(file)


if __name__ == "__main__":
    _write()
