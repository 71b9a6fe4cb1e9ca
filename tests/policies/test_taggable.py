"""The types that take tags, held against the SDK."""

from __future__ import annotations

import ast
import json
from importlib.util import find_spec
from pathlib import Path

import policies
from policies.aws.types import GROUP

FILE = Path(policies.__file__ or "").parent / "data" / "aws-taggable.json"


def taggable() -> list[str]:
    """Every resource of the SDK that takes a map of tags, and scaling groups, which take a list."""
    spec = find_spec("pulumi_aws")
    assert spec is not None
    assert spec.origin is not None
    return sorted(filter(None, (_token(module) for module in Path(spec.origin).parent.rglob("*.py"))))


def _token(module: Path) -> str:
    text = module.read_text()
    start = text.find("@pulumi.type_token(")
    if start < 0:
        return ""
    token = str(ast.literal_eval(text[start:].partition("(")[2].partition(")")[0]))
    tags = "    tags: pulumi.Input[Optional[Mapping" in text or token == GROUP
    return token if tags and "/" in token else ""


def test_the_list_of_types_that_take_tags_is_the_sdks() -> None:
    assert json.loads(FILE.read_text()) == taggable()
