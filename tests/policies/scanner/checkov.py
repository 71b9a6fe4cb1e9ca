"""checkov, which knows nothing of us, on plans in Terraform's form and on Dockerfiles."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.conftest import without
from tests.policies.scanner.terraform import terraform_plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plan.model import Plan

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 600


@dataclass(frozen=True, slots=True, order=True)
class Failed:
    """One check that a resource of a plan does not pass."""

    stack: str
    check: str
    resource: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What checkov says of some plans. `asked` is each plan and resource that any check passes or does not pass."""

    resources: int
    asked: frozenset[tuple[str, str]]
    failed: frozenset[Failed]

    def checks(self, stack: str = "") -> set[str]:
        """The checks that something does not pass, in one plan or in all."""
        return {each.check for each in self.failed if stack in ("", each.stack)}


def scan(plans: Mapping[str, Plan], folder: Path) -> Scan:
    """One run over all plans, each under its name. Nothing is fetched or sent."""
    for name, plan in plans.items():
        (folder / f"{name}.json").write_text(json.dumps(terraform_plan(plan)), encoding="utf-8")
    files = sorted(f"{name}.json" for name in plans)
    report = _report("terraform_plan", files, folder)
    summary = report["summary"]
    assert summary["parsing_errors"] == 0, report["results"]["parsing_errors"]
    passed, failed = (report["results"][kind] for kind in ("passed_checks", "failed_checks"))
    return Scan(
        resources=summary["resource_count"],
        asked=frozenset((_stack(each), each["resource"]) for each in (*passed, *failed)),
        failed=frozenset(Failed(_stack(each), each["check_id"], each["resource"]) for each in failed),
    )


def dockerfile_checks(text: str, folder: Path) -> tuple[set[str], set[str]]:
    """The checks that a Dockerfile passes, and those that it does not."""
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    results = _report("dockerfile", ["Dockerfile"], folder)["results"]
    passed, failed = ({each["check_id"] for each in results[kind]} for kind in ("passed_checks", "failed_checks"))
    return passed - failed, failed


def _report(framework: str, files: Sequence[str], folder: Path) -> dict[str, Any]:
    """What checkov says of files in a folder. `Any`: it is JSON."""
    options = ("--framework", framework, "--skip-download", "--compact", "--output", "json")
    ended = subprocess.run(
        [_python(), "-m", "checkov.main", *options, "--file", *files],
        cwd=folder,
        env={**os.environ, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=SECONDS,
    )
    try:
        report: dict[str, Any] = json.loads(ended.stdout)
    except json.JSONDecodeError as error:
        raise AssertionError(f"checkov ended with {ended.returncode}: {ended.stdout[-2000:]}{ended.stderr}") from error
    return report


def _stack(check: Mapping[str, str]) -> str:
    return Path(check["file_path"]).stem


def _python() -> str:
    """The Python that has checkov: `tools/install-checkov` installs it where it is missing and an index is at hand."""
    asked = subprocess.run([ROOT / "tools" / "install-checkov"], capture_output=True, check=False, text=True)
    if asked.returncode != 0:
        without(f"needs checkov: run tools/install-checkov\n{asked.stderr.strip()}")
    return asked.stdout.strip()
