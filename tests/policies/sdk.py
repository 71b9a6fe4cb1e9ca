"""The SDK of policy packs as our pack makes it, for as long as a test runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_policy.policy as sdk

from policies import host

if TYPE_CHECKING:
    import pytest


def as_in_the_pack(patch: pytest.MonkeyPatch) -> None:
    """Change the SDK as the pack does; the patch undoes it. Once at a time."""
    servicer = sdk._PolicyAnalyzerServicer
    patch.setattr(sdk, "deserialize_properties", vars(sdk)["deserialize_properties"])  # undone at the end
    patch.setattr(servicer, "AnalyzeStack", servicer.AnalyzeStack)
    host.keep_secrets()
    host.analyse_once()
