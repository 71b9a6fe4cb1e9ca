"""`python -m slipway.danger`, as a gate runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.danger.steps import BUCKET, state, urn

ROOT = Path(__file__).parents[2]
FILES = urn(BUCKET, "files")
LOSS = {"steps": [{"op": "delete", "urn": FILES, "oldState": state(BUCKET, "files")}], "changeSummary": {"delete": 1}}


def judged(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "slipway.danger", *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        check=False,
        text=True,
    )


def test_lost_data_ends_with_5_and_how_to_approve_which_then_ends_with_0(tmp_path: Path) -> None:
    file = tmp_path / "preview.json"
    file.write_text(json.dumps(LOSS))
    refused = judged(str(file))
    approved = judged(str(file), "--approve", FILES)

    assert (refused.returncode, refused.stderr) == (5, "")
    assert f"DATA ENDANGERED: {FILES}" in refused.stdout
    assert f"--approve {FILES}" in refused.stdout
    assert approved.returncode == 0
    assert f"approved: {FILES}" in approved.stdout


def test_approvals_come_from_a_file_too_and_needless_ones_are_reported(tmp_path: Path) -> None:
    approvals = tmp_path / "approvals"
    approvals.write_text(f"# agreed on 3 May\n\n{FILES}  # empty since the move\n{urn(BUCKET, 'gone')}\n")
    ran = judged("-", "--approvals", str(approvals), given=json.dumps(LOSS))

    assert ran.returncode == 0
    assert f"approval not needed: {urn(BUCKET, 'gone')}" in ran.stdout


def test_json_stands_alone_and_has_every_part() -> None:
    ran = judged("-", "--json", given=json.dumps(LOSS))
    document = json.loads(ran.stdout)

    assert ran.returncode == 5
    assert [found["urn"] for found in document["endangered"]] == document["vanished"] == [FILES]
    assert document["rollback"]["possible"] is False
    assert document["errors"] == []


def test_a_preview_without_changes_is_clean() -> None:
    ran = judged("-", given=json.dumps({"duration": 1, "changeSummary": {"same": 4}}))
    assert (ran.returncode, ran.stdout) == (0, "No data is endangered.\n")


def test_a_preview_that_failed_is_not_clean() -> None:
    failed = {"steps": [], "diagnostics": [{"severity": "error", "message": "error: the program raised"}]}
    ran = judged("-", given=json.dumps(failed))
    assert ran.returncode == 1
    assert "the preview failed: error: the program raised" in ran.stderr


def test_a_document_that_hides_deletions_is_not_clean() -> None:
    ran = judged("-", given=json.dumps({"steps": [], "changeSummary": {"delete": 2}}))
    assert ran.returncode == 1
    assert "counts 2 of 'delete' and shows 0" in ran.stderr


def with_step(**changes: Any) -> str:  # Any: wrong on purpose
    return json.dumps({"steps": [{"op": "delete", "urn": FILES, **changes}]})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "given nothing"),
        ('{"steps": [', "given no JSON (line 1"),
        ("[]", "not the document of a preview"),
        ("{}", "has none of steps, changeSummary, diagnostics"),
        ('{"steps": 3}', "steps: given int; a list is wanted"),
        ('{"steps": [3]}', "steps[0]: given int"),
        ('{"steps": [{"op": "delete"}]}', "steps[0]: urn: a text is wanted"),
        (with_step(op="explode"), "op: given 'explode'; known here: create, "),
        (with_step(oldState=3), "steps[0]: oldState: the state of a resource is wanted"),
        (with_step(oldState={"inputs": []}), "steps[0]: oldState: the state of a resource is wanted"),
        (with_step(oldState={"propertyDependencies": 3}), "steps[0]: oldState: the state of a resource is wanted"),
        ('{"changeSummary": {"delete": "2"}}', "changeSummary: delete: given '2'; a number is wanted"),
        (f'{{"steps": {"[" * 100_000}', "nested deeper than the document of a preview ever is"),
        (with_step(diffReasons=[3]), "steps[0]: diffReasons: a list of texts is wanted"),
        ('{"diagnostics": [3]}', "diagnostics: a list of messages is wanted"),
    ],
)
def test_what_is_no_preview_is_refused_in_words(given: str, said: str) -> None:
    ran = judged("-", given=given)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("approval", ["", " ", "*", "files", "urn:pulumi:dev::shop", "urn:pulumi:dev::shop::*::"])
def test_an_approval_that_names_nothing_is_refused(approval: str) -> None:
    ran = judged("-", "--approve", approval, given=json.dumps(LOSS))
    assert ran.returncode == 2
    assert "an approval is the whole URN of one resource" in ran.stderr


def test_files_that_are_missing_are_named(tmp_path: Path) -> None:
    for arguments in ([str(tmp_path / "none.json")], ["-", "--approvals", str(tmp_path / "none")]):
        ran = judged(*arguments, given=json.dumps(LOSS))
        assert ran.returncode == 2
        assert "none" in ran.stderr


def test_a_reader_that_has_gone_is_no_error_and_a_full_disk_is_one_in_words() -> None:
    read, written = os.pipe()
    os.close(read)
    for output, code, said in ((written, 5, ""), (os.open("/dev/full", os.O_WRONLY), 1, "standard output cannot be")):
        ran = subprocess.run(
            [sys.executable, "-m", "slipway.danger", "-"],
            cwd=ROOT, input=json.dumps(LOSS), stdout=output, stderr=subprocess.PIPE, check=False, text=True,
        )  # fmt: skip
        os.close(output)
        assert ran.returncode == code
        assert (said in ran.stderr, "Traceback" in ran.stderr, bool(ran.stderr)) == (True, False, bool(said))
