"""The guide to single servers: the stack file that it shows is one, and it tells of every setting and secret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.effective import effective
from config.vps import ServiceOnServer, Vps
from config.vps_certificate import RecordProof
from config.vps_data import BackupPlace, ContinuousSqlite
from config.vps_room import needed_memory
from config.vps_server import SshAccess

if TYPE_CHECKING:
    from config.stack import StackSettings

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "servers.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`.*?`) \|", GUIDE, re.MULTILINE)
TOLD = {name for row in ROWS for name in re.findall(r"`(\w+)`", row)}


@pytest.fixture
def shown(tmp_path: Path) -> StackSettings:
    """The settings of the stack file that the guide shows."""
    found = re.search(r"^```yaml\n(config:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    (tmp_path / "config" / "apps").mkdir(parents=True)
    application = ROOT / "config" / "apps" / "helpdesk.yaml"
    (tmp_path / "config" / "apps" / "helpdesk.yaml").write_text(application.read_text())
    (tmp_path / "config" / "Pulumi.helpdesk-one.yaml").write_text(found[1])
    return effective(tmp_path, "helpdesk-one").stack


def test_the_stack_file_that_it_shows_is_accepted(shown: StackSettings) -> None:
    assert isinstance(shown.topology, Vps)
    assert shown.topology.overlaps("web")
    assert not shown.topology.overlaps("chat")


def test_it_tells_of_every_setting() -> None:
    assert set(Vps.model_fields) - {"kind"} - TOLD == set()
    assert [name for name in ServiceOnServer.model_fields if f"`{name}" not in GUIDE] == []


def test_it_tells_of_every_secret_that_the_topology_brings_along() -> None:
    defaults = {
        str(model.model_fields[name].default)
        for model, names in (
            (SshAccess, ("private_key",)),
            (BackupPlace, ("access_key", "secret_key", "passphrase")),
            (ContinuousSqlite, ("identity",)),
            (RecordProof, ("token",)),
        )
        for name in names
    }
    assert defaults - TOLD == set()


def test_the_memory_that_it_adds_up_is_what_is_asked_for(shown: StackSettings) -> None:
    assert isinstance(shown.topology, Vps)
    web, chat = 2 * (64 + 192), 64 + 192
    assert needed_memory(shown.topology, shown.application) == 448 + web + chat
