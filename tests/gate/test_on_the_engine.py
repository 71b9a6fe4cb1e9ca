"""The gate's own script on the real engine, against simulated providers: what it stops, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import yaml

from slipway.engine.gated import GATE
from slipway.engine.workspace import Workspace
from slipway.simulated.faults import Fault, write_faults
from slipway.simulated.inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 120  # seconds for a busy machine
TABLE = "urn:pulumi:dev::shop::aws:dynamodb/table:Table::uploads"
PLACEHOLDER = "placeholder for shop:key"  # of a secret
HEAD = """
import os
import pulumi
import pulumi_aws as aws

class Application(pulumi.ComponentResource):
    def __init__(self, name, redis):
        super().__init__("slipway:app:Application", name, {"application": name, "redis": redis})
        self.register_outputs({})

Application("shop", "none")
aws.sns.Topic("topic", display_name=os.environ.get("SHOWN", "Shop"))
aws.ssm.Parameter("key", type="SecureString", value=pulumi.Config().require_secret("key"))
"""
# Nothing that a rule objects to, but for a cache that nobody declared.
GOOD = f"""{HEAD}
attributes = [aws.dynamodb.TableAttributeArgs(name="id", type="S")]
aws.dynamodb.Table("uploads", hash_key="id", attributes=attributes, billing_mode="PAY_PER_REQUEST")
"""
ONE_CACHE = GOOD + 'aws.elasticache.ReplicationGroup("second", description="mine", num_cache_clusters=2)\n'
FAILS = 'import pulumi\nraise pulumi.RunError("the cidr is missing")\n'
SMALL = 'import pulumi_random as random\nrandom.RandomId("number", byte_length=4)\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project under git, with one stack."""
    project = tmp_path / "shop"
    project.mkdir()
    about = {"name": "shop", "runtime": {"name": "python", "options": {"virtualenv": sys.prefix}}}
    (project / "Pulumi.yaml").write_text(yaml.safe_dump(about))
    (project / "Pulumi.dev.yaml").write_text("config: {aws:region: eu-west-1, shop:key: {secure: abc}}\n")
    (project / ".gitignore").write_text("__pycache__/\n")
    write(project, GOOD)
    return project


@pytest.fixture
def workspace(folder: Path, tmp_path: Path, pulumi_cli: Path) -> Iterator[Workspace]:
    """The engine on that project."""
    with Workspace(folder, folder=tmp_path / "workspace", pulumi=pulumi_cli) as made:
        yield made


def write(project: Path, program: str) -> None:
    """Make it the program of a new commit."""
    (project / "__main__.py").write_text(program)
    as_ada = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for command in (["init", "--quiet"], ["add", "--all"], [*as_ada, "commit", "--quiet", "--message", "a change"]):
        subprocess.run(["git", *command], cwd=project, check=True)  # noqa: S607 - as the gate itself does


def start(workspace: Workspace, stage: str, out: Path, *options: str, **extra: str) -> subprocess.Popen[str]:
    """The script in a process of its own, as a pipeline starts it."""
    environment = {**workspace.cli.environment, "SLIPWAY_PULUMI": str(workspace.cli.program), **extra}
    settings = workspace.stacks.settings("dev")
    given = ["--project", str(workspace.project.directory), "--config-file", str(settings), "--out", str(out)]
    return subprocess.Popen(
        [str(GATE), stage, "dev", *given, *options],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def locks(workspace: Workspace) -> list[Path]:
    return list((workspace.folder / "backend" / ".pulumi" / "locks").rglob("*.json"))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def kept(workspace: Workspace) -> dict[Path, bytes]:
    """All that the backend holds."""
    return {file: file.read_bytes() for file in (workspace.folder / "backend").rglob("*") if file.is_file()}


def cloud(workspace: Workspace) -> set[str]:
    return {found.urn.rpartition("::")[2] for found in inventory(workspace.cloud)}


def test_a_change_goes_from_its_preview_to_its_deployment(workspace: Workspace, tmp_path: Path) -> None:
    out, summary = tmp_path / "out", tmp_path / "summary.md"
    workspace.stacks.settings("dev")
    state = kept(workspace)
    with start(workspace, "preview", out, GITHUB_STEP_SUMMARY=str(summary)) as previewed:
        said = "".join(previewed.communicate())
    assert (previewed.returncode, cloud(workspace)) == (0, set()), said
    assert kept(workspace) == state  # who previews need not be able to write
    assert "  + uploads  aws:dynamodb/table:Table\n" in said
    assert "Simulated: no account is touched." in said
    assert "### preview `dev`: goes on" in summary.read_text()

    reviewed = str(out / "reviewed.json")
    # The same commit makes something else elsewhere: that nobody reviewed.
    with start(workspace, "up", tmp_path / "other", "--reviewed", reviewed, SHOWN="Nobody read this") as other:
        refused = "".join(other.communicate())
    assert (other.returncode, cloud(workspace)) == (1, set()), refused
    assert "aws:sns/topic:Topic::topic: create, not as it was reviewed: displayName" in refused

    deployed = workspace.gate("up", "dev", "--reviewed", reviewed)
    assert (deployed.exit_code, cloud(workspace)) == (0, {"key", "topic", "uploads"}), deployed.stderr
    assert deployed.deployed is True
    assert (
        "This is what was reviewed. Not compared, since no preview shows them: values that are 1 secret"
        in deployed.stdout
    )

    # What was reviewed is done: it is not what would be done now.
    again = workspace.gate("up", "dev", "--reviewed", reviewed)
    assert again.exit_code == 1
    assert f"{TABLE}: reviewed: create; now: no change" in again.stderr

    everything = [said, summary.read_text(), deployed.stdout, deployed.stderr, repr(deployed)]
    everything += [file.read_text() for file in out.iterdir()]
    assert [text for text in everything if PLACEHOLDER in text] == []


def test_findings_and_the_loss_of_data_stop_an_up_before_anything_is_done(workspace: Workspace, folder: Path) -> None:
    assert workspace.up("dev").ok
    before, state = inventory(workspace.cloud), workspace.export("dev")["deployment"]["resources"]

    write(folder, ONE_CACHE)
    stopped = workspace.gate("up", "dev")
    assert (stopped.exit_code, stopped.deployed) == (3, False), stopped.stdout + stopped.stderr
    assert "mandatory finding: shared-redis: urn:pulumi:dev::shop::aws:elasticache" in stopped.stdout

    write(folder, HEAD)
    lost = workspace.gate("up", "dev")
    assert (lost.exit_code, lost.unapproved) == (5, (TABLE,)), lost.stdout + lost.stderr
    assert f"DATA ENDANGERED: {TABLE}" in lost.stdout
    assert inventory(workspace.cloud) == before
    assert workspace.export("dev")["deployment"]["resources"] == state

    (folder / "approvals").mkdir()
    (folder / "approvals" / "dev.txt").write_text(f"# the files are elsewhere by now\n{TABLE}\n")
    approved = workspace.gate("up", "dev")
    assert (approved.exit_code, cloud(workspace)) == (0, {"key", "topic"}), approved.stdout + approved.stderr

    # The approval would approve of the next loss too.
    stale = workspace.gate("preview", "dev")
    assert (stale.exit_code, TABLE in stale.stdout) == (2, True)


def test_a_failing_program_and_wrong_usage_are_told_apart(workspace: Workspace, folder: Path) -> None:
    write(folder, FAILS)
    failed = workspace.gate("up", "dev")
    assert failed.exit_code == 1
    assert "the cidr is missing" in failed.stdout
    assert "Traceback" not in failed.stdout + failed.stderr
    pattern = workspace.gate("preview", "dev", "--approve", "urn:pulumi:dev::shop::*")
    assert (pattern.exit_code, "Patterns approve nothing" in pattern.stderr) == (2, True)
    missing = ran(workspace, folder, "preview", "nowhere")
    assert missing.returncode == 2
    assert "there is no stack 'nowhere'. Stacks here: dev." in missing.stderr
    # It has a file, and the backend does not know it yet.
    unmade = ran(workspace, folder, "preview", "dev")
    assert (unmade.returncode, "pulumi stack init dev" in unmade.stdout) == (2, True), unmade.stderr


def ran(workspace: Workspace, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The script by hand in the project's folder, on a backend that is empty."""
    backend = folder.parent / "empty"
    backend.mkdir(exist_ok=True)
    environment = {
        **workspace.cli.environment,
        "SLIPWAY_PULUMI": str(workspace.cli.program),
        "PULUMI_BACKEND_URL": f"file://{backend}",
    }
    return subprocess.run(
        [str(GATE), *arguments], cwd=folder, env=environment, capture_output=True, check=False, text=True
    )


def test_a_cancelled_up_of_a_hanging_provider_leaves_no_lock(
    workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    write(folder, SMALL)
    write_faults(workspace.cloud, [Fault(kind="hang")])
    with start(workspace, "up", tmp_path / "out") as process:
        wait_for(lambda: _begun(tmp_path) or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, out + err
    assert "up dev: cancelled: it was cancelled before it had ended. The stack is not locked." in out
    assert locks(workspace) == []
    assert workspace.export("dev")["deployment"].get("pending_operations") is None


def _begun(tmp_path: Path) -> bool:
    """Whether the engine has begun to make the number."""
    file = tmp_path / "out" / "running.events"
    lines = file.read_text().splitlines() if file.exists() else []
    return any('"resourcePreEvent"' in line and "::number" in line for line in lines)


def test_an_up_that_hears_nothing_is_ended_when_its_time_is_over(workspace: Workspace, folder: Path) -> None:
    write(folder, SMALL)
    write_faults(workspace.cloud, [Fault(kind="deaf")])
    ended = workspace.gate("up", "dev", "--timeout", "20", "--grace", "0.5")
    assert ended.exit_code == 1, ended.stdout + ended.stderr
    assert "it took longer than it may (--timeout), and was ended. The stack is not locked." in ended.stdout
    assert "docs/recovery.md" in ended.stdout
    assert locks(workspace) == []


def test_an_engine_that_somebody_else_kills_leaves_no_lock(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    write(folder, SMALL)
    write_faults(workspace.cloud, [Fault(kind="hang")])
    with start(workspace, "up", tmp_path / "out") as process:
        wait_for(lambda: _begun(tmp_path) or process.poll() is not None)
        os.kill(json.loads((tmp_path / "out" / "running.json").read_text())["engine"], signal.SIGKILL)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1, out + err
    assert "the engine was killed (SIGKILL), not by the gate. The stack is not locked." in out
    assert "docs/recovery.md" in out
    assert locks(workspace) == []


def test_what_a_killed_up_leaves_is_named_to_the_next_and_unlocked(
    workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    write(folder, SMALL)
    write_faults(workspace.cloud, [Fault(kind="hang")])
    with start(workspace, "up", out) as process:
        wait_for(lambda: _begun(tmp_path) or process.poll() is not None)
        # As a pipeline's runner does with a step that does not end: all of its processes at once.
        engine = json.loads((out / "running.json").read_text())["engine"]
        process.kill()
        still = workspace.gate("unlock", "dev", "--wait", "0", "--out", str(out))
        assert (still.exit_code, "still runs" in still.stdout) == (1, True)
        os.kill(engine, signal.SIGKILL)
    wait_for(lambda: not _alive(engine))
    assert len(locks(workspace)) == 1

    refused = workspace.gate("up", "dev")  # of another run, elsewhere
    assert refused.exit_code == 1
    assert "the stack is locked: nothing was changed." in refused.stdout
    assert "pulumi cancel --stack dev" in refused.stdout
    assert workspace.gate("unlock", "dev").exit_code == 0
    assert len(locks(workspace)) == 1  # another's lock is not ours to take

    freed = workspace.gate("unlock", "dev", "--out", str(out))
    assert (freed.exit_code, locks(workspace)) == (0, []), freed.stdout + freed.stderr
    assert "docs/recovery.md" in freed.stdout


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
