"""Writes docs/rule-mutants.md and docs/hidden-in-preview.md anew; tests hold both against the plans of today."""

from __future__ import annotations

import pytest

from slipway.files import write
from tests.policies.mutants.bases import record_all
from tests.policies.mutants.page import PAGE, mutants_page
from tests.policies.mutants.preview_page import PREVIEW_PAGE, preview_page
from tests.policies.sdk import as_in_the_pack


def main() -> None:
    record_all()
    with pytest.MonkeyPatch.context() as patch:
        as_in_the_pack(patch)
        pages = ((PAGE, mutants_page()), (PREVIEW_PAGE, preview_page()))
    for file, text in pages:
        write(file, text)


if __name__ == "__main__":
    main()
