"""The guide to Docker engines: the stack file that it shows is one, and it tells of every setting."""

from __future__ import annotations

import re
from pathlib import Path

from config.docker import Docker
from config.docker_engine import Engine, PostgresContainer, RedisContainer, RegistryLogin, ServiceContainer
from config.effective import effective

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "containers-on-docker.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`.*?`) \| (.*) \|$", GUIDE, re.MULTILINE)


def test_the_stack_file_that_it_shows_is_accepted(tmp_path: Path) -> None:
    found = re.search(r"^```yaml\n(config:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    (tmp_path / "config" / "apps").mkdir(parents=True)
    (tmp_path / "config" / "apps" / "orders.yaml").write_text((ROOT / "config" / "apps" / "orders.yaml").read_text())
    (tmp_path / "config" / "Pulumi.orders-one.yaml").write_text(found[1])
    assert isinstance(effective(tmp_path, "orders-one").stack.topology, Docker)


def test_it_tells_of_every_setting() -> None:
    rows = {name for row, _ in ROWS for name in re.findall(r"`(\w+)`", row)}
    assert set(Docker.model_fields) - {"kind"} - rows == set()
    told = {name for row, text in ROWS for name in re.findall(r"`(\w+)[`:]", f"{row} {text}")}
    parts = (Engine, RegistryLogin, ServiceContainer, RedisContainer, PostgresContainer)
    assert {name for part in parts for name in part.model_fields} - told == set()
