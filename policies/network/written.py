"""What stands in subnets by a document or a list of settings, with these as inputs: `subnets`, `groups`, `public`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from plan.model import Unknown
from policies.network.inputs import hidden, items, maps
from policies.network.services import BEANSTALK, STATE_MACHINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Reference, Resource, Value

_NETWORK: Final = "awsvpcconfiguration"
_PUBLIC: Final = {"ENABLED": True, "DISABLED": False}
_SETTINGS: Final = {"subnets": "subnets", "securitygroups": "groups", "associatepublicipaddress": "public"}
# Where machines are that are told no subnet: the network that an account has from the start gives them addresses.
_DEFAULT: Final = "of the account's default network"


def read_out(resource: Resource) -> Resource:
    """The resource; where a text of it says where it stands, with what that text says as its inputs."""
    if resource.type == STATE_MACHINE:
        return replace(resource, inputs=_of_document(resource.inputs.get("definition")))
    if resource.type == BEANSTALK:
        return replace(resource, inputs=_of_environment(resource.inputs))
    return resource


def _of_document(value: Value) -> dict[str, Value]:
    """What a chain of steps says of the networks of all tasks that it runs."""
    text = value.text if isinstance(value, Unknown) else value if isinstance(value, str) else ""
    references = value.references if isinstance(value, Unknown) else ()
    if _NETWORK not in text.lower():
        return {}
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return {"subnets": [_whole(each) for each in references], "public": Unknown()}
    said: dict[str, list[Value]] = {"subnets": [], "groups": [], "public": []}
    for network in _networks(tree):
        given = {str(key).lower().removesuffix(".$"): each for key, each in network.items()}
        for name, key in (("subnets", "subnets"), ("groups", "securitygroups"), ("public", "assignpublicip")):
            said[name] += [leaf for each in items(given.get(key)) for leaf in _parts(each, references)]
    return {"subnets": said["subnets"], "groups": said["groups"], "public": _any_public(said["public"])}


def _any_public(given: list[Value]) -> Value:
    """Whether one of several switches is on. What is chosen only when a step runs is not known."""
    answers = [_PUBLIC.get(str(each).upper()) for each in given]
    return True if True in answers else Unknown() if None in answers else False


def _networks(tree: Value) -> Iterator[Mapping[str, Value]]:
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            for key, each in part.items():
                if str(key).lower() == _NETWORK and isinstance(each, Mapping):
                    yield each
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part


def _of_environment(inputs: Mapping[str, Value]) -> dict[str, Value]:
    """What the settings of an environment say of the machines that it makes."""
    settings = inputs.get("settings")
    said: dict[str, Value] = {}
    for setting in maps(settings):
        name = _SETTINGS.get(str(setting.get("name")).lower())
        given = setting.get("value")
        if name == "public":
            said[name] = given
        elif name is not None:
            references = given.references if isinstance(given, Unknown) else ()
            said[name] = _parts(given, references)
    if "subnets" not in said:
        elsewhere = hidden(settings) or any(map(hidden, items(settings))) or inputs.get("templateName")
        said = {"public": Unknown(), **said, "subnets": [Unknown() if elsewhere else _DEFAULT]}
    return said


def _parts(value: Value, references: tuple[Reference, ...]) -> list[Value]:
    """The ids of a text with commas between, each that is a reference as one."""
    if hidden(value) and not (isinstance(value, Unknown) and value.text):
        return [value]
    text = value.text if isinstance(value, Unknown) else str(value)
    known = {str(each): each for each in references}
    return [_whole(known[part]) if part in known else part for part in map(str.strip, text.split(",")) if part]


def _whole(reference: Reference) -> Unknown:
    return Unknown((reference,), str(reference))
