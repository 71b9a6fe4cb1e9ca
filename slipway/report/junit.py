"""Findings as JUnit XML, the form in which build servers take results: a suite for each stack, a case for each rule.

A rule with findings has a case for each of them instead. Mandatory findings are failures; an advisory one passes and
says so; one that an exception covers is skipped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from policies.catalogue import RULES
from policies.exceptions import urn_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.finding import Finding
    from policies.rule import Rule
    from slipway.planning import Planned

_UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


def junit(planned: Sequence[Planned], rules: Sequence[Rule] = RULES) -> str:
    """The report."""
    root = ET.Element("testsuites", name="slipway")
    for one in planned:
        root.append(_suite(one, rules))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(one: Planned, rules: Sequence[Rule]) -> ET.Element:
    accepted = [each.finding for each in one.excepted]
    broken = {finding.rule for finding in (*one.findings, *accepted)}
    failed = [finding for finding in one.findings if finding.level == "mandatory"]
    passed = [rule for rule in rules if rule.id not in broken]
    suite = ET.Element(
        "testsuite",
        name=_text(one.plan.stack),
        tests=str(len(passed) + len(one.findings) + len(accepted)),
        failures=str(len(failed)),
        errors="0",
        skipped=str(len(accepted)),
    )
    for rule in passed:
        _case(suite, one.plan.stack, rule.id)
    for finding in one.findings:
        _add_finding(_case(suite, one.plan.stack, f"{finding.rule}: {urn_end(finding.urn)}"), finding)
    for each in one.excepted:
        case = _case(suite, one.plan.stack, f"{each.finding.rule}: {urn_end(each.finding.urn)}")
        why = f"accepted until {each.exception.expires} by {each.exception.owner}: {each.exception.reason}"
        ET.SubElement(case, "skipped").text = _text(f"{why}\n{_told(each.finding)}")
    return suite


def _case(suite: ET.Element, stack: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_text(f"slipway.{stack}"), name=_text(name))


def _add_finding(case: ET.Element, finding: Finding) -> None:
    if finding.level == "mandatory":
        failure = ET.SubElement(case, "failure", type=finding.status, message=_text(finding.message))
        failure.text = _text(_told(finding))
    else:
        ET.SubElement(case, "system-out").text = _text(_told(finding))


def _told(finding: Finding) -> str:
    about = f"{finding.level} {finding.status} ({finding.severity})"
    return f"{about}\n{finding.urn}\n{finding.message}\nTo do: {finding.remedy}"


def _text(value: str) -> str:
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value)
