"""Decision records have a number of their own and the same three parts."""

from __future__ import annotations

import re
from pathlib import Path

RECORDS = sorted((Path(__file__).resolve().parents[2] / "docs" / "decisions").glob("*.md"))


def test_no_two_records_have_the_same_number() -> None:
    numbers = [record.name[:4] for record in RECORDS]
    assert numbers == sorted(set(numbers))


def test_a_record_has_its_number_context_decision_and_consequences() -> None:
    for record in RECORDS:
        text = record.read_text()
        assert text.startswith(f"# {int(record.name[:4])}. ")
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
