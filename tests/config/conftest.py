from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from config.effective import Effective, effective
from config.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
STACK = "orders-dev"


@dataclass(frozen=True)
class Files:
    """The shipped application and stack in a folder of their own, to be changed."""

    root: Path

    @property
    def stack(self) -> Path:
        return self.root / "config" / f"Pulumi.{STACK}.yaml"

    @property
    def application(self) -> Path:
        return self.root / "config" / "apps" / "orders.yaml"

    def replace(self, file: Path, old: str, new: str) -> None:
        text = file.read_text()
        assert old in text, f"{file.name} has no {old!r}"
        file.write_text(text.replace(old, new, 1))

    def add(self, file: Path, text: str) -> None:
        file.write_text(file.read_text() + text)

    def read(self) -> Effective:
        return effective(self.root, STACK)

    def messages(self) -> tuple[str, ...]:
        """What is wrong with the files, without their folder."""
        with pytest.raises(ConfigError) as refused:
            self.read()
        return tuple(message.removeprefix("config/") for message in refused.value.messages)

    def line(self, file: Path, text: str) -> int:
        """The line in which a text stands, from 1."""
        lines = file.read_text().splitlines()
        return 1 + next(number for number, line in enumerate(lines) if text in line)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    shipped = ROOT / "config"
    (tmp_path / "config" / "apps").mkdir(parents=True)
    made = Files(tmp_path)
    made.stack.write_text((shipped / made.stack.name).read_text())
    made.application.write_text((shipped / "apps" / made.application.name).read_text())
    return made
