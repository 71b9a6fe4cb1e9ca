"""The guide to the edge: the stack file that it shows is one, and it tells of every setting."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from config.cloudflare import Cloudflare
from config.cloudflare_worker import ObjectMigration, Worker
from config.effective import effective

if TYPE_CHECKING:
    from config.stack import StackSettings

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "edge.md").read_text(encoding="utf-8")


@pytest.fixture
def shown(tmp_path: Path) -> StackSettings:
    """The settings of the stack file that the guide shows."""
    found = re.search(r"^```yaml\n(config:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    (tmp_path / "config" / "apps").mkdir(parents=True)
    application = ROOT / "config" / "apps" / "helpdesk.yaml"
    (tmp_path / "config" / "apps" / "helpdesk.yaml").write_text(application.read_text())
    (tmp_path / "config" / "Pulumi.helpdesk-edge.yaml").write_text(found[1])
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001_tickets.sql").write_text("CREATE TABLE tickets (id INTEGER PRIMARY KEY);")
    return effective(tmp_path, "helpdesk-edge").stack


def test_the_stack_file_that_it_shows_is_accepted(shown: StackSettings) -> None:
    assert isinstance(shown.topology, Cloudflare)
    assert shown.topology.worker.replaces == tuple(shown.application.services)


def test_it_tells_of_every_setting() -> None:
    told = {name for row in re.findall(r"^\| (`.*?`) \|", GUIDE, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert set(Cloudflare.model_fields) - {"kind"} - told == set()
    assert [name for name in Worker.model_fields if name not in GUIDE] == []


def test_the_migrations_that_it_shows_are_sound() -> None:
    found = re.search(r"^```yaml\n(migrations:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    there: frozenset[str] = frozenset()
    for written in yaml.safe_load(found[1])["migrations"]:
        migration = ObjectMigration.model_validate(written)
        assert list(migration.problems(there)) == []
        there = migration.after(there)
    assert there == {"Room"}
