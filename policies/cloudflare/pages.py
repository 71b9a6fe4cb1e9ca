"""Rules about Pages of Cloudflare: what becomes public by a push."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.facts import in_production
from policies.inputs import demand, made
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict

_PROJECT = "cloudflare:index/pagesProject:PagesProject"
_CHOSEN = frozenset({"NONE", "CUSTOM"})


def _judge_previews(graph: Graph) -> Iterator[Verdict]:
    """Of projects that are built from a repository: what is uploaded, somebody has chosen."""
    for project in made(graph, _PROJECT):
        setting = project["source"]["config"]["previewDeploymentSetting"]
        if project["source"].given:
            yield from demand(setting, setting.among(_CHOSEN, default="all"), "shows every branch to everybody")


RULES = (
    Rule(
        id="pages-previews-chosen",
        title="Previews of Pages in production are of chosen branches",
        severity="medium",
        level="advisory",
        clouds=("cloudflare",),
        references=("own: where nothing is said, every branch that is pushed has a public address",),
        rationale=(
            "A preview is public from the moment of the push, under an address that is easy to guess: what nobody has "
            "looked at yet, and often with production's backend behind it."
        ),
        remedy='Set preview_deployment_setting to "none", or to "custom" with the branches that may be seen.',
        judge=lambda graph: in_production(graph, _judge_previews(graph)),
    ),
)
