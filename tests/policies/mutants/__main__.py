"""Writes docs/rule-mutants.md anew; a test holds it against the plans of today."""

from __future__ import annotations

from tests.policies.mutants.bases import record_all
from tests.policies.mutants.page import PAGE, mutants_page


def main() -> None:
    record_all()
    for file, text in ((PAGE, mutants_page()),):
        fresh = file.with_suffix(".fresh")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)


if __name__ == "__main__":
    main()
