"""Any sound stack file is planned, and any other one ends the command with a message that has a place."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from plan.graph import Graph
from tests.components.planning import target
from tests.config.strategies import AT_THE_EDGE, IN_AWS, ON_AN_ENGINE, stack_files
from tests.stacks.forms import form
from tests.stacks.machines import known, parameters, scripts
from tests.stacks.paths import CLOSED_GROUP, GROUP, WORLD, connections
from tests.stacks.project import MARK, answered, folder, refused, write
from tests.stacks.project import settings as settings_of
from tests.stacks.tasks import service_containers

if TYPE_CHECKING:
    from config.stack import StackSettings

NAME = "any-stack"
PLACE = re.compile(r"config/(?:apps/[a-z]+|Pulumi\.[a-z-]+)\.yaml:\d+: \S+: (?:given |missing; |unknown key; )")
# Each example records a plan, which takes seconds: no shrinking, for a large file says enough about where to look.
few = settings(
    max_examples=5,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def is_sound(data: dict[str, Any]) -> None:
    """What must be true of every plan."""
    write(NAME, data["config"])
    found = answered(NAME)
    graph, own = Graph(found.plan), settings_of(NAME)
    # What is not in the plan is not proven: a network that is there already, and the groups of its owner.
    there = own.aws.existing
    network = {"compute-subnets-private", "cache-subnets-private", "database-subnets-private", "machines-in-two-zones"}
    others = network if there.network else set()
    others |= {"internet-reaches-load-balancers-only"} if there.cache or there.database else set()
    mandatory = [each for each in found.findings if each.level == "mandatory"]
    assert {each.rule for each in mandatory if each.status == "unproven"} <= others
    assert [each for each in mandatory if each.status == "violation"] == []
    assert MARK not in json.dumps(found.document)
    assert [text for text in scripts(graph).values() if MARK in text] == []
    let_in = {edge[1:] for edge in connections(graph) if edge[0] == WORLD}
    assert let_in <= {(f"{own.app}-lb-sg", port) for port in (80, 443)}
    inline = [*graph.of_type(GROUP), *graph.of_type(CLOSED_GROUP)]
    assert [each.name for each in inline if {"ingress", "egress"} & each.inputs.keys()] == []
    for name, service in own.application.services.items():
        plain, late = variables(own, graph, name)
        assert plain & late == set()
        assert {"PORT", *service.env, *service.derived, *service.secrets} <= {*plain, *late}
    cleaning = own.topology.kind == "aws-ecs" and own.application.data.sessions.kind == "postgres"
    scheduled = graph.of_type("aws:scheduler/schedule:Schedule")
    assert len(scheduled) == len(own.application.schedules) + int(cleaning)
    caches = graph.of_type("aws:elasticache/replicationGroup:ReplicationGroup")
    managed = own.application.data.redis.kind == "managed" and own.aws.existing.cache is None
    assert len(caches) == int(managed)
    assert target(graph.plan.outputs["loadBalancer"]) == f"{own.app}-lb-alb"
    assert [each.name for each in found.plan.resources if each.custom and not each.provider and "pulumi" not in
            each.type] == []  # fmt: skip


def variables(own: StackSettings, graph: Graph, service: str) -> tuple[set[str], set[str]]:
    """The names of a service's variables that are known before deployment or plain, and of the others."""
    if own.topology.kind == "aws-ecs":
        container = service_containers(graph)[service]
        names = [{each["name"] for each in container[part]} for part in ("environment", "secrets")]
        return names[0], names[1]
    return set(known(graph)[f"{own.app}-{service}"]), set(parameters(graph, service))


@given(stack_files(kinds=IN_AWS))
@few
def test_a_sound_stack_file_is_planned(data: dict[str, Any]) -> None:
    is_sound(data)


@pytest.mark.slow
@given(stack_files(kinds=IN_AWS))
@settings(few, max_examples=150)
def test_many_sound_stack_files_are_planned(data: dict[str, Any]) -> None:
    is_sound(data)


@given(stack_files(kinds=(AT_THE_EDGE,)))
@few
def test_a_sound_stack_file_of_the_edge_is_planned(data: dict[str, Any]) -> None:
    write(NAME, data["config"])
    found = answered(NAME)
    assert [each for each in found.findings if each.level == "mandatory"] == []
    assert MARK not in json.dumps(found.document)
    topology = data["config"]["slipway:topology"]
    kinds = [each.type.rpartition(":")[2] for each in found.plan.resources]
    assert kinds.count("WorkersKvNamespace") == len(topology["namespaces"])
    assert kinds.count("EdgeQueue") == len(topology["queues"])
    assert kinds.count("WorkerVersion") == (
        1 + ("candidate" in topology["release"]) if topology["worker"].get("gradual") else 0
    )


@given(stack_files(kinds=(ON_AN_ENGINE,)))
@few
def test_a_sound_stack_file_on_an_engine_is_planned(data: dict[str, Any]) -> None:
    write(NAME, data["config"])
    found = answered(NAME)
    assert [each for each in found.findings if each.level == "mandatory"] == []
    assert MARK not in json.dumps(found.document)
    own, kinds = settings_of(NAME), [each.type.rpartition(":")[2] for each in found.plan.resources]
    assert kinds.count("ContainerService") == len(own.application.services)
    data_kinds = {"redis": own.application.data.redis.kind, "postgres": own.application.data.postgres.kind}
    kept = {part for part, kind in data_kinds.items() if kind == "local"}
    volumes = [each.name for each in found.plan.resources if each.type == "docker:index/volume:Volume"]
    assert len(volumes) == len(kept) + (own.application.data.sqlite.kind == "file")


# What is wrong, as the place in the topology and what stands there instead; nothing means that it is missing.
FAULTS: dict[str, tuple[tuple[str, ...], object]] = {
    "no region": (("region",), None),
    "no image": (("image",), None),
    "no release": (("release",), None),
    "one zone": (("zones",), ["us-east-1a"]),
    "a zone of another region": (("zones",), ["us-east-1a", "eu-west-1b"]),
    "machines of no service": (("services", "wep"), {"min": 2}),
    "no replica in production": (("cache", "replicas"), 0),
    "a database that may go": (("database", "deletion"), "destroy"),
    "an unknown way out": (("network", "egress"), {"kind": "vpn"}),
    "machines of another architecture": (("image", "architecture"), "arm64"),
    "a load balancer that may go": (("load_balancer", "deletion_protection"), False),
    "a name without its type": (("adopt",), {"drops-network-vpc": "vpc-0123456789abcdef0"}),
    "a network without subnets": (("existing", "network"), {"kind": "ids", "vpc_id": "vpc-0123456789abcdef0"}),
    "an unknown key": (("unknown",), {}),
}


def wrong(path: tuple[str, ...], value: object) -> dict[str, Any]:
    content = copy.deepcopy(form("drops", "production"))
    part = content["slipway:topology"]
    for key in path[:-1]:
        part = part.setdefault(key, {})
    if value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return content


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_stack_file_is_refused_with_its_place(fault: str) -> None:
    lines = refused("drops-wrong", wrong(*FAULTS[fault])).splitlines()
    assert lines
    assert [line for line in lines if not PLACE.match(line)] == []


def test_the_command_ends_with_2_and_says_where() -> None:
    write("drops-wrong", wrong(*FAULTS["no replica in production"]))
    ended = subprocess.run(
        [sys.executable, "-m", "slipway", "check", "drops-wrong", "--json"],
        cwd=folder(),
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "config/Pulumi.drops-wrong.yaml:" in ended.stderr
    assert "topology.cache.replicas: given 0; production needs a replica" in " ".join(ended.stderr.split())
