"""Going back to a former release: what is refused, what the stack file says afterwards; with an engine that notes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from slipway.engine.cli import EngineError
from slipway.engine.results import PreviewResult, RunResult
from slipway.errors import UsageError
from slipway.gate.rollback import Wish, roll_back
from slipway.gate.stages import REVIEWED, Gate
from slipway.gate.supervision import Ended
from slipway.project import Project, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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

    def history(self) -> Iterator[Mapping[str, Any]]:
        yield from self.records

    def preview(self) -> tuple[Ended, PreviewResult]:
        self._note("preview")
        return Ended(exit_code=0, stdout="{}", stderr=""), PreviewResult(0, "{}", "")

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
    """The key of the archive that a stack file names."""
    key: str = yaml.safe_load(file.read_text())["config"]["slipway:topology"]["release"]["key"]
    return key


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


def test_the_former_release_is_deployed_and_the_file_names_it_with_all_its_comments(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    before = engine.config_file.read_text()
    engine.config_file.chmod(0o640)
    verdict = rolled(engine, tmp_path)

    assert (verdict.exit_code, verdict.stage, verdict.deployed) == (0, "rollback", True)
    assert engine.config_file.read_text() == before.replace(TWO, ONE).replace(DIGEST[TWO], DIGEST[ONE])
    assert engine.config_file.stat().st_mode & 0o777 == 0o640
    assert engine.asked == ["preview", "up"]
    about = (
        "Roll back from archive acme-releases-us-east-1 orders/2.tar.gz 2b2b2b2b2b2b… to archive "
        "acme-releases-us-east-1 orders/1.tar.gz 1a1a1a1a1a1a…"
    )
    assert engine.planned == [(ONE, True, about)] * 2
    assert "from  archive acme-releases-us-east-1 orders/2.tar.gz" in verdict.detail
    assert "No migration is undone" in verdict.detail
    assert f"{engine.config_file} names that release now: commit it" in verdict.detail
    assert [file.name for file in (tmp_path / "out").glob("*.yaml")] == []


def test_a_dry_run_shows_the_way_and_changes_nothing(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO, THREE)
    before = engine.config_file.read_text()
    verdict = rolled(engine, tmp_path, dry=True)
    assert (verdict.exit_code, verdict.deployed, engine.asked) == (0, False, ["preview"])
    assert engine.planned[0][0] == TWO
    assert engine.config_file.read_text() == before
    assert "--to 2  archive acme-releases-us-east-1 orders/1.tar.gz" in verdict.detail
    assert not (tmp_path / "out" / REVIEWED).exists()  # nobody can review what no commit has


@pytest.mark.parametrize("to", ["2", ONE, "1.tar.gz", DIGEST[ONE], "1a1a1a1"])
def test_any_release_that_was_deployed_can_be_named(tmp_path: Path, to: str) -> None:
    engine = noting(tmp_path, ONE, TWO, THREE)
    assert rolled(engine, tmp_path, to=to).exit_code == 0
    assert archive(engine.config_file) == ONE


def test_a_locked_stack_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO, locks=False)
    before = engine.config_file.read_text()
    verdict = rolled(engine, tmp_path)
    assert (verdict.exit_code, engine.asked) == (1, ["preview", "up"])
    assert "the stack is locked: nothing was changed." in verdict.headline
    assert engine.config_file.read_text() == before
    assert f"{engine.config_file} is as it was." in verdict.detail


def test_a_file_that_somebody_changes_meanwhile_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = noting(tmp_path, ONE, TWO)
    theirs = engine.config_file.read_text() + "# mine\n"
    preview = Noting.preview

    def meanwhile(one: Noting) -> tuple[Ended, PreviewResult]:
        engine.config_file.write_text(theirs)
        return preview(one)

    monkeypatch.setattr(Noting, "preview", meanwhile)
    with pytest.raises(UsageError, match="was changed while the preview ran: nothing is deployed"):
        rolled(engine, tmp_path)
    assert (engine.asked, engine.config_file.read_text()) == (["preview"], theirs)


def test_a_rollback_that_the_rules_stop_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = noting(tmp_path, ONE, TWO)
    broken = Ended(exit_code=1, stdout="{}", stderr=""), PreviewResult(1, "{}", "the program failed")
    monkeypatch.setattr(Noting, "preview", lambda _: broken)
    verdict = rolled(engine, tmp_path)
    assert (verdict.exit_code, engine.asked, archive(engine.config_file)) == (1, [], TWO)


def test_a_release_that_failed_is_left_for_the_one_before(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    engine.records[0]["result"] = "failed"
    verdict = rolled(engine, tmp_path)
    assert (verdict.exit_code, archive(engine.config_file)) == (0, ONE)
    assert "which failed 2026-11-29" in verdict.detail


def test_a_file_that_names_the_former_release_already_stays(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    before = stack_file(tmp_path, ONE).read_text()  # as after `git revert`
    verdict = rolled(engine, tmp_path)
    assert (verdict.exit_code, engine.planned[1][0]) == (0, ONE)
    assert engine.config_file.read_text() == before
    assert "named that release already" in verdict.detail


def test_a_release_that_was_never_deployed_gives_way_and_is_named(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    stack_file(tmp_path, THREE)
    verdict = rolled(engine, tmp_path)
    assert (verdict.exit_code, archive(engine.config_file)) == (0, ONE)
    assert "names another one, which was never deployed and gives way too" in verdict.detail


def test_other_changes_of_the_file_are_refused_and_named_until_they_are_wanted(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    stack_file(tmp_path, TWO, ("max: 2", "max: 3"), ("http://localhost:5173", "http://localhost:5174"))
    with pytest.raises(UsageError, match=r"slipway:overrides\.frontend\.url, slipway:topology\.services\.api\.max\."):
        rolled(engine, tmp_path)
    assert engine.asked == []
    verdict = rolled(engine, tmp_path, with_other_changes=True)
    assert (verdict.exit_code, archive(engine.config_file)) == (0, ONE)
    assert "max: 3" in engine.config_file.read_text()


def test_settings_that_came_with_the_release_stay_and_are_named(tmp_path: Path) -> None:
    old = recorded(stack_file(tmp_path, ONE, ("max: 2", "max: 3")))
    engine = noting(tmp_path, TWO)
    engine.records.append(old)
    verdict = rolled(engine, tmp_path)
    assert "What was set otherwise with it stays as it is now: slipway:topology.services.api.max." in verdict.detail
    assert "max: 2" in engine.config_file.read_text()


def test_a_secret_that_came_or_went_is_another_change_and_its_value_is_not_known(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    engine.records[0]["config"]["secrets:JWT_SECRET"] = {"secret": True}
    with pytest.raises(UsageError, match=r"more than the release: secrets:JWT_SECRET\."):
        rolled(engine, tmp_path)


def test_another_commit_than_the_one_deployed_last_is_named(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    engine.records[0]["environment"] = {"git.head": "0123456789abcdef"}
    assert "Deployed last was commit 0123456789ab, here is " in rolled(engine, tmp_path).detail


@pytest.mark.parametrize(
    ("keys", "wish", "said"),
    [
        ((ONE,), {}, "no other release was deployed before archive acme-releases-us-east-1 orders/1.tar.gz"),
        ((ONE, TWO, ONE), {}, r"Name one, with --to, that came after it.\nDeployed before were:\n  archive .*2.tar.gz"),
        ((ONE, TWO), {"to": "2"}, "--to 2: 1 came before the last one; give 1 to 1"),
        ((ONE, TWO), {"to": "0"}, "--to 0: 1 came before"),
        ((ONE, TWO), {"to": THREE}, "--to orders/3.tar.gz: names no release that was deployed and was left"),
        ((ONE, TWO), {"to": TWO}, "names no release that was deployed and was left"),
        ((ONE, TWO, THREE), {"to": "acme-releases-us-east-1"}, "names more than one release"),
    ],
)
def test_what_names_no_former_release_is_refused(
    tmp_path: Path, keys: tuple[str, ...], wish: dict[str, str], said: str
) -> None:
    engine = noting(tmp_path, *keys)
    with pytest.raises(UsageError, match=said):
        rolled(engine, tmp_path, **wish)
    assert engine.asked == []


def test_records_that_tell_nothing_are_no_ground_to_go_back_on(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    gone = recorded(engine.config_file, kind="destroy")
    for records, said in (
        ([], "was never deployed"),
        ([gone, *engine.records], "was taken down after its last deployment"),
        ([{"kind": "update", "result": "succeeded"}, *engine.records], "names no release"),
    ):
        with pytest.raises(UsageError, match=said):
            rolled(replace(engine, records=records), tmp_path)


def test_a_backend_that_does_not_know_the_stack_is_told_from_one_that_cannot_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = noting(tmp_path, ONE, TWO)
    for said, code, headline in (
        (f"no stack named '{STACK}' found", 2, "the backend has no stack"),
        ("no such bucket", 1, "what was deployed could not be read: nothing was changed."),
    ):

        def refused(_: Noting, said: str = said) -> Iterator[Mapping[str, Any]]:
            raise EngineError(said)

        monkeypatch.setattr(Noting, "history", refused)
        verdict = rolled(engine, tmp_path)
        assert (verdict.exit_code, headline in verdict.headline, engine.asked) == (code, True, [])


def test_a_release_that_is_an_alias_is_not_changed_and_the_line_to_write_is_told(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    content = yaml.safe_load(engine.config_file.read_text())
    release = content["config"]["slipway:topology"].pop("release")
    text = f"x: &x {release}\n" + yaml.safe_dump(content, sort_keys=False)
    engine.config_file.write_text(text.replace("    kind: aws-ec2\n", "    kind: aws-ec2\n    release: *x\n", 1))
    with pytest.raises(UsageError, match=r"an alias or a text. Write it yourself, .*\n  release: \{kind: archive, b"):
        rolled(engine, tmp_path)


def test_a_project_without_our_settings_has_no_release(tmp_path: Path) -> None:
    pets = Project.find(ROOT / "tests" / "engine" / "programs" / "pets")
    with pytest.raises(UsageError, match="is no Slipway"):
        rolled(replace(noting(tmp_path, ONE, TWO), project=pets), tmp_path)
