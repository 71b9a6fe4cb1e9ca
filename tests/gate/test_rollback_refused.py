"""What is no ground to go back on, and says so before anything is done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from slipway.engine.cli import EngineError
from slipway.errors import UsageError
from slipway.project import Project
from tests.gate.noting import ONE, ROOT, STACK, THREE, TWO, Noting, archive, noting, recorded, rolled, stack_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from slipway.engine.results import PreviewResult
    from slipway.gate.supervision import Ended


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


def test_other_changes_of_the_file_are_refused_and_named_until_they_are_wanted(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    stack_file(tmp_path, TWO, ("max: 2", "max: 3"), ("http://localhost:5173", "http://localhost:5174"))
    with pytest.raises(UsageError, match=r"slipway:overrides\.frontend\.url, slipway:topology\.services\.api\.max\."):
        rolled(engine, tmp_path)
    assert engine.asked == []
    verdict = rolled(engine, tmp_path, with_other_changes=True)
    assert (verdict.exit_code, archive(engine.config_file)) == (0, ONE)
    assert "max: 3" in engine.config_file.read_text()


def test_a_secret_that_came_or_went_is_another_change_and_its_value_is_not_known(tmp_path: Path) -> None:
    engine = noting(tmp_path, ONE, TWO)
    engine.records[0]["config"]["secrets:JWT_SECRET"] = {"secret": True}
    with pytest.raises(UsageError, match=r"more than the release: secrets:JWT_SECRET\."):
        rolled(engine, tmp_path)


@pytest.mark.parametrize(
    ("keys", "wish", "said"),
    [
        ((ONE,), {}, "no other release was deployed before archive acme-releases-us-east-1 orders/1.tar.gz"),
        ((ONE, TWO, ONE), {}, r"Name one, with --to, that came after it.\nDeployed before were:\n  archive .*2.tar.gz"),
        ((ONE, TWO), {"to": "2"}, "--to 2: 1 came before the last one; give 1 to 1"),
        ((ONE, TWO), {"to": "0"}, "--to 0: 1 came before"),
        ((ONE, TWO), {"to": THREE}, "--to orders/3.tar.gz: names no release that was deployed and was left"),
        ((ONE, TWO), {"to": TWO}, "names the release that was deployed last. Give how many releases to go back, or"),
        ((ONE, TWO), {"to": ""}, "--to '': names no release"),
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
