"""A plan says what the engine's preview says: of our own stack, and of small programs that know nothing of us."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from plan.codec import read_plan
from policies.host import UNPROVEN
from slipway.engine.workspace import Workspace
from slipway.project import Project
from tests.parity.views import of_plan, of_preview
from tests.policies.mutants.hosts import in_the_host
from tests.policies.sdk import as_in_the_pack
from tests.stacks.project import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.engine.results import PreviewResult

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
SUCCEEDING = (
    "applies", "awaits", "docker-over-ssh", "dynamic-providers", "exits-well", "explicit-and-default-providers",
    "imports", "inherited-options", "look-ups", "nested-components", "own-config", "prints", "provider-maps", "reads",
    "settings", "stack-references", "transforms", "values",
)  # fmt: skip
# What both say of a program that fails.
FAILING = {
    "exits-badly": "exit",
    "missing-setting": "missing-setting:nobody",
    "no-default-providers": "Default provider for 'aws' disabled",
    "raises": "the shelf is empty",
    "raises-in-apply": "invalid literal for int()",
    "refuses": "choose a size first",
    "twice-the-same": "Duplicate resource URN 'urn:pulumi:dev::twice-the-same::aws:ec2/vpc:Vpc::vpc'",
    "wrong-syntax": "SyntaxError",
}


def slipway(arguments: Sequence[str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, "-m", "slipway", *arguments],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def answers_of(program: Path) -> Path | None:
    file = (program / "examples" if program == ROOT else program) / "answers.yaml"
    return file if file.exists() else None


@cache
def planned(program: Path, stack: str = "dev") -> dict[str, Any]:
    """The plan as the command prints it, with the program's answers."""
    answers = answers_of(program)
    ran = slipway(
        ["plan", stack, "--project", str(program), "--json", *(["--answers", str(answers)] if answers else [])]
    )
    assert ran.returncode in (0, 3), ran.stderr
    document: dict[str, Any] = json.loads(ran.stdout)
    return document


@cache
def preview_of(stack: str, pulumi: Path) -> PreviewResult:
    """What the engine plans for a shipped stack, and what our policy pack finds in it: one preview for both tests."""
    with Workspace(ROOT, pulumi=pulumi, answers=answers_of(ROOT), autoname=False) as workspace:
        return workspace.preview(stack, policy_packs=[ROOT / "policies"])


@pytest.mark.parametrize("name", SUCCEEDING)
def test_a_plan_equals_the_preview_of_the_engine(name: str, pulumi_cli: Path, tmp_path: Path) -> None:
    program = PROGRAMS / name
    if (program / "network").is_dir():
        with Workspace(program / "network", folder=tmp_path, pulumi=pulumi_cli) as network:
            assert network.up("dev").ok
    with Workspace(
        program, folder=tmp_path, pulumi=pulumi_cli, answers=answers_of(program), autoname=False
    ) as workspace:
        preview = workspace.preview("dev")

    assert preview.ok, preview.errors
    assert of_plan(planned(program)) == of_preview(preview)


@pytest.mark.parametrize("name", FAILING)
def test_a_program_that_fails_in_the_engine_fails_in_a_plan_with_the_same_message(name: str, pulumi_cli: Path) -> None:
    with Workspace(PROGRAMS / name, pulumi=pulumi_cli) as workspace:
        preview = workspace.preview("dev")
    ran = slipway(["plan", "dev", "--project", str(PROGRAMS / name)])

    assert not preview.ok
    assert ran.returncode == 1
    assert FAILING[name] in preview.errors
    assert FAILING[name] in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_engine_finds_renamed_resources_under_the_aliases_of_the_plan(pulumi_cli: Path, tmp_path: Path) -> None:
    program = PROGRAMS / "aliases"
    with Workspace(program / "before", folder=tmp_path, pulumi=pulumi_cli) as before:
        assert before.up("dev").ok
    with Workspace(program, folder=tmp_path, pulumi=pulumi_cli) as workspace:
        preview = workspace.preview("dev")

    aliases = {resource["urn"]: resource["aliases"] for resource in planned(program)["resources"]}
    renamed = {step.urn: step.new["aliases"] for step in preview.steps if step.new and step.new.get("aliases")}
    assert preview.ok, preview.errors
    assert {step.op for step in preview.steps if step.urn in renamed} == {"same"}
    assert len(renamed) == 4
    assert {urn: set(found) <= set(aliases[urn]) for urn, found in renamed.items()} == dict.fromkeys(renamed, True)


@pytest.mark.parametrize("stack", Project.find(ROOT).stacks())
def test_the_plan_of_a_shipped_stack_equals_the_preview_of_the_engine(stack: str, pulumi_cli: Path) -> None:
    preview = preview_of(stack, pulumi_cli)

    assert preview.ok, preview.errors
    assert of_plan(planned(ROOT, stack)) == of_preview(preview)


# docs/hidden-in-preview.md says what the pack cannot see there.
@pytest.mark.parametrize("stack", SHIPPED)
def test_the_pack_finds_in_the_engine_what_it_finds_in_the_preview_of_a_plan(
    stack: str, pulumi_cli: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_in_the_pack(monkeypatch)
    preview = preview_of(stack, pulumi_cli)
    # Under the same answers: a secret that is optional and not given has no resource.
    recorded = read_plan(planned(ROOT, stack))
    found = {
        (each.policy.removesuffix(UNPROVEN), each.urn, "unproven" if "not proven: " in each.message else "violation")
        for each in preview.violations
    }

    assert preview.ok, preview.errors
    assert found == in_the_host(recorded)
    assert {each.level for each in preview.violations} <= {"advisory"}
