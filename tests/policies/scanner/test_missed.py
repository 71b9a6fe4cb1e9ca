"""What the scanner passes as clean is found by our rules, all of it, in a program of plain pulumi_aws."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from tests.policies.plain import PROGRAMS, planned
from tests.policies.scanner.checkov import ROOT, scan

if TYPE_CHECKING:
    from pathlib import Path

OPEN, CACHE = "internet-reaches-load-balancers-only", "cache-reached-by-applications-only"
SSH, SSH_V6 = "admin-ports-closed-ipv4", "admin-ports-closed-ipv6"
MISSED = {
    "6379 open to 0.0.0.0/0, inline": ("port-inline", {OPEN, CACHE}),
    "6379 open to 0.0.0.0/0, alone": ("port-alone", {OPEN, CACHE}),
    "5000-6000, inline": ("range-inline", {OPEN, CACHE}),
    "5000-6000, alone": ("range-alone", {OPEN, CACHE}),
    "every protocol without ports": ("everything-alone", {OPEN, CACHE, "no-all-protocol-ingress", SSH}),
    "every protocol by its name": ("everything-legacy", {OPEN, CACHE, "no-all-protocol-ingress", SSH}),
    "0.0.0.0/1, inline": ("half-inline", {OPEN, CACHE, SSH}),
    "0.0.0.0/1, alone": ("half-alone", {OPEN, CACHE, SSH}),
    "::/0 alone": ("six-alone", {OPEN, CACHE, SSH_V6}),
    "open behind a rule for the group itself": ("behind-itself", {OPEN, CACHE, SSH}),
    "open before a rule for the group itself": ("before-itself", {OPEN, CACHE, SSH}),
    "open and for the group itself": ("with-itself", {OPEN, CACHE, SSH}),
    "a privileged container": ("privileged", {"containers-unprivileged"}),
    "DB_PASSWORD in an ECS environment": ("password-in-environment", {"environment-without-secrets"}),
    "a plain-text password of RDS": ("password-in-program", {"password-not-literal"}),
}
# What checkov says under these numbers is what it is said to miss. The rest of its findings are other faults.
ABOUT = {
    "CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277",
    "CKV_AWS_334", "CKV_AWS_45", "CKV_AWS_46", "CKV_SECRET_6",
}  # fmt: skip


def test_the_command_names_each_of_them_with_its_rule() -> None:
    command = [sys.executable, "-m", "slipway", "check", "dev", "--project", str(PROGRAMS / "missed"), "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, encoding="utf-8", timeout=120)
    assert ended.returncode == 3, ended.stderr
    found = defaultdict(set)
    for each in json.loads(ended.stdout)["findings"]:
        if (each["level"], each["status"]) == ("mandatory", "violation"):
            found[each["urn"].rpartition("::")[2]].add(each["rule"])
    assert {what: rules - found[name] for what, (name, rules) in MISSED.items() if rules - found[name]} == {}


# Two that it finds, which show that it reads the others.
SEEN = {"aws_security_group.before-itself", "aws_security_group_rule.everything-legacy"}


def test_the_scanner_passes_them_but_for_two(tmp_path: Path) -> None:
    failed = scan({"missed": planned("missed").plan}, tmp_path).failed
    assert {each.resource for each in failed if each.check in ABOUT} == SEEN
