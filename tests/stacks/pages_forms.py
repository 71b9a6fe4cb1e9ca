"""Stacks in AWS whose frontend is at Cloudflare Pages, and what their plans say of its project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plan.graph import Graph
from tests.components.planning import inside, the_part
from tests.stacks.forms import form
from tests.stacks.project import answered, write

if TYPE_CHECKING:
    from plan.model import Value

ACCOUNT = "0123456789abcdef" * 2
PAGES = {"kind": "pages", "account_id": ACCOUNT}
AT_CLOUDFLARE = {"kind": "cloudflare", "zone": "orders.example.com", "zone_id": ACCOUNT}
TASKS = "aws:ecs/taskDefinition:TaskDefinition"
PREVIEWS = {"kind": "all", "admitted": True}
GIT = {"kind": "github", "owner": "acme", "repository": "orders"}
BACKEND = "https://app.orders.example.com"


def content(url: str | None = "", derived: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """A stack in staging with its frontend at Pages; an empty `url` leaves the application's own."""
    made = form("orders", "staging", **{"frontend": PAGES, **changes})
    if url != "":
        made["slipway:overrides"]["frontend"] = {"url": url}
    if derived:
        made["slipway:overrides"]["services"]["api"]["derived"] = derived
    return made


def with_pages(name: str, url: str | None = "", **changes: Any) -> Graph:
    found = answered(write(f"orders-{name}", content(url, **changes)))
    assert [each for each in found.findings if each.level == "mandatory"] == []
    return Graph(found.plan)


def environment(found: Graph, kind: str) -> dict[str, object]:
    configs = the_part(found, "orders-site", "PagesProject").inputs["deploymentConfigs"]
    told = inside(configs, kind, "envVars")
    assert isinstance(told, dict)
    return {name: inside(each, "value") for name, each in told.items()}


def config(found: Graph, kind: str) -> dict[str, Value]:
    told = inside(the_part(found, "orders-site", "PagesProject").inputs["deploymentConfigs"], kind)
    assert isinstance(told, dict)
    return told
