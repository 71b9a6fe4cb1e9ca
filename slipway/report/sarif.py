"""Findings as SARIF 2.1.0, the form in which code hosts take what analysers find: one run for each stack.

An unproven finding is a result like a violation, with its status among its properties: SARIF's own kinds for what is
not decided have no level, and a reader that shows failures only would pass over it.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from policies.catalogue import RULES
from policies.exceptions import urn_end

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plan.model import Source
    from policies.finding import Finding
    from policies.rule import Rule
    from slipway.planning import Planned

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"mandatory": "error", "advisory": "warning"}
# What code hosts sort security findings by: the middles of CVSS's ranges.
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}


def sarif(planned: Sequence[Planned], files: Mapping[str, str], rules: Sequence[Rule] = RULES) -> str:
    """The log. `files` has the file of each stack, relative to the project, for findings without a line."""
    runs = [_run(one, files[one.plan.stack], rules) for one in planned]
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": runs}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _run(one: Planned, file: str, rules: Sequence[Rule]) -> dict[str, Any]:  # Any: JSON, here and below
    index = {rule.id: number for number, rule in enumerate(rules)}
    sources = {resource.urn: resource.source for resource in one.plan.resources}
    accepted = {
        each.finding: f"Accepted until {each.exception.expires} by {each.exception.owner}: {each.exception.reason}"
        for each in one.excepted
    }
    return {
        "tool": {
            "driver": {
                "name": "slipway",
                "semanticVersion": version("slipway"),
                "rules": [_descriptor(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": f"slipway/{one.plan.project}/{one.plan.stack}/"},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                **_result(finding, sources.get(finding.urn), file),
                "ruleIndex": index[finding.rule],
                "suppressions": [{"kind": "external", "justification": accepted[finding]}]
                if finding in accepted
                else [],
            }
            for finding in (*one.findings, *accepted)
        ],
    }


def _descriptor(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.rationale},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {
            "tags": ["security", *rule.clouds],
            "references": list(rule.references),
            "severity": rule.severity,
            "security-severity": _SCORES[rule.severity],
        },
    }


def _result(finding: Finding, source: Source | None, file: str) -> dict[str, Any]:
    proven = "" if finding.status == "violation" else "Not proven: "
    fingerprint = hashlib.sha256(f"{finding.rule} {finding.urn}".encode()).hexdigest()
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.level],
        "message": {"text": f"{proven}{finding.message} To do: {finding.remedy}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": source.file if source else file, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": source.line if source else 1},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": finding.urn, "name": urn_end(finding.urn), "kind": "resource"}
                ],
            }
        ],
        "partialFingerprints": {"ruleAndResource/v1": fingerprint},
        "properties": {"status": finding.status},
    }
