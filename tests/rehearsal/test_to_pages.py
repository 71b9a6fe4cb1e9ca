"""A frontend that moves from CloudFront to Pages, in the two deployments that the guide names, on the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from slipway.engine.workspace import Workspace
from slipway.project import Project
from slipway.simulated.inventory import inventory
from tests.conftest import ROOT
from tests.rehearsal.projects import copied

if TYPE_CHECKING:
    from pathlib import Path

    from slipway.engine.results import RunResult
    from slipway.simulated.store import Object

STACK = "orders-staging"
RECORD, BUCKET = "aws:route53/record:Record", "aws:s3/bucket:Bucket"
HOST = "www.staging.orders.example.com"
PAGES = {"kind": "pages", "account_id": "fedcba9876543210fedcba9876543210"}


def deployed(engine: Workspace, frontend: dict[str, str], url: str | None) -> RunResult:
    """What becomes of a deployment with the frontend there."""
    file = engine.project.stack_file(STACK)
    content = yaml.safe_load(file.read_text())
    content["config"]["slipway:topology"]["frontend"] = frontend
    content["config"]["slipway:overrides"]["frontend"] = {"url": url}
    file.write_text(yaml.safe_dump(content))
    return engine.up(STACK)


def records(engine: Workspace) -> set[str]:
    """The types of the records of the frontend's name."""
    return {str(each.inputs["type"]) for each in found(engine, RECORD) if each.inputs["name"] == HOST}


def found(engine: Workspace, kind: str) -> list[Object]:
    return [each for each in inventory(engine.cloud) if each.type == kind]


@pytest.mark.slow  # two minutes: a whole stack is deployed, and changed twice
def test_two_deployments_lead_from_cloudfront_to_pages(tmp_path: Path, pulumi_cli: Path) -> None:
    made = Project.find(copied(tmp_path / "project"))
    answers = ROOT / "examples" / "answers.yaml"
    with Workspace(made.directory, folder=tmp_path / "engine", pulumi=pulumi_cli, warm=True, answers=answers) as engine:
        at_cloudfront = {"kind": "cloudfront"}
        first = deployed(engine, at_cloudfront, f"https://{HOST}")
        assert first.ok, first.errors
        assert records(engine) == {"A", "AAAA"}
        buckets = {each.id for each in found(engine, BUCKET)}

        for frontend, url in (
            ({**at_cloudfront, "deletion": "retain"}, None),
            (PAGES, f"https://{HOST}"),
        ):
            done = deployed(engine, frontend, url)
            assert done.ok, done.errors
        assert records(engine) == {"CNAME"}
        assert {each.id for each in found(engine, BUCKET)} == buckets
