"""The order of a deployment with migrations of D1 on the real engine. The command is simulated and runs nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.danger.judging import dangers
from slipway.engine.workspace import Workspace
from slipway.simulated.faults import Fault, write_faults

if TYPE_CHECKING:
    from slipway.engine.results import RunResult

PROGRAM = Path(__file__).parent / "programs" / "migrated"
COMMAND, WORKER = "command:local:Command", "cloudflare:index/workersScript:WorkersScript"
FIRST = {"name": "0001_a.sql", "sha256": "a" * 64}
SECOND = {"name": "0002_b.sql", "sha256": "b" * 64}


def done(result: RunResult) -> list[tuple[str, str]]:
    """What was done to custom resources, in order: the operation and the type's last word."""
    kinds = [(op, urn.split("::")[2].rpartition("$")[2]) for op, urn in result.operations]
    return [(op, kind.rpartition(":")[2]) for op, kind in kinds if ":" in kind and "slipway" not in kind]


@pytest.mark.slow  # the engine starts six times
def test_tables_come_between_database_and_worker_and_a_failure_leaves_the_old_worker(
    pulumi_cli: Path, tmp_path: Path
) -> None:
    def engine(name: str, files: list[dict[str, str]], release: str) -> Workspace:
        given = tmp_path / f"{name}.yaml"
        given.write_text(json.dumps({"config": {"files": json.dumps(files), "release": release}}))
        return Workspace(PROGRAM, folder=tmp_path, pulumi=pulumi_cli, answers=given)

    with engine("first", [FIRST], "1") as first:
        made = first.up("dev")
    with engine("again", [FIRST], "1") as again:
        same = again.up("dev")
    with engine("grown", [FIRST, SECOND], "2") as grown:
        previewed = grown.preview("dev")
        write_faults(grown.cloud, (Fault(kind="fail", type=COMMAND),))
        failed = grown.up("dev")
        write_faults(grown.cloud, ())
        mended = grown.up("dev")

    assert made.ok, made.errors
    order = [kind for op, kind in done(made) if op == "create"]
    assert order.index("D1Database") < order.index("Command") < order.index("WorkersScript")
    assert done(same) == []
    assert dangers(previewed.steps).endangered == ()
    assert not failed.ok
    assert not any(kind == "WorkersScript" for _, kind in done(failed)), "the old Worker goes on"
    assert mended.ok, mended.errors
    kinds = [kind for _, kind in done(mended)]
    assert kinds.index("Command") < kinds.index("WorkersScript")
