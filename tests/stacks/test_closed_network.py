"""Without a way out a stack still has all that it needs, and nothing that leads outside."""

from __future__ import annotations

import re

import pytest

from tests.components.planning import target
from tests.stacks import paths
from tests.stacks.forms import CLOSED
from tests.stacks.machines import scripts
from tests.stacks.paths import S3, WORLD, connections, memberships, values
from tests.stacks.project import graph

STACKS = [f"{app}-closed" for app in CLOSED]
# An address of AWS itself: a service's own name, reached by an endpoint; or the machine's, which is no network at all.
AMAZON = re.compile(r"(?:[\w{}.-]+\.)?amazonaws\.com|169\.254\.169\.254|127\.0\.0\.1(?::[\w$]+)?|localhost")
ADDRESS = re.compile(r"\b(?:https?|s3|git|ssh)://([^/\s\"'`)]+)")
CALLS = re.compile(r'ask(?:_json|_query)?\(\s*["\']([a-z0-9]+)["\']')
# What the agent and the shell call, beside what our own program calls.
OTHERS = {"logs", "monitoring", "ssm", "ssmmessages", "ec2messages", "ec2"}


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_translates_addresses_and_no_address_is_rented(stack: str) -> None:
    found = graph(stack)
    for kind in ("aws:ec2/natGateway:NatGateway", "aws:ec2/instance:Instance", "aws:ec2/eip:Eip"):
        assert found.of_type(kind) == ()


@pytest.mark.parametrize("stack", STACKS)
def test_no_machine_connects_to_the_world(stack: str) -> None:
    assert [edge for edge in connections(graph(stack)) if edge[1] == WORLD] == []


@pytest.mark.parametrize("stack", STACKS)
def test_machines_reach_the_endpoints_and_s3_and_nothing_else_of_aws(stack: str) -> None:
    found, app = graph(stack), stack.partition("-")[0]
    ((group, joined),) = memberships(found).items()
    assert f"{app}-network-endpoint-clients-sg" in joined
    reached = {edge for edge in connections(found) if edge[0] in joined}
    assert {edge for edge in reached if edge[2] == 443} == {
        (f"{app}-network-endpoint-clients-sg", f"{app}-network-endpoints-sg", 443),
        (f"{app}-network-endpoint-clients-sg", S3, 443),
    }
    assert group.startswith(app)


@pytest.mark.parametrize("stack", STACKS)
def test_every_service_of_aws_that_machines_call_has_an_endpoint_in_their_subnets(stack: str) -> None:
    found = graph(stack)
    made = {str(each.inputs["serviceName"]).rpartition(".")[2]: each for each in found.of_type(paths.ENDPOINT)}
    (script,) = scripts(found).values()
    called = {*CALLS.findall(script), *OTHERS}
    assert {"ssm", "secretsmanager", "autoscaling"} <= called, "the program calls AWS in other words"
    assert set(made) == {*called - {"ecr"}, "s3"}
    machines = paths.subnets_of(found, paths.MACHINES, "vpcZoneIdentifiers")
    for endpoint in (each for name, each in made.items() if name != "s3"):
        assert endpoint.inputs["privateDnsEnabled"] is True
        assert machines <= {target(each) for each in values(endpoint.inputs["subnetIds"])}


@pytest.mark.parametrize("stack", STACKS)
def test_user_data_names_no_host_outside_aws(stack: str) -> None:
    (script,) = scripts(graph(stack)).values()
    hosts = set(ADDRESS.findall(script))
    app = stack.partition("-")[0]
    pages = {f"www.{app}.example.com"}  # a setting of the application, which nobody connects to
    assert [host for host in hosts - pages if not AMAZON.fullmatch(host)] == []
    assert any("amazoncloudwatch-agent" in host for host in hosts), "the agent comes from S3"
    assert not re.search(r"\b(?:apt-get|npm install|npm ci|git fetch|docker pull)\b", script)


def test_other_stacks_do_name_hosts_outside() -> None:
    """The pattern above finds what it looks for."""
    (script,) = scripts(graph("mentors-development")).values()
    assert {"nodejs.org", "git.example.com"} <= set(ADDRESS.findall(script))
