"""The schemas that editors use are the models', and what is shipped fits them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from config.resolve import applications
from config.schema import application_schema, files, stack_schema
from config.settings import Settings
from config.stack import StackSettings
from config.stack_file import stacks
from tests.config.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel


@pytest.mark.parametrize("file", sorted(files()), ids=lambda file: file.name)
def test_a_committed_schema_is_the_models_own(file: Path) -> None:
    assert file.read_text() == files()[file], "the models have changed: run python -m config.schema"


@pytest.mark.parametrize("schema", [stack_schema(), application_schema()], ids=["stack", "application"])
def test_a_schema_is_one_itself(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    pointers = [value for key, value in _pairs(schema) if key == "$ref"]
    assert pointers
    assert all(pointer.removeprefix("#/$defs/") in schema["$defs"] for pointer in pointers)


@pytest.mark.parametrize("stack", stacks(ROOT))
def test_every_shipped_stack_file_fits_its_schema(stack: str) -> None:
    content = yaml.safe_load((ROOT / f"config/Pulumi.{stack}.yaml").read_text())
    jsonschema.validate(content, stack_schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("name", applications(ROOT))
def test_every_shipped_application_fits_its_schema(name: str) -> None:
    content = yaml.safe_load((ROOT / f"config/apps/{name}.yaml").read_text())
    jsonschema.validate(content, application_schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("slipway:overides", {}),
        ("app", "orders"),
        ("secrets:JWT_SECRET", "in clear"),
        ("slipway:environment", "testing"),
        ("slipway:app", "Orders"),
        ("slipway:topology", {"kind": "aws-ec2"}),
    ],
)
def test_an_editor_marks_what_the_models_refuse(key: str, value: object) -> None:
    content = yaml.safe_load((ROOT / "config/Pulumi.orders-dev.yaml").read_text())
    content["config"][key] = value
    validator = jsonschema.Draft202012Validator(stack_schema())
    assert list(validator.iter_errors(content))


def test_every_setting_has_a_description() -> None:
    missing = [
        f"{model.__name__}.{name}"
        for model in _models(Settings)
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert StackSettings in list(_models(Settings))
    assert missing == []


def test_every_model_is_immutable_and_knows_all_its_keys() -> None:
    loose = [model for model in _models(Settings) if not model.model_config.get("frozen")]
    open_ended = [model for model in _models(Settings) if model.model_config.get("extra") != "forbid"]
    assert (loose, open_ended) == ([], [])


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _pairs(value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, item
            yield from _pairs(item)
    elif isinstance(value, list):
        for item in value:
            yield from _pairs(item)


def test_a_schema_s_file_is_json_that_ends_with_a_line_feed() -> None:
    for text in files().values():
        json.loads(text)
        assert text.endswith("}\n")
