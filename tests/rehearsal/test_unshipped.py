"""What no shipped stack has, on the real engine: Workers, other choices of data, frontends, NAT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from slipway.project import Project
from slipway.rehearsal.order import Order
from slipway.rehearsal.rehearse import rehearse
from slipway.rehearsal.results import Outcome
from tests.rehearsal.points import ROOT
from tests.rehearsal.projects import Quiet, copied, write_stack
from tests.stacks.container_forms import CONTAINER_FORMS, write_shop
from tests.stacks.edge_forms import at_the_edge
from tests.stacks.forms import FORMS, form

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("pulumi_cli")


def with_site() -> dict[str, Any]:
    """A frontend in another region than CloudFront's certificates."""
    shipped = (ROOT / "config" / "Pulumi.orders-production.yaml").read_text()
    content: dict[str, Any] = yaml.safe_load(shipped.replace("us-east-1", "eu-west-1"))["config"]
    content["slipway:topology"]["frontend"] = {"kind": "cloudfront"}
    return content


def edge() -> dict[str, Any]:
    """A Worker with all that it can be bound to, and a database that may be thrown away."""
    content = at_the_edge("helpdesk", "staging")
    content["slipway:topology"]["database"] = {"deletion": "destroy"}
    return content


def pages() -> dict[str, Any]:
    """A Worker, and a frontend at Pages that Cloudflare builds, at the address that it gives, with previews let in."""
    content = at_the_edge("videochat", "staging")
    content["slipway:topology"]["frontend"] = {
        "kind": "pages",
        "build": {"kind": "github", "owner": "acme", "repository": "videochat"},
        "previews": {"kind": "branches", "include": ["feature/*"], "admitted": True},
        "deletion": "destroy",  # so that a change that would replace it is tried
    }
    del content["slipway:topology"]["worker"]["assets"]
    content["slipway:overrides"]["frontend"] = {"url": None, "other_origins": []}
    content["slipway:overrides"]["services"]["signal"]["derived"] = {
        "ALLOWED_ORIGINS": "frontend.origins",
        "PREVIEWS": "frontend.previews",
    }
    return content


STACKS: dict[str, Callable[[], dict[str, Any]]] = {  # Any: any YAML
    "orders-site": with_site,
    "drops-grown": lambda: CONTAINER_FORMS["drops-grown-tasks"],
    "orders-schedules": lambda: CONTAINER_FORMS["orders-schedules-tasks"],
    "drops-built": lambda: CONTAINER_FORMS["drops-built-tasks"],
    "orders-built": lambda: CONTAINER_FORMS["orders-built-tasks"],
    "drops-aurora": lambda: form("drops", "production", database={"engine": {"kind": "aurora"}, "replicas": 0}),
    "drops-forwarded": lambda: FORMS["drops-staging"],
    "helpdesk-worker": edge,
    "videochat-pages": pages,
}


def project(folder: Path, stack: str) -> Project:
    """Our own program with one more stack."""
    write_stack(copied(folder), stack, STACKS[stack]())
    write_shop(folder)
    return Project.find(folder)


@pytest.mark.slow  # two minutes each; one shipped stack goes through the same on each run, and all through its outline
@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_passes_its_whole_rehearsal(tmp_path: Path, stack: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    answers = ROOT / "examples" / "answers.yaml"
    order = Order(project=project(folder, stack), stack=stack, answers=answers, logs=tmp_path / "logs")

    rehearsal = rehearse(order, Quiet())

    wrong = [f"{each.name}: {each.detail}" for each in rehearsal.results if each.outcome is not Outcome.PASSED]
    assert wrong == []
    assert {"up", "nothing to do", "release", "rollback", "teardown"} <= {each.name for each in rehearsal.results}
