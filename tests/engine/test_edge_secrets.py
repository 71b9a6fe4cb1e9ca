"""The secrets of a Worker on the real engine: neither what is given nor what is made is told anywhere in clear."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

from slipway.engine.workspace import Workspace
from slipway.simulated.inventory import inventory
from tests.rehearsal.projects import copied, write_stack
from tests.stacks.edge_forms import at_the_edge
from tests.stacks.project import MARK

if TYPE_CHECKING:
    from pathlib import Path

STACK = "mentors-worker"
GIVEN = ("DATABASE_PASSWORD", "RESEND_API_KEY")
# What the simulated cloud keeps in clear, as the real one does, and the answers that the test gave.
IN_CLEAR = ("cloud/", "answers.json")


def test_no_secret_of_a_worker_is_in_a_state_a_preview_a_log_or_an_error(pulumi_cli: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    content = at_the_edge("mentors", "production")
    write_stack(copied(project), STACK, content)
    answers = tmp_path / "answers.yaml"
    answers.write_text(yaml.safe_dump({"config": {f"secrets:{name}": f"{MARK}-{name}-0123456789" for name in GIVEN}}))
    engine = tmp_path / "engine"
    with Workspace(project, folder=engine, pulumi=pulumi_cli, answers=answers) as workspace:
        planned, deployed = workspace.preview(STACK), workspace.up(STACK)
        content["slipway:topology"]["worker"]["migrations"].append({"tag": "v2", "new": ["Inbox"]})
        write_stack(project, STACK, content)  # v1 is deployed and not said to be, which Cloudflare refuses
        refused = workspace.up(STACK)
        state = workspace.export(STACK)
        (made,) = [
            str(each.computed["hex"]) for each in inventory(workspace.cloud) if each.type.endswith(":RandomBytes")
        ]

    assert deployed.ok, deployed.errors
    assert "Migration tag precondition failed" in refused.errors
    told = [repr(planned), repr(deployed), repr(refused), json.dumps(state)]
    assert [each[:200] for each in told if MARK in each or made in each] == []
    files = [file for file in engine.rglob("*") if file.is_file()]
    leaks = [
        str(file.relative_to(engine))
        for file in files
        if any(secret in file.read_bytes() for secret in (MARK.encode(), made.encode()))
    ]
    assert [each for each in leaks if not each.startswith(IN_CLEAR)] == []
    assert any(each.startswith("cloud/") for each in leaks), "the Worker has them"
