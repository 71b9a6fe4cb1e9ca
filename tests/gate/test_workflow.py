"""The workflow: right as GitHub reads it, safe with what strangers send, and nothing but our scripts in its steps."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from slipway.gate.options import GRACE, SECONDS, parser
from slipway.project import Project
from tests.conftest import without

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*"))
GATE = ROOT / ".github" / "workflows" / "gate.yml"
TEXT = GATE.read_text()
# YAML 1.1 takes the key `on` for a truth.
JOBS: dict[str, Any] = yaml.safe_load(TEXT)["jobs"]
ON: dict[str, Any] = yaml.safe_load(TEXT)[True]
STEPS = [(name, step) for name, job in JOBS.items() for step in job["steps"]]
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """The actionlint that `tools/install-actionlint` knows of; it does not install one, `.ci/run` does."""
    asked = subprocess.run(
        [ROOT / "tools" / "install-actionlint", "--check"], capture_output=True, check=False, text=True
    )
    if asked.returncode != 0:
        without(f"needs actionlint: run tools/install-actionlint\n{asked.stderr.strip()}")
    return Path(asked.stdout.strip())


def test_there_is_nothing_else_in_the_folder() -> None:
    assert WORKFLOWS == [GATE]


def test_actionlint_finds_nothing(actionlint: Path) -> None:
    # It also runs shellcheck over the scripts.
    linted = subprocess.run([actionlint, GATE], cwd=ROOT, capture_output=True, check=False, text=True)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_it_fits_the_schema_of_github_s_workflows() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(GATE)]
    checked = subprocess.run(command, capture_output=True, check=False, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_zizmor_knows_nothing_that_is_unsafe() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--persona=pedantic", "--no-progress", str(GATE)]
    environment = {name: value for name, value in os.environ.items() if name not in ("GH_TOKEN", "GITHUB_TOKEN")}
    audited = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert audited.returncode == 0, audited.stdout + audited.stderr


def test_actions_are_pinned_by_their_commit() -> None:
    used = [line.strip().removeprefix("- ") for line in TEXT.splitlines() if "uses:" in line]
    assert len(used) >= len(JOBS)
    assert [line for line in used if not PINNED.match(line)] == []


def test_nothing_that_a_stranger_writes_reaches_a_shell() -> None:
    assert set(ON) == {"pull_request", "push"}
    assert [step["run"] for _, step in STEPS if "${{" in step.get("run", "")] == []


def test_secrets_are_given_to_our_scripts_only() -> None:
    for name, step in STEPS:
        if "secrets." in str(step):
            assert step["run"].startswith("exec tools/gate "), (name, step)
    assert "secrets." not in str({key: value for job in JOBS.values() for key, value in job.items() if key != "steps"})


def test_each_job_may_do_no_more_than_it_needs() -> None:
    assert yaml.safe_load(TEXT)["permissions"] == {}
    reads = {"contents": "read"}
    identity = {**reads, "id-token": "write"}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "test": reads,
        "check": reads,
        "stacks": {**reads, "actions": "read"},
        "preview": identity,
        "deploy": identity,
    }
    assert {name for name, job in JOBS.items() if "environment" in job} == {"preview", "deploy"}


def test_no_job_hangs_for_ever_and_no_checkout_leaves_a_token() -> None:
    assert [name for name, job in JOBS.items() if "timeout-minutes" not in job] == []
    checkouts = [step for _, step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(JOBS)
    assert [step for step in checkouts if step["with"]["persist-credentials"] is not False] == []


def test_a_fork_gets_no_preview() -> None:
    assert "github.event.pull_request.head.repo.full_name == github.repository" in JOBS["preview"]["if"]


def test_a_deployment_follows_tests_rules_preview_and_approval_of_the_same_commit() -> None:
    deploy = JOBS["deploy"]
    assert set(deploy["needs"]) == {"test", "check", "stacks", "preview"}
    assert deploy["if"].startswith("github.event_name == 'push' &&")
    assert ON["push"] == {"branches": ["main"]}
    assert deploy["environment"] == "${{ matrix.stack }}"
    assert deploy["strategy"]["matrix"] == {"stack": "${{ fromJSON(needs.stacks.outputs.deploy) }}"}
    assert deploy["steps"][0]["with"]["ref"] == "${{ github.sha }}"
    up = next(step["run"] for step in deploy["steps"] if "tools/gate up" in step.get("run", ""))
    assert "--reviewed" in up
    assert not any("always()" in str(step.get("if")) for step in deploy["steps"] if "gate unlock" not in str(step))


def test_unlocking_follows_an_up_that_was_begun_and_hides_no_other_failure() -> None:
    steps = JOBS["deploy"]["steps"]
    up, unlock = (next(step for step in steps if f"gate {stage}" in step.get("run", "")) for stage in ("up", "unlock"))
    outcome = f"steps.{up['id']}.outcome"
    assert unlock["if"] == f"always() && ({outcome} == 'failure' || {outcome} == 'cancelled')"
    assert steps.index(up) < steps.index(unlock)


def test_one_deployment_of_a_stack_runs_at_a_time_and_none_is_cut_short() -> None:
    assert JOBS["deploy"]["concurrency"] == {"group": "deploy-${{ matrix.stack }}", "cancel-in-progress": False}
    whole = yaml.safe_load(TEXT)["concurrency"]
    assert whole["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"
    # Each run of main is a group of its own, so none takes another's place.
    assert "github.run_id" in whole["group"]


def test_the_time_of_an_up_ends_before_its_job_s() -> None:
    for name, stage in (("deploy", "up"), ("preview", "preview")):
        preview = SECONDS["preview"] if stage == "up" else 0
        assert preview + SECONDS[stage] + (GRACE if stage == "up" else 0) < JOBS[name]["timeout-minutes"] * 60


def test_every_script_of_a_step_is_there_and_takes_what_it_is_given() -> None:
    others = ("gh api", "npm ci")
    lines = {line for _, step in STEPS for line in step.get("run", "").splitlines()}
    ours = {line for line in lines if not any(other in line for other in others)}
    assert len(ours) >= 7
    for line in ours:
        words = shlex.split(re.split(r" [<|>] ", line)[0])
        place = next(index for index, word in enumerate(words) if word.startswith(("tools/", ".ci/")))
        assert os.access(ROOT / words[place], os.X_OK), line
        if words[place] == "tools/gate":
            parser().parse_args(words[place + 1 :])


def test_the_folder_that_the_guide_names_has_the_wrangler_that_a_deployment_runs() -> None:
    guide = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    folder = re.findall(r"`NPM_FOLDER`.*?the folder whose lock file has it, `([^`]+)`", guide)
    assert len(folder) == 1
    lock = json.loads((ROOT / folder[0] / "package-lock.json").read_text(encoding="utf-8"))
    assert "node_modules/wrangler" in lock["packages"]
    step = next(step for step in JOBS["deploy"]["steps"] if "npm ci" in step.get("run", ""))
    assert "vars.NPM_FOLDER" in step["env"]["FOLDER"]


def test_the_stacks_are_found_by_the_script_and_by_what_github_knows(tmp_path: Path) -> None:
    """The step itself, with a `gh` that answers for GitHub."""
    guarded = '{"name": "orders-dev", "protection_rules": [{"type": "required_reviewers", "reviewers": [{}]}]}'
    gh = tmp_path / "gh"
    gh.write_text(f'#!/bin/sh\ncat <<\'END\'\n{guarded}\n{{"name": "orders-dev-preview"}}\nEND\n')
    gh.chmod(0o755)
    step = next(step for step in JOBS["stacks"]["steps"] if step.get("id") == "choose")
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "GITHUB_REPOSITORY": "acme/orders",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "RUNNER_TEMP": str(tmp_path),
    }
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    ran = subprocess.run(bash, cwd=ROOT, env=environment, capture_output=True, check=False, text=True)
    assert ran.returncode == 0, ran.stderr
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert json.loads(outputs["stacks"]) == Project.find(ROOT).stacks()
    assert (outputs["preview"], outputs["deploy"]) == ('["orders-dev"]', '["orders-dev"]')
    assert "orders-production: not previewed" in ran.stderr


def test_a_step_that_can_be_cancelled_is_the_script_itself() -> None:
    """A shell between would get the signals of a cancelled run and pass none on."""
    scripts = [step["run"] for _, step in STEPS if re.search(r"tools/gate (check|preview|up|unlock)", str(step))]
    assert len(scripts) == 4
    assert [script for script in scripts if not script.startswith("exec tools/gate") or "\n" in script.strip()] == []
