"""Rules see secrets as the pack lets them arrive; the SDK is as it was afterwards."""

from __future__ import annotations

import pulumi_policy.policy as sdk
import pytest

from policies import host


@pytest.fixture(autouse=True)
def _secrets_stay_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk, "deserialize_properties", vars(sdk)["deserialize_properties"])  # undone at the end
    host.keep_secrets()
