"""The engine's preview of each shipped stack, with our policy pack: one for all tests of a session."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.engine.workspace import Workspace

if TYPE_CHECKING:
    from slipway.engine.results import PreviewResult

ROOT = Path(__file__).parents[2]
ANSWERS = ROOT / "examples" / "answers.yaml"


@cache
def preview_of(stack: str, pulumi: Path) -> PreviewResult:
    """What the engine plans for a shipped stack, and what the pack finds in it."""
    with Workspace(ROOT, pulumi=pulumi, answers=ANSWERS, autoname=False) as workspace:
        return workspace.preview(stack, policy_packs=[ROOT / "policies"])
