"""What a plan tells programs in plain view besides their variables: commands, labels, options, documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from plan.model import Secret, Unknown
from policies.aws.containers import containers, described
from policies.aws.types import TASK_DEFINITION
from policies.inputs import Field, made, places
from policies.redis.trees import yaml_trees
from policies.sighting import MARK
from policies.user_data import script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Value

_JOB = "aws:batch/jobDefinition:JobDefinition"
# One command, or the words of one.
_COMMANDS = {
    "aws:lambda/function:Function": (("imageConfig", "commands"), ("imageConfig", "entryPoints")),
    "aws:apprunner/service:Service": tuple(
        ("sourceConfiguration", *path)
        for path in (
            ("imageRepository", "imageConfiguration", "startCommand"),
            ("codeRepository", "codeConfiguration", "codeConfigurationValues", "startCommand"),
            ("codeRepository", "codeConfiguration", "codeConfigurationValues", "buildCommand"),
        )
    ),
}
_LIGHTSAIL = "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion"
# Documents that change what containers are told when they are started, and builds.
_CHANGES = {
    "aws:sfn/stateMachine:StateMachine": ("definition",),
    "aws:codebuild/project:Project": ("source", "buildspec"),
    "aws:glue/job:Job": ("defaultArguments",),
}
_TARGET, _SCHEDULE = "aws:cloudwatch/eventTarget:EventTarget", "aws:scheduler/schedule:Schedule"
# Documents of what machines run, or are made from.
_OF_MACHINES = (
    ("aws:ssm/document:Document", "content"),
    ("aws:ssm/association:Association", "parameters"),
    ("aws:imagebuilder/component:Component", "data"),
    ("aws:imagebuilder/containerRecipe:ContainerRecipe", "dockerfileTemplateData"),
    ("aws:cloudformation/stack:Stack", "templateBody"),
    ("aws:cloudformation/stack:Stack", "parameters"),
)
_LINES = frozenset({"RUNCOMMAND", "COMMANDS"})  # a script, line by line
_MOST = 20_000  # parts of one document


class Instruction(NamedTuple):
    """One text that programs are told. `what` begins a sentence; `name` is what it stands under, or empty."""

    what: str
    name: str
    value: Field


def instructions(graph: Graph) -> Iterator[Instruction]:
    """Everything that containers, functions, builds and jobs are told in plain view, but for their variables."""
    for task in made(graph, TASK_DEFINITION):
        for container in containers(task):
            yield from _of_container(container)
    for job in made(graph, _JOB):
        yield from _of_container(described(job["containerProperties"]))
    yield from _commands(graph)
    for each, path in _changes(graph):
        yield from document(each.below(path))


def _commands(graph: Graph) -> Iterator[Instruction]:
    for deployment in made(graph, _LIGHTSAIL):
        for container in deployment["containers"].items():
            yield from _command(container["commands"])
    for field in places(graph, _COMMANDS):
        yield from _command(field)


def _changes(graph: Graph) -> Iterator[tuple[Field, tuple[str, ...]]]:
    """Each document that changes what is told to what a schedule, an event or a chain of steps starts."""
    for kind, place in _CHANGES.items():
        yield from ((each, place) for each in made(graph, kind))
    for target in made(graph, _TARGET):
        if target["ecsTarget"].given:
            yield from ((target, ("input",)), (target, ("inputTransformer", "inputTemplate")))
    for schedule in made(graph, _SCHEDULE):
        if schedule["target"]["ecsParameters"].given:
            yield schedule, ("target", "input")


def documents_of_machines(graph: Graph) -> Iterator[Instruction]:
    """Everything that documents tell machines to run."""
    for kind, name in _OF_MACHINES:
        for each in made(graph, kind):
            yield from document(each[name])


def _of_container(container: Field) -> Iterator[Instruction]:
    if container.hidden:
        return  # so are its variables: that is told of them
    for command in (container["command"], container["entryPoint"], container["healthCheck"]["command"]):
        yield from _command(command)
    for what, options in (
        ("a label", container["dockerLabels"]),
        ("an option of the log", container["logConfiguration"]["options"]),
        ("an option of the log", container["firelensConfiguration"]["options"]),
    ):
        yield from (Instruction(what, name, each) for name, each in options.entries())
        if options.hidden:
            yield Instruction(what, "", options)


def _command(field: Field) -> Iterator[Instruction]:
    """A command as a whole, and those words of it that the plan does not tell."""
    words = field.items()
    yield from (Instruction("a command", "", each) for each in words if each.hidden)
    yield Instruction("a command", "", Field(field.resource, field.path, _joined(" ", words)))


def _joined(sign: str, words: tuple[Field, ...]) -> str:
    return sign.join(MARK if each.hidden else str(each.value) for each in words)


def document(field: Field) -> Iterator[Instruction]:
    """Every text of a document with the name that it stands under, and lists of texts as one."""
    read = script(field)
    if field.absent:
        return
    if field.hidden and not read.text:
        yield Instruction("the document", "", field)
        return
    yield from (Instruction("the document", "", one) for one in _references(field))
    waiting = [("", tree) for tree in (_trees(read.text) if read.text else [field.value])]
    for _ in range(_MOST):
        if not waiting:
            return
        name, value = waiting.pop()
        if isinstance(value, str):
            yield Instruction("the document", name, Field(field.resource, field.path, value))
        elif isinstance(value, Mapping):
            waiting += _entries(value)
        elif isinstance(value, list | tuple):
            texts = [each for each in value if isinstance(each, str)]
            if texts:
                joined = ("\n" if name.upper() in _LINES else " ").join(texts)
                yield Instruction("the document", name, Field(field.resource, field.path, joined))
            waiting += [(name, each) for each in value if not isinstance(each, str)]
        elif isinstance(value, Unknown | Secret):
            yield Instruction("the document", name, Field(field.resource, field.path, value))
    yield Instruction("the document", "", Field(field.resource, field.path, Unknown()))


def _references(field: Field) -> tuple[Field, ...]:
    """The document itself where it is made of outputs: what these are is told by nothing inside."""
    return (field,) if isinstance(field.value, Unknown) else ()


def _entries(node: Mapping[str, Value]) -> list[tuple[str, Value]]:
    """The entries of a map. A name beside a value is the name of that value."""
    keys = {str(key).lower(): value for key, value in node.items()}
    name = keys.get("name", keys.get("key"))
    if isinstance(name, str) and "value" in keys:
        return [(name, keys["value"])]
    return [(str(key), value) for key, value in node.items()]


def _trees(text: str) -> list[Value]:
    """A text as the document that it is in JSON or YAML, else the text."""
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        trees = yaml_trees(text) if ":" in text else None
    return trees if trees and all(isinstance(each, Mapping | list) for each in trees) else [text]
