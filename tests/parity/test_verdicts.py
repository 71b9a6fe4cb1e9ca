"""The pack in the engine's own preview of a shipped stack says what docs/hidden-in-preview.md says that it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.host import UNPROVEN
from tests.parity.shipped import preview_of
from tests.policies.mutants.hosts import in_the_host
from tests.policies.sdk import as_in_the_pack
from tests.stacks.project import SHIPPED, planned

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("stack", SHIPPED)
def test_the_pack_finds_in_the_engine_what_it_finds_in_the_preview_of_a_plan(
    stack: str, pulumi_cli: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_in_the_pack(monkeypatch)
    preview = preview_of(stack, pulumi_cli)
    found = {
        (each.policy.removesuffix(UNPROVEN), each.urn, "unproven" if "not proven: " in each.message else "violation")
        for each in preview.violations
    }

    assert preview.ok, preview.errors
    assert found == in_the_host(planned(stack).plan)
    assert {each.level for each in preview.violations} <= {"advisory"}
