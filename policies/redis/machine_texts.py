"""The texts that decide what runs on a plan's machines and in its containers: user data and container definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from plan.model import Reference, Secret, Unknown
from policies.sighting import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Resource, Value

_USER_DATA = {
    "aws:ec2/instance:Instance": ("userData", "userDataBase64"),
    "aws:ec2/launchTemplate:LaunchTemplate": ("userData",),
    "aws:ec2/launchConfiguration:LaunchConfiguration": ("userData", "userDataBase64"),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ("userData", "userDataBase64"),
    "aws:lightsail/instance:Instance": ("userData",),
}
_SPOT_FLEET = "aws:ec2/spotFleetRequest:SpotFleetRequest"
_TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
# Images and repositories that a plan itself makes, and the input that names them; their resource where it is not set.
_IMAGE_NAMES = {
    "aws:ecr/repository:Repository": "name",
    "aws:ecrpublic/repository:Repository": "repositoryName",
    "docker:index/image:Image": "imageName",
    "docker-build:index:Image": "",
}
_Kind = Literal["user data", "container definitions"]


@dataclass(frozen=True, slots=True)
class MachineText:
    """One input that decides what runs: the input's path, and its text with `MARK` for what only deployment tells.

    Where nothing of the text can be read, `hidden` says why.
    """

    resource: Resource
    path: str
    kind: _Kind
    text: str
    hidden: str = ""


def machine_texts(graph: Graph) -> Iterator[MachineText]:
    """Every such input of the plan that is set. Resources that are only read are somebody else's."""
    for kind, names in _USER_DATA.items():
        for resource in _made(graph, kind):
            for name in names:
                yield from _texts(graph, resource, name, resource.inputs.get(name))
    for resource in _made(graph, _SPOT_FLEET):
        yield from _fleet(graph, resource)
    for resource in _made(graph, _TASK_DEFINITION):
        definitions = resource.inputs.get("containerDefinitions")
        yield from _texts(graph, resource, "containerDefinitions", definitions, "container definitions")


def _made(graph: Graph, kind: str) -> Iterator[Resource]:
    return (resource for resource in graph.of_type(kind) if not resource.external)


def _fleet(graph: Graph, resource: Resource) -> Iterator[MachineText]:
    specifications = resource.inputs.get("launchSpecifications")
    if not isinstance(specifications, list | tuple):
        yield from _texts(graph, resource, "launchSpecifications", specifications)
        return
    for index, specification in enumerate(specifications):
        path = f"launchSpecifications[{index}]"
        if isinstance(specification, Mapping):
            yield from _texts(graph, resource, f"{path}.userData", specification.get("userData"))
        else:
            yield from _texts(graph, resource, path, specification)


def _texts(
    graph: Graph, resource: Resource, path: str, value: Value, kind: _Kind = "user data"
) -> Iterator[MachineText]:
    if value not in (None, ""):
        text, hidden = _read(graph, value)
        yield MachineText(resource, path, kind, text, hidden)


def _read(graph: Graph, value: Value) -> tuple[str, str]:
    """A value's text, and why there is none."""
    if isinstance(value, str):
        return value, ""
    if isinstance(value, Secret):
        return "", "secret"
    if not isinstance(value, Unknown):
        return "", f"not text but {type(value).__name__}"
    if value.text and value.target is None:
        return _with_marks(graph, value.text, value.references), ""
    waits = sorted({urn.rpartition("::")[2] for urn in value.dependencies})
    return "", "unknown before deployment" + (f" (it waits for {', '.join(waits)})" if waits else "")


def _with_marks(graph: Graph, text: str, references: tuple[Reference, ...]) -> str:
    for reference in references:
        text = text.replace(str(reference), _image_name(graph.get(reference.urn)) or MARK)
    return text


def _image_name(resource: Resource | None) -> str:
    """The name of an image or repository that the plan makes; empty for anything else, and where that is not known."""
    if resource is None or resource.type not in _IMAGE_NAMES:
        return ""
    given = resource.inputs.get(_IMAGE_NAMES[resource.type], resource.name)
    return given if isinstance(given, str) else ""
