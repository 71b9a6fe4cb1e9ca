"""Places of single types of resources at which a password, a token or a key is wanted, and only that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plan.model import Secret
from policies.inputs import made, places
from policies.secret_names import tells_of_a_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Resource, Value
    from policies.inputs import Field

# Maps of settings of which some are secrets: their names tell.
_DETAILS = {
    "aws:cognito/identityProvider:IdentityProvider": ("providerDetails",),
    "aws:glue/connection:Connection": ("connectionProperties", "athenaProperties"),
}
_VALUES = {
    "aws:codebuild/sourceCredential:SourceCredential": (("token",),),
    "aws:amplify/app:App": (("accessToken",), ("oauthToken",), ("basicAuthCredentials",)),
    "aws:amplify/branch:Branch": (("basicAuthCredentials",),),
    "aws:cloudwatch/eventConnection:EventConnection": (("authParameters", "apiKey", "value"),),
    "cloudflare:index/workersSecret:WorkersSecret": (("secretText",),),
    "cloudflare:index/workerSecret:WorkerSecret": (("secretText",),),
    "cloudflare:index/secretsStoreSecret:SecretsStoreSecret": (("value",),),
}
_PIPELINE = "aws:codepipeline/pipeline:Pipeline"
_WORKERS = (
    "cloudflare:index/workersScript:WorkersScript",
    "cloudflare:index/workerScript:WorkerScript",
    "cloudflare:index/workerVersion:WorkerVersion",
)
_PAGES = "cloudflare:index/pagesProject:PagesProject"
_SECRET_BINDINGS = frozenset({"SECRET_TEXT", "SECRET_KEY"})
_LAST = re.compile(r"(\w[\w-]*)\W*$")


class Literal(NamedTuple):
    """A place that holds a secret as plain text."""

    resource: Resource
    path: str


def literal(value: Value) -> bool:
    """Whether a value stands in the program or in its settings as plain text."""
    if isinstance(value, Secret):
        return value.plain
    return isinstance(value, str) and bool(value)


def literals(graph: Graph) -> Iterator[Literal]:
    """Every such place that holds one as plain text."""
    for kind, names in _DETAILS.items():
        for each in made(graph, kind):
            for name in names:
                yield from _details(each[name])
    for pipeline in made(graph, _PIPELINE):
        for stage in pipeline["stages"].items():
            for action in stage["actions"].items():
                yield from _details(action["configuration"])
    for field in places(graph, _VALUES):
        yield from _of(field)
    yield from _bindings(graph)


def _bindings(graph: Graph) -> Iterator[Literal]:
    """What Workers and Pages of Cloudflare are given as secrets."""
    for worker in made(graph, *_WORKERS):
        for each in worker["bindings"].items():
            if each["type"].among(_SECRET_BINDINGS):
                yield from _of(each["text"])
                yield from _of(each["keyBase64"])
        for each in worker["secretTextBindings"].items():
            yield from _of(each["text"])
    for project in made(graph, _PAGES):
        for stage in ("production", "preview"):
            config = project["deploymentConfigs"][stage]
            yield from (one for _, each in config["secrets"].entries() for one in _of(each))
            for _, each in config["envVars"].entries():
                if each["type"].among(_SECRET_BINDINGS):
                    yield from _of(each["value"])


def _details(field: Field) -> Iterator[Literal]:
    if isinstance(field.value, Secret):
        for path in field.value.below:
            found = _LAST.search(path)
            if found and tells_of_a_secret(found[1]):
                yield Literal(field.resource, f"{field.path}{path}")
    for name, each in field.entries():
        if tells_of_a_secret(name):
            yield from _of(each)


def _of(field: Field) -> Iterator[Literal]:
    if literal(field.value):
        yield Literal(field.resource, field.path)
