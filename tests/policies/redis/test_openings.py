"""What opens one container of Docker, as its inputs say it."""

from __future__ import annotations

from typing import Any

import pytest

from policies.redis.published import Opening, opening
from policies.sighting import MARK

REDIS = {"image": "redis:7"}

# Any: whatever a document holds
OPENINGS: list[tuple[dict[str, Any], Opening | None]] = [
    ({}, None),
    ({"networkMode": "host"}, Opening("networkMode is host")),
    ({"networkMode": MARK}, Opening("networkMode is hidden", certain=False)),
    ({"networkMode": f"container:{MARK}"}, None),
    ({"networkMode": "bridge"}, None),
    ({"publishAllPorts": True}, Opening("publishAllPorts is true")),
    ({"publishAllPorts": "True"}, Opening("publishAllPorts is true")),
    ({"publishAllPorts": 1}, Opening("publishAllPorts is true")),
    ({"publishAllPorts": MARK}, Opening("publishAllPorts is hidden", certain=False)),
    ({"publishAllPorts": False}, None),
    ({"ports": MARK}, Opening("its ports are hidden", certain=False)),
    ({"ports": [{"internal": 80}, MARK]}, Opening("its ports are hidden", certain=False)),
    ({"ports": {"internal": 6379}}, Opening("its ports publish 6379")),
    ({"ports": [{"internal": "6379", "ip": ""}]}, Opening("its ports publish 6379")),
    ({"ports": [{"internal": 6379, "ip": "10.0.0.4"}]}, Opening("its ports publish 6379")),
    ({"ports": [{"internal": 6379, "ip": "127.0.0.1"}]}, None),
    ({"ports": [{"internal": 6379, "ip": MARK}]}, Opening("where its ports publish 6379 is hidden", certain=False)),
    ({"ports": [{"internal": 80, "ip": MARK}]}, None),
    ({"ports": [{"internal": MARK}]}, Opening("its ports publish a hidden one", certain=False)),
    ({"ports": [{"internal": MARK, "ip": "::1"}]}, None),
    ({"ports": [{"internal": 80}]}, None),
    ({"ports": [{"internal": 7000}], **REDIS}, Opening("its ports publish 7000")),
    ({"ports": [{"internal": 7000}], "command": ["--port", "7000"]}, Opening("its ports publish 7000")),
    ({"ports": [{"internal": 7000}], "entrypoints": ["x", "--port=7000"]}, Opening("its ports publish 7000")),
    ({"ports": [{"internal": 7000}], "command": ["--port=70000"]}, None),
    ({"ports": [{"internal": MARK}, {"internal": 6379}]}, Opening("its ports publish 6379")),
    ({"networkMode": MARK, "publishAllPorts": True}, Opening("publishAllPorts is true")),
]


@pytest.mark.parametrize(("container", "expected"), OPENINGS)
def test_what_opens_a_container_is_told_the_certain_first(container: dict[str, Any], expected: Opening | None) -> None:
    assert opening(container) == expected
