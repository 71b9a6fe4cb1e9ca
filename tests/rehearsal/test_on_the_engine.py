"""A rehearsal of somebody else's project on the real engine: what passes, what fails and is named, how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.usefixtures("pulumi_cli")

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for a busy machine
# Nothing that a rule objects to: findings would end the rehearsal.
HEAD = """
import pulumi
import pulumi_aws as aws

topic = aws.sns.Topic("topic", display_name="Shop", tags={"Name": "shop"})
work = [aws.sfn.Activity(f"work-{number}", tags={"Topic": topic.arn}) for number in range(6)]

def table(name, opts=None):
    attributes = [aws.dynamodb.TableAttributeArgs(name="id", type="S")]
    aws.dynamodb.Table(name, hash_key="id", attributes=attributes, billing_mode="PAY_PER_REQUEST", opts=opts)
"""
GOOD = HEAD + 'table("files", pulumi.ResourceOptions(protect=True))\ntable("more")\n'
# Each run has another tag.
RESTLESS = HEAD + 'import time\naws.sns.Topic("restless", tags={"at": str(time.time_ns())})\n'
TWO_CACHES = """
import pulumi, pulumi_aws as aws

class Application(pulumi.ComponentResource):
    def __init__(self, name, redis):
        super().__init__("slipway:app:Application", name, {"application": name, "redis": redis})
        self.register_outputs({})

Application("shop", "managed")
for name in ("one", "two"):
    aws.elasticache.ReplicationGroup(name, description=name, num_cache_clusters=2)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    project = tmp_path / "shop"
    project.mkdir()
    about = {"name": "shop", "runtime": {"name": "python", "options": {"virtualenv": sys.prefix}}}
    (project / "Pulumi.yaml").write_text(yaml.safe_dump(about))
    (project / "Pulumi.dev.yaml").write_text("config: {aws:region: eu-west-1}\n")
    (project / "__main__.py").write_text(GOOD)
    return project


def command(project: Path, options: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "slipway", "rehearse", "dev", "--project", str(project), *options]


def environment(temporary: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}


def rehearsed(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    temporary = project.with_name("tmp")
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        command(project, options),
        cwd=project,
        env=environment(temporary),
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    assert list(temporary.glob("slipway-*")) == []
    return done


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def steps(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    return {step["name"]: step for step in json.loads(done.stdout)["steps"]}


def test_a_sound_project_passes_and_what_needs_our_settings_does_not_apply(shop: Path) -> None:
    (shop / "approvals").mkdir()  # of a change that is under way; a cloud that begins empty has no use for it
    (shop / "approvals" / "dev.txt").write_text("urn:pulumi:dev::shop::aws:dynamodb/table:Table::more\n")
    before = files(shop)
    done = rehearsed(shop, "--json", "--logs", str(shop.with_name("logs")))
    document, found = json.loads(done.stdout), steps(done)

    assert done.returncode == 0, done.stdout
    assert (document["ok"], document["simulated"], document["stack"]) == (True, True, "dev")
    passed_over = {name for name, step in found.items() if step["outcome"] == "not applicable"}
    assert passed_over == {"update", "release", "rollback"}
    assert "no Slipway" in found["release"]["detail"]
    assert "1 resource holds data: each is refused" in found["protected data"]["detail"]
    assert "1 resource holds data: each is stopped" in found["other data"]["detail"]
    assert "imported" in found["crash after creation 2"]["detail"]
    assert "equal to an undisturbed deployment" in found["recovered"]["detail"]
    assert re.search(r"edited \w+ \S+ and deleted \w+ \S+: found", found["drift"]["detail"])
    assert all(Path(step["log"]).is_file() for step in found.values())
    assert "pulumi up" in Path(found["recovered"]["log"]).read_text()
    assert done.stderr.startswith("Simulated: ")
    assert files(shop) == before


@pytest.mark.slow  # half a minute, for one more way to fail
def test_a_program_that_is_never_done_fails_by_name_and_the_rest_is_still_tried(shop: Path) -> None:
    (shop / "__main__.py").write_text(RESTLESS)
    done = rehearsed(shop, "--json", "--crash-at", "3")
    found = steps(done)

    assert done.returncode == 1
    assert found["nothing to do"]["outcome"] == "failed"
    assert "::restless: tags" in found["nothing to do"]["detail"]
    assert found["crash after creation 3"]["outcome"] == "passed"
    assert found["teardown"]["outcome"] == "passed"


def test_findings_stop_a_rehearsal_before_anything_is_deployed(shop: Path) -> None:
    (shop / "__main__.py").write_text(TWO_CACHES)
    done = rehearsed(shop)

    assert done.returncode == 3
    assert "preview" in done.stdout
    assert "`tools/gate preview` ends with 3" in done.stdout
    assert "teardown" not in done.stdout
    assert "--no-policy-pack" in done.stdout


@pytest.mark.slow  # half a minute, for one option
def test_a_project_that_does_not_answer_to_the_rules_is_rehearsed_without_them(shop: Path) -> None:
    (shop / "__main__.py").write_text(HEAD + 'aws.s3.Bucket("bare")\n')
    assert rehearsed(shop).returncode == 3
    done = rehearsed(shop, "--json", "--no-policy-pack")

    assert done.returncode == 0, done.stdout
    assert "no rule was asked" in steps(done)["preview"]["detail"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--crash-at", "0"], "--crash-at: given '0'; numbers from 1 are wanted, as in --crash-at 5,40."),
        (["--crash-at", "one"], "--crash-at: given 'one'"),
        (["--answers", "missing.yaml"], "missing.yaml: cannot be read"),
    ],
)
def test_wrong_usage_is_refused_before_anything_runs(shop: Path, options: list[str], message: str) -> None:
    done = rehearsed(shop, *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_an_interrupted_rehearsal_says_so_and_leaves_nothing(shop: Path) -> None:
    (shop / "__main__.py").write_text("import time\ntime.sleep(600)\n")
    temporary = shop.with_name("tmp")
    temporary.mkdir()
    with subprocess.Popen(
        command(shop, ["--json"]),
        env=environment(temporary),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        until(lambda: any("runner.py" in line for line in of(shop)))
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=PATIENCE)

    assert (process.returncode, stdout) == (130, "")
    assert "error: interrupted: everything that was started is ended." in stderr
    assert "Traceback" not in stderr
    assert not [line for line in stderr.splitlines() if line.startswith("failed")]
    assert [line.split()[-1] for line in stderr.splitlines() if line.startswith("not run")] == ["interrupted"]
    until(lambda: not of(shop))
    assert list(temporary.iterdir()) == []
    assert not (shop / "__pycache__").exists()


def of(folder: Path) -> list[str]:
    """The command lines of the processes that run in a folder, or speak of it."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            line = (each / "cmdline").read_text().replace("\0", " ")
            if str(folder) in (line + str((each / "cwd").readlink())) and each.name != str(os.getpid()):
                found.append(line)
        except OSError:
            continue  # it has ended
    return found


def until(true: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)
