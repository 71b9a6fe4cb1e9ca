"""Rule `required-tags`: what the application demands of every resource stands on every resource."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from policies.aws.types import GROUP
from policies.documents import document
from policies.facts import required_tags
from policies.inputs import Field, every, made, some, verdict
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plan.graph import Graph
    from plan.model import Resource
    from policies.finding import Verdict
    from policies.inputs import Answer

# Every type of the SDK that takes tags: tests/policies/test_taggable.py holds it against the SDK.
_TAGGABLE = frozenset(json.loads((Path(__file__).parents[1] / "data" / "aws-taggable.json").read_text()))
_PROVIDER = "pulumi:providers:aws"
_SHOWN = 3  # names of tags in a message


def _judge(graph: Graph) -> Iterator[Verdict]:
    wanted = required_tags(graph)
    if not wanted:
        return
    providers = {each.resource.urn: document(each["defaultTags"])["tags"] for each in made(graph, _PROVIDER)}
    for resource in graph.plan.resources:
        if resource.external or not resource.type.startswith("aws:"):
            continue
        tags = Field(resource, "", resource.inputs)["tags"]
        if tags.given or resource.type in _TAGGABLE:
            yield from _tagged(resource, wanted, _places(resource, tags, providers))


def _places(resource: Resource, tags: Field, providers: Mapping[str, Field]) -> tuple[Field, ...]:
    """Where the tags of a resource stand: its own, and those that its provider gives to all but scaling groups."""
    # A plan names the provider with its id, the policy host without.
    default = providers.get(resource.provider.rpartition("::")[0]) or providers.get(resource.provider)
    return (tags,) if default is None or resource.type == GROUP else (tags, default)


def _tagged(resource: Resource, wanted: tuple[Field, ...], places: tuple[Field, ...]) -> Iterator[Verdict]:
    asked = {name: value for each in wanted for name, value in each.entries()}
    hidden = any(each.hidden for each in wanted)
    answers = {name: _carried(places, name, value) for name, value in asked.items()}
    holds = every((*answers.values(), *((None,) if hidden else ())))
    named = sorted(name for name, answer in answers.items() if answer is (False if holds is False else None))
    missing = ", ".join(named[:_SHOWN]) + (f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else "")
    yield from verdict(resource, holds, "lacks tags that the application demands", missing or "they are not known")


def _carried(places: tuple[Field, ...], name: str, value: Field) -> Answer:
    """Whether a resource has a tag. The first place that says anything of it decides: its own before its provider's."""
    for place in places:
        said = _says(place, name)
        if said is not False:
            return _has(place, name, value) if said else None
    return False


def _says(place: Field, name: str) -> Answer:
    """Whether a place gives the tag any value."""
    if place.hidden:
        return None
    if isinstance(place.value, list | tuple):  # of a scaling group, or of a type that takes keys and values
        return some(_is(each["key"], name) for each in place.items())
    return place[name].given


def _has(place: Field, name: str, value: Field) -> Answer:
    if isinstance(place.value, list | tuple):
        return some(every((_is(each["key"], name), _same(each["value"], value))) for each in place.items())
    return _same(place[name], value)


def _is(given: Field, name: str) -> Answer:
    text = given.text()
    return None if text is None else text == name


def _same(given: Field, wanted: Field) -> Answer:
    one, other = given.text(), wanted.text()
    return None if one is None or other is None else one == other


RULES = (
    Rule(
        id="required-tags",
        title="Resources carry the tags that the application demands",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("own: who pays and who answers must be told from the resource",),
        rationale="Without them nobody can tell whose a resource is, what it costs whom, and whether it may go.",
        remedy="Set default_tags of the provider to the required tags; give them to scaling groups by themselves.",
        judge=_judge,
    ),
)
