"""The guide to the engine tells of every fault and every look-up that there is, and its example is one."""

from __future__ import annotations

import json
import re
from pathlib import Path

from slipway.engine.fault_files import read_faults
from slipway.simulated.faults import KINDS
from slipway.simulated.lookups import _DATA, _MADE
from slipway.simulated.sdk import snake

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "engine.md").read_text()


def test_every_kind_of_fault_has_its_row() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \|", GUIDE, re.MULTILINE)) >= set(KINDS)


def test_the_faults_in_the_guide_are_read(tmp_path: Path) -> None:
    shown = re.search(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert shown is not None
    file = tmp_path / "faults.yaml"
    file.write_text(shown[1])

    assert [fault.kind for fault in read_faults(file)] == ["fail", "throttle", "replace"]


def test_every_look_up_that_is_answered_is_named() -> None:
    tokens = {token for token in json.loads(_DATA.read_text()) if ":" in token} | set(_MADE)
    listed = GUIDE.partition("## Look-ups")[2].partition("## Faults")[0]

    assert [token for token in sorted(tokens) if f"{snake(token.rpartition(':')[2])}`" not in listed] == []
