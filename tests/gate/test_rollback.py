"""Going back to a former release: what is deployed, and what the stack file says afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slipway.engine.results import PreviewResult
from slipway.gate.stages import REVIEWED
from slipway.gate.supervision import Ended
from tests.gate.noting import DIGEST, ONE, THREE, TWO, Noting, archive, noting, recorded, rolled, stack_file

if TYPE_CHECKING:
    from pathlib import Path


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


def test_settings_that_came_with_the_release_stay_and_are_named(tmp_path: Path) -> None:
    old = recorded(stack_file(tmp_path, ONE, ("max: 2", "max: 3")))
    engine = noting(tmp_path, TWO)
    engine.records.append(old)
    verdict = rolled(engine, tmp_path)
    assert "What was set otherwise with it stays as it is now: slipway:topology.services.api.max." in verdict.detail
    assert "max: 2" in engine.config_file.read_text()


def test_another_commit_than_the_one_deployed_last_is_named(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    engine.records[0]["environment"] = {"git.head": "0123456789abcdef"}
    assert "Deployed last was commit 0123456789ab, here is " in rolled(engine, tmp_path).detail
