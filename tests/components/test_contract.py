"""What holds for every component, found by walking the package."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
import warnings
from typing import TYPE_CHECKING, get_type_hints

import pulumi
import pulumi_aws
import pytest
from pulumi.provider.experimental.analyzer import Analyzer, ComponentDefinition

import components
from components.server.args import ServerArgs
from components.server.uptime import UptimeArgs
from tests.components.planning import HERE, planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Resource

MODULES = [found.name for found in pkgutil.walk_packages(components.__path__, "components.")]


def _components() -> dict[str, type[pulumi.ComponentResource]]:
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the SDK warns of its own modules while they are loaded
        for name in MODULES:
            importlib.import_module(name)
    for name in MODULES:
        for kind in vars(importlib.import_module(name)).values():
            own = inspect.isclass(kind) and kind.__module__ == name
            if own and issubclass(kind, pulumi.ComponentResource):
                found[f"{name.split('.')[1]}.{kind.__name__}"] = kind
    return found


COMPONENTS = _components()
each_component = pytest.mark.parametrize("component", COMPONENTS.values(), ids=COMPONENTS.keys())


@pytest.fixture
def definitions() -> dict[str, ComponentDefinition]:
    """What Pulumi's component packages make of our classes."""
    return Analyzer("slipway").analyze(list(COMPONENTS.values()))["component_definitions"]


def guarded(graph: Graph, component: type[pulumi.ComponentResource]) -> Resource:
    """The component of that class that the program made under options of the caller."""
    found = graph.of_type(_token(component))
    own = f"::{_token(component)}::guarded-"  # not one that is part of another component
    return next(resource for resource in found if own in resource.urn)


def below(graph: Graph, urn: str) -> Iterator[Resource]:
    for child in graph.children(urn):
        yield child
        yield from below(graph, child.urn)


def _token(component: type[pulumi.ComponentResource]) -> str:
    """The text that a component gives as its type: the first argument of `super().__init__`."""
    source = ast.parse(textwrap.dedent(inspect.getsource(component.__init__)))
    (call,) = [
        node
        for node in ast.walk(source)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "__init__"
        and isinstance(node.func.value, ast.Call)
    ]
    token = call.args[0]
    assert isinstance(token, ast.Constant), "the type token is computed"
    assert isinstance(token.value, str)
    return token.value


def test_the_walk_finds_the_components() -> None:
    assert {"app.Application", "aws.Network", "aws.LoadBalancer", "cloudflare.CloudflareZone"} <= set(COMPONENTS)


def test_no_two_components_have_the_same_class_name() -> None:
    # A component package has one list of names for all clouds.
    assert len({component.__name__ for component in COMPONENTS.values()}) == len(COMPONENTS)


@each_component
def test_a_type_token_is_a_literal_of_cloud_and_class(component: type[pulumi.ComponentResource]) -> None:
    cloud = component.__module__.split(".")[1]
    assert _token(component) == f"slipway:{cloud}:{component.__name__}"


@each_component
def test_a_component_takes_name_args_and_opts(component: type[pulumi.ComponentResource]) -> None:
    parameters = inspect.signature(component.__init__).parameters
    assert list(parameters) == ["self", "name", "args", "opts"]
    assert parameters["opts"].default is None
    hints = get_type_hints(component.__init__)
    assert hints["name"] is str
    assert hints["args"].__name__ == f"{component.__name__}Args" or hints["args"] in (ServerArgs, UptimeArgs)
    assert hints["opts"] == pulumi.ResourceOptions | None


@each_component
def test_a_component_package_accepts_it_and_can_describe_every_input(
    component: type[pulumi.ComponentResource], definitions: dict[str, ComponentDefinition]
) -> None:
    definition = definitions[component.__name__]
    assert definition.description
    assert [name for name, prop in definition.inputs.items() if not prop.description] == []
    assert [name for name, prop in definition.outputs.items() if not prop.description] == []


def test_a_component_package_builds_every_component_from_plain_data() -> None:
    graph = planned(HERE / "programs" / "package", "test")
    built = {resource.type for resource in graph.plan.resources if resource.type.startswith("slipway:")}
    assert built == {_token(component) for component in COMPONENTS.values()}


@each_component
def test_the_annotated_outputs_are_those_that_are_registered(
    component: type[pulumi.ComponentResource], parts: Graph, definitions: dict[str, ComponentDefinition]
) -> None:
    assert set(guarded(parts, component).outputs) == set(definitions[component.__name__].outputs)


@each_component
def test_every_resource_of_a_component_is_its_child(component: type[pulumi.ComponentResource], parts: Graph) -> None:
    owner = guarded(parts, component)
    named = {resource.urn for resource in parts.plan.resources if resource.name.startswith(f"{owner.name}-")}
    assert {child.urn for child in below(parts, owner.urn)} == named


@each_component
def test_names_of_children_begin_with_the_component_s(component: type[pulumi.ComponentResource], parts: Graph) -> None:
    for owner in parts.of_type(_token(component)):
        assert [child.name for child in below(parts, owner.urn) if not child.name.startswith(f"{owner.name}-")] == []


@each_component
def test_protection_and_provider_of_the_caller_reach_every_child(
    component: type[pulumi.ComponentResource], parts: Graph
) -> None:
    children = list(below(parts, guarded(parts, component).urn))
    assert [child.urn for child in children if not child.protect] == []
    assert [child.urn for child in children if child.custom and "::elsewhere::" not in child.provider] == []


@each_component
def test_aliases_of_the_caller_stay_with_the_component(component: type[pulumi.ComponentResource], parts: Graph) -> None:
    owner = guarded(parts, component)
    former = owner.name.replace("guarded", "former")
    assert [alias.rpartition("::")[2] for alias in owner.aliases] == [former]
    for child in below(parts, owner.urn):
        assert [alias for alias in child.aliases if alias.endswith(f"::{former}")] == []


@each_component
def test_an_output_of_a_component_is_never_a_look_up_of_its_own(component: type[pulumi.ComponentResource]) -> None:
    source = inspect.getsource(importlib.import_module(component.__module__))
    assert "pulumi.Config" not in source
    assert "get_stack" not in source
    assert ".get_" not in source


def test_a_component_s_resources_are_tagged_with_a_name(parts: Graph) -> None:
    own_form = {"aws:autoscaling/group:Group"}
    custom = [found for found in parts.plan.resources if found.custom and found.type.startswith("aws:")]
    assert custom
    untagged = {
        found.type
        for found in custom
        if found.type not in own_form
        and _taggable(found.type)
        and not (isinstance(tags := found.inputs.get("tags"), dict) and "Name" in tags)
    }
    assert untagged == set()


def _taggable(token: str) -> bool:
    """Whether the SDK's class of that type has tags."""
    _, module, kind = token.split(":")
    package = module.partition("/")[0]
    package = "lambda_" if package == "lambda" else package  # a word of Python's own
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # as above
        return hasattr(getattr(getattr(pulumi_aws, package), kind), "tags")


def test_security_groups_have_no_rules_inside(parts: Graph) -> None:
    kinds = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    groups = [group for kind in kinds for group in parts.of_type(kind)]
    assert groups
    assert [group.urn for group in groups if "ingress" in group.inputs or "egress" in group.inputs] == []


def test_security_groups_and_rules_say_what_they_are_for(parts: Graph) -> None:
    kinds = (
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    )
    found = [resource for kind in kinds for resource in parts.of_type(kind)]
    assert [resource.urn for resource in found if not resource.inputs.get("description")] == []
