"""The settings that the guides show are settings: each block is laid over a shipped stack and must be accepted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from config.merge import merge
from config.resolve import Given, read_application, settle
from config.stack_file import read_stack_file, stack_values

if TYPE_CHECKING:
    from config.values import Json

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```yaml\n(?P<text>slipway:.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str]]:
    return [
        (f"{guide.name}: {found['text'].splitlines()[-1].strip()[:40]}", found["text"])
        for guide in sorted((ROOT / "docs").glob("*.md"))
        for found in BLOCK.finditer(guide.read_text())
    ]


def test_there_are_blocks() -> None:
    assert len(blocks()) >= 3


def both(written: Json, shown: Json) -> Json:
    """Overrides as one would write them together: a null stays, since it deletes in the application."""
    if not isinstance(shown, dict) or not isinstance(written, dict):
        return shown
    shared = {key: both(written[key], value) for key, value in shown.items() if key in written}
    return {**written, **shown, **shared}


def anew(written: Json, shown: Json) -> Json:
    """What is written, without what the guide shows in another form: whoever chooses one writes all of it."""
    if not isinstance(shown, dict) or not isinstance(written, dict):
        return written
    if "kind" in shown and shown["kind"] != written.get("kind"):
        return {}
    return {key: anew(value, shown[key]) if key in shown else value for key, value in written.items()}


@pytest.mark.parametrize("text", [text for _, text in blocks()], ids=[name for name, _ in blocks()])
def test_settings_that_a_guide_shows_are_accepted(text: str) -> None:
    shown = {key.removeprefix("slipway:"): value for key, value in yaml.safe_load(text).items()}
    written = stack_values(read_stack_file(ROOT, "orders-production"))
    values = merge(anew(written, shown), {key: value for key, value in shown.items() if key != "overrides"})
    assert isinstance(values, dict)
    values["overrides"] = both(written.get("overrides"), shown.get("overrides", {}))
    settings = settle(Given(values, read_application(ROOT, "orders", "here"), None))
    assert settings.app == "orders"
