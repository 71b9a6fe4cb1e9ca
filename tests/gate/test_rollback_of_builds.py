"""Going back where the deployment builds its images: by digest, without a build and without a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.results import Step
from slipway.errors import UsageError
from slipway.gate.stages import Gate
from slipway.project import Project
from tests.gate.noting import ROOT, Noting, recorded, release_in, rolled

if TYPE_CHECKING:
    from pathlib import Path

A, B, C, X = (f"sha256:{digit * 64}" for digit in "abc9")
ONE = """\
# Ours.
config:
  slipway:topology:
    kind: aws-ecs
    release: # of the shop
      kind: build
      context: ../orders # beside this one
    architecture: arm64
"""
SEVERAL = ONE.replace("kind: build\n", "kind: builds\n").replace(
    "context: ../orders # beside this one", "builds: {api: {context: ../orders}, jobs: {context: ../orders}}"
)
NOTED = Step("same", "urn:pulumi:dev::slipway::slipway:aws:ImageRepository::orders-images")


def deployed(file: Path, until: str = "", result: str = "succeeded") -> dict[str, Any]:
    """A record of the backend's: its message notes which images ran until then."""
    message = f"Mend the till\n\nImages until then: {until}" if until else "Mend the till"
    return {**recorded(file, result), "message": message}


def engine_with(folder: Path, text: str, *records: tuple[str, str], running: dict[str, str]) -> Noting:
    """An engine that has deployed this file again and again: what ran until then, and how it ended, oldest first."""
    file = folder / "stack.yaml"
    file.write_text(text)
    kept = [deployed(file, until, result) for until, result in records]
    return Noting(Project.find(ROOT), kept[::-1], file, images=running, steps=(NOTED,))


def test_the_image_before_runs_again_and_the_file_names_it_with_all_its_comments(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, ONE, ("", "succeeded"), (f"api={A},jobs={A}", "succeeded"), running={"api": B})
    verdict = rolled(engine, tmp_path)
    assert (verdict.exit_code, verdict.deployed) == (0, True)
    named = f"../orders # beside this one\n      digest: {A}\n"
    assert engine.config_file.read_text() == ONE.replace("../orders # beside this one\n", named)
    assert "Nothing is built until `digest` is taken out of the stack file again" in verdict.detail
    assert "never deployed" not in verdict.detail


def test_what_the_next_deployment_must_know_is_noted_with_this_one(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, ONE, ("", "succeeded"), (f"api={A}", "succeeded"), running={"api": B, "jobs": B})
    rolled(engine, tmp_path)
    (_, _, previewed), (_, _, message) = engine.planned
    assert message == f"{previewed}\n\nImages until then: api={B},jobs={B}"
    assert previewed.startswith("Roll back from build ../orders sha256:bbbbbbbbbbbb… to build ../orders sha256:aaaa")


def test_an_ordinary_deployment_notes_it_behind_the_title_of_its_commit(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, ONE, ("", "succeeded"), running={"api": B})
    Gate(engine=engine, folder=tmp_path / "out").up()  # type: ignore[arg-type]  # it has what the stages use
    title, _, note = engine.planned[-1][2].partition("\n\n")
    assert note == f"Images until then: api={B}"
    assert title
    assert engine.planned[0][2] == ""  # of a preview nothing is recorded


def test_whoever_has_gone_back_goes_further_back_next_and_not_to_what_they_left(tmp_path: Path) -> None:
    engine = engine_with(
        tmp_path, ONE, ("", "succeeded"), (f"api={A}", "succeeded"), (f"api={B}", "succeeded"), running={"api": C}
    )
    for left, to in ((C, B), (B, A)):
        assert rolled(engine, tmp_path).exit_code == 0
        assert release_in(engine.config_file)["digest"] == to
        engine.records.insert(0, deployed(engine.config_file, f"api={left}"))
        engine.images.update(api=to)  # type: ignore[attr-defined]  # it is a dict
    with pytest.raises(UsageError, match="no other release was deployed before"):
        rolled(engine, tmp_path)


def test_deployments_that_failed_are_left_for_the_last_that_went_well(tmp_path: Path) -> None:
    failed = (f"api={B}", "failed")
    went_well = (("", "succeeded"), (f"api={A}", "failed"), (f"api={A}", "succeeded"))
    engine = engine_with(tmp_path, ONE, *went_well, failed, failed, running={"api": B})
    assert rolled(engine, tmp_path).exit_code == 0
    assert release_in(engine.config_file)["digest"] == B


def test_what_only_plain_pulumi_has_deployed_is_no_ground_to_build_again(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, ONE, ("", "succeeded"), ("", "succeeded"), running={"api": B})
    with pytest.raises(UsageError, match=r"no other image is known .*--to sha256:…(.|\n)*aws ecr describe-images"):
        rolled(engine, tmp_path)
    assert engine.asked == []


def test_what_plain_pulumi_has_deployed_since_is_told_where_it_is_passed_over(tmp_path: Path) -> None:
    records = (("", "succeeded"), (f"api={A}", "succeeded"), ("", "succeeded"))  # of the second one nobody knows
    engine = engine_with(tmp_path, ONE, *records, running={"api": C})
    engine.records[1]["endTime"] = "2026-11-29T12:00:00.000Z"
    verdict = rolled(engine, tmp_path)
    assert release_in(engine.config_file)["digest"] == A
    told = (
        "Images that no record tells of were perhaps deployed in between: 2026-11-29T12:00:00.000Z. To go back to one"
    )
    assert told in verdict.detail


def test_who_goes_back_twice_never_builds_what_is_checked_out_for_an_image_that_nobody_noted(tmp_path: Path) -> None:
    """After the second deployment came plain pulumi: of the second one's image nobody knows."""
    records = (("", "succeeded"), (f"api={A}", "succeeded"), ("", "succeeded"), (f"api={B}", "succeeded"))
    engine = engine_with(tmp_path, ONE, *records, running={"api": C})
    for left, to in ((C, B), (B, A)):
        verdict = rolled(engine, tmp_path)
        assert release_in(engine.config_file).get("digest") == to
        engine.records.insert(0, deployed(engine.config_file, f"api={left}"))
        engine.images.update(api=to)  # type: ignore[attr-defined]  # it is a dict
    assert "no record tells of were perhaps deployed in between" in verdict.detail


def test_nothing_is_told_of_deployments_between_where_all_their_images_are_known(tmp_path: Path) -> None:
    records = (("", "succeeded"), (f"api={A}", "succeeded"), (f"api={B}", "succeeded"))
    engine = engine_with(tmp_path, ONE, *records, running={"api": C})
    assert "no record tells" not in rolled(engine, tmp_path, to="2").detail
    assert release_in(engine.config_file)["digest"] == A


@pytest.mark.parametrize("to", [f"sha256:{A[7:19]}…", A[:14], A[7:14], f"{A[7:19]}…", A])
def test_an_image_can_be_named_as_it_is_shown(tmp_path: Path, to: str) -> None:
    records = (("", "succeeded"), (f"api={A}", "succeeded"))
    engine = engine_with(tmp_path, ONE, *records, running={"api": B})
    assert rolled(engine, tmp_path, to=to).exit_code == 0
    assert release_in(engine.config_file)["digest"] == A


def test_an_image_that_no_record_tells_of_can_be_named(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, ONE, ("", "succeeded"), running={"api": B})
    verdict = rolled(engine, tmp_path, to=X)
    assert (verdict.exit_code, release_in(engine.config_file)["digest"]) == (0, X)
    assert "sha256:999999999999…, which was named and stands in no record" in verdict.detail


@pytest.mark.parametrize(
    ("to", "named"),
    [
        (f"api={X}", {"api": X, "jobs": C}),
        (f"api={X},jobs={A}", {"api": X, "jobs": A}),
        (f"api={X}, jobs={A}", {"api": X, "jobs": A}),
    ],
)
def test_of_several_images_those_that_are_not_named_stay_what_they_are(
    tmp_path: Path, to: str, named: dict[str, str]
) -> None:
    engine = engine_with(tmp_path, SEVERAL, ("", "succeeded"), running={"api": B, "jobs": C})
    assert rolled(engine, tmp_path, to=to).exit_code == 0
    builds = release_in(engine.config_file)["builds"]
    assert {name: each["digest"] for name, each in builds.items()} == named


@pytest.mark.parametrize(
    ("text", "to", "running", "said"),
    [
        (ONE, f"api={X}", {"api": B}, "names an image for api; this stack's release takes sha256:… alone"),
        (SEVERAL, X, {"api": B}, "names an image for all services; .* takes SERVICE=sha256:…: api, jobs"),
        (SEVERAL, f"api={X}", {}, "which image jobs runs is not known, and it would be built: name it too"),
        (ONE, "sha256:12", {"api": B}, "names no release that was deployed"),
        (ONE, f"{X},{A}", {"api": B}, "names no release that was deployed"),
        (SEVERAL, f"api={X},jobs={A},api={A}", {"api": B, "jobs": B}, "names no release that was deployed"),
    ],
)
def test_an_image_that_is_no_service_s_or_would_be_built_is_refused(
    tmp_path: Path, text: str, to: str, running: dict[str, str], said: str
) -> None:
    engine = engine_with(tmp_path, text, ("", "succeeded"), running=running)
    with pytest.raises(UsageError, match=said):
        rolled(engine, tmp_path, to=to)
    assert engine.asked == []


def test_what_is_built_from_other_files_than_before_can_still_be_gone_back_to(tmp_path: Path) -> None:
    """Nobody has noted its image, so the former Dockerfile is what the file says then."""
    engine = engine_with(tmp_path, ONE.replace("../orders", "../shop"), ("", "succeeded"), running={})
    file = engine.config_file
    file.write_text(ONE)
    engine.records.insert(0, deployed(file))
    verdict = rolled(engine, tmp_path)
    assert (verdict.exit_code, release_in(file)) == (0, {"kind": "build", "context": "../shop"})
    assert "one is built of what is checked out, and may be another one." in verdict.detail
