"""The guide to deploying is true: its commands run, in order, on the real engine against simulated providers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.engine.workspace import Workspace
from slipway.gate.options import parser
from slipway.simulated.inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "deploying.md").read_text()
BLOCK = re.compile(
    r"(?P<mark><!-- not run in a test: [^\n]+ -->\n)?^ *```console\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL
)
COMMAND = re.compile(r"^ *\$ (.*(?:\\\n.*)*)$", re.MULTILINE)
TRUST = re.compile(r"^```json trust-policy\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The engine asks a person; who runs it from a script has decided.
ASKS = re.compile(r"^pulumi (up|destroy(?!.*--preview-only)|stack rm)\b")
VALUE = "0123456789abcdef-of-a-test"


def commands(*, run: bool) -> list[str]:
    """The commands of the guide that a test runs, or those that need an account."""
    return [
        command[1]
        for block in BLOCK.finditer(GUIDE)
        if (block["mark"] is None) is run
        for command in COMMAND.finditer(block["text"])
    ]


def as_script() -> str:
    """The guide's commands for bash, each shown before it runs."""
    lines = ["set -euo pipefail"]
    for command in commands(run=True):
        answered = f"{command} --yes" if ASKS.match(command) else command
        given = f"printf %s {VALUE} | " if command.startswith("pulumi config set ") else ""
        lines += [f"echo '$' {json.dumps(command)}", f"{given}{answered} --non-interactive" if given else answered]
    return "\n".join(lines) + "\n"


def test_the_guide_has_commands_of_both_kinds() -> None:
    assert len(commands(run=True)) >= 14
    assert len(commands(run=False)) >= 6
    assert [text for text in commands(run=True) if text.startswith(("aws ", "gh "))] == []


def test_every_stage_and_exit_code_of_the_gate_is_explained() -> None:
    stages = next(action for action in parser()._actions if action.dest == "stage").choices
    assert stages is not None
    explained = [stage for stage in stages if f"`tools/gate {stage} " in GUIDE]
    assert sorted(explained) == sorted(set(stages) - {"stacks"})
    assert [code for code in (1, 2, 3, 5, 130) if f"| {code} |" not in GUIDE] == []


def test_the_trust_policy_lets_in_one_environment_of_one_repository() -> None:
    found = TRUST.search(GUIDE)
    assert found
    (statement,) = json.loads(found[1])["Statement"]
    condition = statement["Condition"]["StringEquals"]
    subject = condition["token.actions.githubusercontent.com:sub"]
    assert re.fullmatch(r"repo:\w+@\d+/\w+@\d+:environment:orders-dev", subject)
    assert condition["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    assert set(statement["Condition"]) == {"StringEquals"}


@pytest.fixture
def project(tmp_path: Path, require_program: Callable[[str], Path]) -> Path:
    """A copy of this project, whose stack file may change."""
    listed = [str(require_program("git")), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    copy = tmp_path / "slipway"
    for name in names.split("\0"):
        if name and (ROOT / name).is_file() and not name.startswith(("tests/", "benchmarks/")):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


@pytest.mark.slow
def test_a_stack_is_deployed_and_destroyed_as_the_guide_says(
    project: Path, tmp_path: Path, pulumi_cli: Path, require_program: Callable[[str], Path]
) -> None:
    require_program("openssl")
    bash = str(require_program("bash"))
    answers = ROOT / "examples" / "answers.yaml"
    with Workspace(project, folder=tmp_path / "workspace", pulumi=pulumi_cli, answers=answers) as workspace:
        programs = f"{pulumi_cli.parent}:{os.environ['PATH']}"
        environment = {**workspace.cli.environment, "PATH": programs, "SLIPWAY_PULUMI": str(pulumi_cli)}
        for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"):  # the guide sets them
            del environment[name]
        ran = subprocess.run(
            [bash, "-c", as_script()], cwd=project, env=environment, capture_output=True, check=False, text=True
        )
        said = ran.stdout + ran.stderr
        assert ran.returncode == 0, said[-4000:]
        assert VALUE not in said
        assert "up orders-dev: deployed:" in said
        assert "rollback orders-dev: goes on: 3 to update." in said
        assert "rollback orders-dev: deployed: 3 update" in said
        assert (project / "rendered" / "deploy-policy.json").exists() or list(project.glob("rendered/deploy-policy-*"))
        assert "secure:" in (project / "config" / "Pulumi.orders-dev.yaml").read_text()
        assert VALUE not in (workspace.folder / "user" / "orders-dev.json").read_text()
        assert inventory(workspace.cloud) == ()
