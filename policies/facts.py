"""What the application says about a stack, for rules that ask more of production."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policies.inputs import Field, made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Answer

APPLICATION = "slipway:app:Application"
_TOLD = ("development", "staging", "production")


def environment(graph: Graph) -> str | None:
    """The environment that the stack says it is; None where that is hidden.

    A stack that does not say, or says it in words that are not known here, is judged as production is: what nobody
    declares as less may be just that.
    """
    told = [each["environment"].text() for each in made(graph, APPLICATION)]
    if None in told:
        return None
    return next((each for each in _TOLD if told and set(told) == {each}), "production")


def production(graph: Graph) -> Answer:
    """Whether a stack is production; None where it says so in a way that the plan hides."""
    told = environment(graph)
    return None if told is None else told == "production"


def in_production(graph: Graph, found: Iterable[Verdict]) -> Iterator[Verdict]:
    """What a rule finds that holds in production only."""
    yield from where(production(graph), found)


def beyond_development(graph: Graph, found: Iterable[Verdict]) -> Iterator[Verdict]:
    """What a rule finds that holds everywhere but in development."""
    told = environment(graph)
    yield from where(None if told is None else told != "development", found)


def where(holds: Answer, found: Iterable[Verdict]) -> Iterator[Verdict]:
    """What a rule finds that holds in some environments only: nothing elsewhere, unproven where that is not known."""
    for each in found if holds is not False else ():
        doubt = f"{each.message} Whether that is so bad depends on the environment, which is not known."
        yield each if holds else replace(each, status="unproven", message=doubt)


def required_tags(graph: Graph) -> tuple[Field, ...]:
    """The tags that the application demands of every resource, one field for each application that demands any."""
    return tuple(each["requiredTags"] for each in made(graph, APPLICATION) if each["requiredTags"].given)
