"""The variables that a plan gives to programs in plain view: of containers, functions, builds and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policies.aws.containers import containers, described
from policies.aws.types import TASK_DEFINITION
from policies.inputs import made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.inputs import Field

# Maps of names to values.
_MAPS = {
    "aws:lambda/function:Function": ("environment", "variables"),
    "aws:amplify/app:App": ("environmentVariables",),
    "aws:amplify/branch:Branch": ("environmentVariables",),
}
_APP_RUNNER = "aws:apprunner/service:Service"
_APP_RUNNER_PLACES = (
    ("imageRepository", "imageConfiguration", "runtimeEnvironmentVariables"),
    ("codeRepository", "codeConfiguration", "codeConfigurationValues", "runtimeEnvironmentVariables"),
)
_BUILD = "aws:codebuild/project:Project"
_JOB = "aws:batch/jobDefinition:JobDefinition"
_LIGHTSAIL = "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion"
_BEANSTALK = "aws:elasticbeanstalk/environment:Environment"
_BEANSTALK_SPACE = frozenset({"AWS:ELASTICBEANSTALK:APPLICATION:ENVIRONMENT"})
_WORKERS = (
    "cloudflare:index/workersScript:WorkersScript",
    "cloudflare:index/workerScript:WorkerScript",
    "cloudflare:index/workerVersion:WorkerVersion",
)
_PAGES = "cloudflare:index/pagesProject:PagesProject"
_PLAIN_BINDINGS = frozenset({"PLAIN_TEXT", "JSON"})


class Variable(NamedTuple):
    """One variable. `name` is None where the plan does not tell it."""

    name: str | None
    value: Field


def variables(graph: Graph) -> Iterator[Variable]:
    """Every variable that AWS shows to whoever may look at the resource."""
    for task in made(graph, TASK_DEFINITION):
        for container in containers(task):
            yield from _pairs(container["environment"])
    for job in made(graph, _JOB):
        yield from _pairs(described(job["containerProperties"])["environment"])
    yield from _maps(graph)
    yield from _chosen(graph)


def _maps(graph: Graph) -> Iterator[Variable]:
    for kind, path in _MAPS.items():
        for each in made(graph, kind):
            yield from _entries(each.below(path))
    for service in made(graph, _APP_RUNNER):
        for path in _APP_RUNNER_PLACES:
            yield from _entries(service["sourceConfiguration"].below(path))
    for deployment in made(graph, _LIGHTSAIL):
        for container in deployment["containers"].items():
            yield from _entries(container["environment"])


def _chosen(graph: Graph) -> Iterator[Variable]:
    """Those lists of which only some entries are variables in plain text."""
    for project in made(graph, _BUILD):
        for each in project["environment"]["environmentVariables"].items():
            if each["type"].among({"PLAINTEXT"}, default="PLAINTEXT") is not False:
                yield _pair(each)
    for environment in made(graph, _BEANSTALK):
        for each in environment["settings"].items():
            if each["namespace"].among(_BEANSTALK_SPACE) is not False:
                yield _pair(each)


def bindings(graph: Graph) -> Iterator[Variable]:
    """Every plain-text variable of Workers and Pages of Cloudflare."""
    for worker in made(graph, *_WORKERS):
        for each in worker["bindings"].items():
            if each["type"].among(_PLAIN_BINDINGS) is not False:
                yield Variable(each["name"].text(), each["json" if each["json"].given else "text"])
        for each in worker["plainTextBindings"].items():
            yield Variable(each["name"].text(), each["text"])
    for project in made(graph, _PAGES):
        for stage in ("production", "preview"):
            config = project["deploymentConfigs"][stage]
            yield from _entries(config["environmentVariables"])
            for name, each in config["envVars"].entries():
                if each["type"].among({"PLAIN_TEXT"}, default="plain_text") is not False:
                    yield Variable(name, each["value"])


def _entries(field: Field) -> Iterator[Variable]:
    if field.hidden:
        yield Variable(None, field)
    yield from (Variable(name, each) for name, each in field.entries())


def _pairs(field: Field) -> Iterator[Variable]:
    yield from (_pair(each) for each in field.items())


def _pair(field: Field) -> Variable:
    return Variable(field["name"].text(), field["value"])
