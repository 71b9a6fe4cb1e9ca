"""Every application is planned in containers or refused with a reason, and each plan keeps what is promised."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from config.aws_ecs import AwsEcs
from config.release import ImageRelease, ImagesRelease
from config.variables import ADDRESSES
from plan.graph import Graph
from plan.model import Unknown
from tests.components.planning import inside, target
from tests.stacks import paths
from tests.stacks.container_forms import CONTAINER_FORMS, FITTING, UNFIT, contained, with_data
from tests.stacks.forms import APPLICATIONS, ENVIRONMENTS
from tests.stacks.paths import S3, WORLD, connections, subnets_of, ways_out
from tests.stacks.project import IN_CONTAINERS, MARK, answered, graph, planned, refused, settings, text, write
from tests.stacks.tasks import service_containers

if TYPE_CHECKING:
    from plan.model import Resource

STACKS = (*CONTAINER_FORMS, *IN_CONTAINERS)
SERVICE = "aws:ecs/service:Service"
# What rules advise and stacks here do without, and why.
ADVICE = {
    "load-balancer-behind-firewall": "costs by the month; the setting load_balancer.firewall makes it",
    "secret-rotates": "the teams' providers cannot be told a new secret by AWS",
    "cdn-own-certificate": "uploads are shown under CloudFront's own host, so that they never reach cookies",
    "database-deletion-protection": "a read replica has no data of its own, and is made anew from its source",
    "registry-reached-privately": "endpoints cost by the hour and zone, and images come encrypted by way of NAT",
}
KEPT = ("network", "secrets", "cache", "database", "uploads")


# -- every application


def test_every_application_that_fits_is_planned_in_every_environment() -> None:
    for app in FITTING:
        environments = {settings(stack).environment.value for stack in STACKS if settings(stack).app == app}
        assert environments == set(ENVIRONMENTS)
    assert {*FITTING, UNFIT} == set(APPLICATIONS)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_application_with_a_file_of_sqlite_is_refused_with_a_reason(environment: str) -> None:
    message = refused(f"{UNFIT}-tasks", contained(UNFIT, environment))
    assert 'data.sqlite.kind: given "file"; a SQLite file lies on a machine\'s disk' in message


@pytest.mark.parametrize("stack", STACKS)
def test_a_plan_is_whole_and_free_of_findings(stack: str) -> None:
    found = planned(stack)
    assert {each.rule for each in found.findings} <= set(ADVICE)
    assert [each for each in found.findings if each.level == "mandatory"] == []
    assert found.plan.notices == ()
    assert [log for log in found.plan.logs if log.severity != "info"] == []
    assert MARK not in found.output
    assert MARK not in text(stack)


@pytest.mark.parametrize("stack", STACKS)
def test_each_service_runs_the_image_of_its_release(stack: str) -> None:
    topology = settings(stack).aws
    assert isinstance(topology, AwsEcs)
    found = service_containers(graph(stack))
    assert set(found) == set(settings(stack).application.services)
    for name, container in found.items():
        if isinstance(topology.release, ImageRelease | ImagesRelease):
            assert container["image"] == topology.release.image_of(name)
        assert container["portMappings"][0]["containerPort"] == topology.port(
            settings(stack).application.services[name].port
        )


@pytest.mark.parametrize("stack", STACKS)
def test_every_variable_reaches_its_container_once_and_no_secret_in_clear(stack: str) -> None:
    own = settings(stack)
    for name, service in own.application.services.items():
        container = service_containers(graph(stack))[name]
        plain = {each["name"] for each in container["environment"]}
        secret = {each["name"]: each["valueFrom"] for each in container["secrets"]}
        wanted = {"PORT", *service.env, *service.derived, *service.secrets}
        wanted |= {"NODE_EXTRA_CA_CERTS"} if own.application.data.postgres.kind == "managed" else set()
        assert plain | set(secret) == wanted
        assert plain & set(secret) == set()
        addresses = {variable for variable, source in service.derived.items() if source in ADDRESSES}
        assert {*service.secrets, *addresses} <= set(secret)
        assert all("secretArn" in value for value in secret.values())


def test_addresses_go_with_the_last_service_that_reads_them_and_can_be_had_back() -> None:
    secrets = graph("orders-production-tasks").of_type("aws:secretsmanager/secret:Secret")
    copies = [each for each in secrets if each.name.startswith("orders-addresses-")]
    assert copies
    assert {(each.protect, each.options.retain_on_delete) for each in copies} == {(False, False)}
    assert {each.inputs["recoveryWindowInDays"] for each in copies} == {30}
    assert all(each.protect for each in secrets if each not in copies)


@pytest.mark.parametrize("stack", STACKS)
def test_each_service_is_asked_as_often_as_it_says_but_not_more_than_every_30_seconds(stack: str) -> None:
    for name, service in settings(stack).application.services.items():
        check = service_containers(graph(stack))[name].get("healthCheck")
        assert (check is None) == (service.health_path is None)
        if check is not None:
            assert check["interval"] == max(service.health_interval, 30)
            assert check["timeout"] == max(service.health_timeout, 5)


@pytest.mark.parametrize("stack", STACKS)
def test_migrations_run_before_the_service_and_nowhere_twice(stack: str) -> None:
    found, application = graph(stack), settings(stack).application
    migrations = application.migrations
    assert migrations is not None
    ran, *others = sorted(found.of_type("aws:lambda/invocation:Invocation"), key=lambda each: each.name)
    assert ran.name == f"{application.name}-{migrations.service}-migration"
    assert [each.name.rpartition("-")[2] for each in others] == ["sessions"] * (
        application.data.sessions.kind != "none"
    )
    event = ran.inputs["input"]
    assert isinstance(event, Unknown)
    assert " ".join(json.loads(event.text)["command"]) == migrations.command
    waiting = {each.name for each in found.of_type(SERVICE) if "triggers" in each.inputs}
    knowing = {
        f"{application.name}-{name}-service"
        for name, service in application.services.items()
        if any(source.value.startswith("postgres.") for source in service.derived.values())
    }
    assert waiting == knowing
    for each in found.of_type(SERVICE):
        if each.name in knowing:
            assert target(inside(each.inputs["triggers"], "migration")) == ran.name


# -- who reaches whom


def test_these_connections_are_possible_in_production_and_no_others() -> None:
    assert connections(graph("orders-production-tasks")) == {
        (WORLD, "orders-lb-sg", 80),
        (WORLD, "orders-lb-sg", 443),
        ("orders-lb-sg", "orders-api-sg", 3001),
        ("orders-cache-clients-sg", "orders-cache-sg", 6379),
        ("orders-api-sg", WORLD, 443),
        ("orders-api-sg", WORLD, 5432),
    }


def test_a_worker_and_a_service_that_nobody_reaches_have_no_way_in() -> None:
    found = connections(graph("orders-jobs-tasks"))
    assert {edge for edge in found if edge[1] in {"orders-jobs-sg", "orders-mailer-sg"}} == set()


@pytest.mark.parametrize("stack", STACKS)
def test_tasks_stand_in_private_subnets_of_each_zone_behind_targets_of_their_own_kind(stack: str) -> None:
    found, zones = graph(stack), settings(stack).aws.zones
    closed = settings(stack).aws.network.closed()
    for each in found.of_type(SERVICE):
        network = each.inputs["networkConfiguration"]
        assert inside(network, "assignPublicIp") is False
        subnets = {target(subnet) for subnet in paths.values(inside(network, "subnets"))}
        assert len(subnets) == len(zones) >= 2
        assert {frozenset(ways_out(found, subnet)) for subnet in subnets} == {
            frozenset({S3} if closed else {"NAT", S3})
        }
    assert {each.inputs["targetType"] for each in found.of_type("aws:lb/targetGroup:TargetGroup")} == {"ip"}
    facing = subnets_of(found, paths.BALANCER, "subnets")
    assert {frozenset(ways_out(found, each)) for each in facing} == {frozenset({"internet gateway"})}


@pytest.mark.parametrize("stack", STACKS)
def test_a_service_is_made_only_once_its_target_group_is_reached(stack: str) -> None:
    for each in graph(stack).of_type(SERVICE):
        if "loadBalancers" in each.inputs:
            waited = " ".join(each.property_dependencies["loadBalancers"])
            assert "lb/targetGroup" in waited
            assert "lb/listener" in waited


@pytest.mark.parametrize("stack", STACKS)
def test_no_task_starts_before_its_cluster_has_capacity(stack: str) -> None:
    for each in graph(stack).of_type(SERVICE):
        assert target(each.inputs["cluster"]).endswith("-cluster-cluster")
        assert any("ClusterCapacityProviders" in urn for urn in each.property_dependencies["cluster"])


def test_without_a_way_out_all_that_fargate_calls_has_an_endpoint() -> None:
    found = graph("drops-closed-tasks")
    made = {str(each.inputs["serviceName"]).partition("us-east-1.")[2] for each in found.of_type(paths.ENDPOINT)}
    assert made == {"ecr.api", "ecr.dkr", "logs", "monitoring", "secretsmanager", "kms", "ssmmessages", "s3"}
    assert [edge for edge in connections(found) if edge[1] == WORLD] == []
    (service,) = found.of_type(SERVICE)
    groups = paths.values(inside(service.inputs["networkConfiguration"], "securityGroups"))
    assert "drops-network-endpoint-clients-sg" in {target(group) for group in groups}


# -- from machines to containers


def below(found: Graph, name: str) -> dict[str, Resource]:
    """A component of that name and all below it, by URN."""
    open_ = [each for each in found.plan.resources if each.name == name and not each.custom]
    parts: dict[str, Resource] = {}
    while open_:
        each = open_.pop()
        parts[each.urn] = each
        open_ += found.children(each.urn)
    return parts


def test_orders_keeps_network_cache_database_uploads_and_secrets_when_it_moves_from_machines_to_containers() -> None:
    stack = "orders-moved"
    write(stack, with_data("aws-ec2"))
    machines = Graph(answered(stack).plan)
    write(stack, with_data("aws-ecs"))
    tasks = Graph(answered(stack).plan)
    for role in KEPT:
        before, after = below(machines, f"orders-{role}"), below(tasks, f"orders-{role}")
        assert before
        assert before.keys() == after.keys(), role
        assert {urn: each.inputs for urn, each in before.items()} == {urn: each.inputs for urn, each in after.items()}
        assert {urn: each.options for urn, each in before.items()} == {urn: each.options for urn, each in after.items()}
    gone = {
        urn
        for urn in (each.urn for each in machines.plan.resources)
        if urn not in {r.urn for r in tasks.plan.resources}
    }
    assert {urn.rpartition("::")[2].split("-")[1] for urn in gone} <= {"api", "alarms", "lb"}
