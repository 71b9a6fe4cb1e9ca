"""The SDK as the pack makes it for each test, and as it was afterwards."""

from __future__ import annotations

import pulumi_policy.policy as sdk
import pytest

from policies import host


@pytest.fixture(autouse=True)
def _as_in_the_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    servicer = sdk._PolicyAnalyzerServicer
    monkeypatch.setattr(sdk, "deserialize_properties", vars(sdk)["deserialize_properties"])  # undone at the end
    monkeypatch.setattr(servicer, "AnalyzeStack", servicer.AnalyzeStack)
    host.keep_secrets()
    host.analyse_once()
