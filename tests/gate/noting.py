"""A stack that has deployed some releases, and an engine that only notes what it is asked to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from slipway.engine.results import PreviewResult, RunResult
from slipway.gate.rollback import Wish, roll_back
from slipway.gate.stages import Gate
from slipway.gate.supervision import Ended
from slipway.project import Project, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.engine.results import Step
    from slipway.gate.engine import Engine
    from slipway.gate.running import Mark
    from slipway.gate.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]
STACK = "orders-dev"
ONE, TWO, THREE = (f"orders/{number}.tar.gz" for number in (1, 2, 3))
DIGEST = {ONE: "1a" * 32, TWO: "2b" * 32, THREE: "3c" * 32}
FIRST = "orders/2026-11-20.1.tar.gz", "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a"
LOCKED = "error: the stack is currently locked by 1 lock(s)"
Records = list[dict[str, Any]]  # as the engine prints them: any JSON


@dataclass(frozen=True)
class Noting:
    """An engine that only notes what it is asked. `locks` is whether it gets as far as to lock the stack."""

    project: Project
    records: Records
    config_file: Path
    stack: str = STACK
    locks: bool = True
    refresh: bool = False
    message: str = ""
    asked: list[str] = field(default_factory=list)
    planned: list[Any] = field(default_factory=list)
    steps: tuple[Step, ...] = ()
    images: Mapping[str, str] = field(default_factory=dict)

    def history(self) -> Iterator[Mapping[str, Any]]:
        yield from self.records

    def outputs(self) -> Mapping[str, Any]:
        return {"images": {name: f"registry.example.com/orders@{digest}" for name, digest in self.images.items()}}

    def preview(self) -> tuple[Ended, PreviewResult]:
        self._note("preview")
        return Ended(exit_code=0, stdout="{}", stderr=""), PreviewResult(0, "{}", "", steps=self.steps)

    def up(self, mark: Mark) -> tuple[Ended, RunResult]:
        self._note("up")
        if not self.locks:
            return Ended(exit_code=255, stdout="", stderr=""), RunResult(255, "", LOCKED)
        mark.events.write_text("{}\n")
        return Ended(exit_code=0, stdout="", stderr=""), RunResult(0, "", "")

    def _note(self, what: str) -> None:
        self.asked.append(what)
        self.planned.append((archive(self.config_file), self.refresh, self.message))


def archive(file: Path) -> str:
    """The key of the archive that a stack file names, empty where it names none."""
    key: str = release_in(file).get("key", "")
    return key


def release_in(file: Path) -> dict[str, Any]:
    """The release that a stack file names: any YAML."""
    found: dict[str, Any] = yaml.safe_load(file.read_text())["config"]["slipway:topology"]["release"]
    return found


def stack_file(folder: Path, key: str, *more: tuple[str, str]) -> Path:
    """Our own stack file with this release."""
    text = (ROOT / "config" / f"Pulumi.{STACK}.yaml").read_text()
    for old, new in [*zip(FIRST, (key, DIGEST[key]), strict=True), *more]:
        assert old in text
        text = text.replace(old, new)
    file = folder / "stack.yaml"
    file.write_text(text)
    return file


def recorded(file: Path, result: str = "succeeded", kind: str = "update") -> dict[str, Any]:
    """What the backend records of a deployment with this file."""
    objects = Project.find(ROOT).config_in(file).objects
    config: dict[str, Any] = {key: {"value": as_text(value), "secret": False} for key, value in objects.items()}
    return {"kind": kind, "result": result, "endTime": "2026-11-29T04:57:55.000Z", "config": config}


def noting(folder: Path, *keys: str, **more: Any) -> Noting:
    """An engine that has deployed these releases, and the file that names the last of them."""
    records = [recorded(stack_file(folder, key)) for key in keys]
    return Noting(Project.find(ROOT), records[::-1], stack_file(folder, keys[-1]), **more)


def rolled(engine: Noting, folder: Path, **wish: Any) -> Verdict:
    used: Engine = engine  # type: ignore[assignment]  # it has what the stages use
    return roll_back(Gate(engine=used, folder=folder / "out"), Wish(**wish))
