"""Who can reach whom in a stack, by the model that the rules look at."""

from __future__ import annotations

import pytest

from policies.network.model import network_of
from policies.network.reach import forbidden, reach
from tests.stacks.forms import FORMS
from tests.stacks.paths import MACHINES
from tests.stacks.project import ON_MACHINES, graph

STACKS = (*FORMS, *ON_MACHINES)
INTERNET = "internet (IPv4)"


def edges(stack: str) -> set[tuple[str, str, str]]:
    """Every connection as its two ends and what passes."""
    found = reach(network_of(graph(stack)))
    return {(each.source.name, each.destination.name, str(each.traffic)) for each in found.connections}


def test_these_are_all_connections_of_the_seed_s_production() -> None:
    assert edges("orders-production") == {
        (INTERNET, "orders-lb-alb", "tcp 80, 443"),
        ("orders-lb-alb", "orders-api-machines", "tcp 3001"),
        ("orders-api-machines", "orders-cache-valkey", "tcp 6379"),
        ("orders-api-machines", INTERNET, "tcp 443, 5432"),
        ("orders-api-machines", "orders-network-s3", "tcp 443, 5432"),
        ("orders-api-machines", "orders-lb-alb", "tcp 443"),
    }


def test_without_a_way_out_machines_reach_endpoints_and_stores_alone() -> None:
    out = {edge[1] for edge in edges("drops-closed") if edge[0] == "drops-app-machines"}
    endpoints = {f"drops-network-endpoint-{service}" for service in ("ec2", "logs", "ssm")}
    assert endpoints < out
    assert {name for name in out if "-endpoint-" not in name} == {
        "drops-cache-valkey",
        "drops-database-postgres",
        "drops-network-s3",
    }


def test_by_way_of_a_nat_instance_machines_reach_what_their_own_group_says() -> None:
    found = edges("drops-staging")
    assert ("drops-app-machines", INTERNET, "tcp 443") in found
    assert {edge for edge in found if edge[1] == "drops-network-nat-instance"} == {
        ("drops-app-machines", "drops-network-nat-instance", "tcp 443")
    }


@pytest.mark.parametrize("stack", STACKS)
def test_the_model_proves_every_stack_and_finds_nothing_forbidden(stack: str) -> None:
    network = network_of(graph(stack))
    found = reach(network)
    assert found.unproven == ()
    assert [each for each in found.connections if not each.certain or forbidden(network, each)] == []
    kinds = {(each.source.kind, each.destination.kind) for each in found.connections}
    assert {("internet", "load balancer"), ("load balancer", "compute")} <= kinds
    assert {kind for kind in kinds if kind[0] == "internet"} == {("internet", "load balancer")}
    assert {kind[0] for kind in kinds if kind[1] in ("cache", "database")} <= {"compute"}
    assert {kind[1] for kind in kinds if kind[0] == "load balancer"} == {"compute"}


@pytest.mark.parametrize("stack", STACKS)
def test_no_machine_of_a_stack_is_taken_for_a_role_that_it_has_not(stack: str) -> None:
    network = network_of(graph(stack))
    assert network.single_server is None
    machines = {each.urn for each in graph(stack).of_type(MACHINES)}
    assert {zone.urn for zone in network.zones if zone.kind == "compute"} == machines
