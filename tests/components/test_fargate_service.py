"""What a service on Fargate guarantees: who reaches it, what it may do, and how a change reaches it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from components.aws import fargate_service
from components.aws.containers import Contained, containers
from tests.components.planning import inside, part_of, target, the_part
from tests.components.tasks import WEB, WORKER, described, service, statements

if TYPE_CHECKING:
    from plan.graph import Graph

TMP = "/tmp"  # noqa: S108  # the container's own


# -- who reaches it


def test_only_the_load_balancer_is_let_in_and_only_on_the_service_s_port(parts: Graph) -> None:
    (rule,) = part_of(parts, WEB, "SecurityGroupIngressRule")
    assert (rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"], rule.inputs["toPort"]) == (
        "sg-lb",
        3001,
        3001,
    )
    assert "cidrIpv4" not in rule.inputs


def test_nobody_is_let_in_to_a_service_without_a_front_door(parts: Graph) -> None:
    assert part_of(parts, WORKER, "SecurityGroupIngressRule") == []
    assert "loadBalancers" not in service(parts, WORKER).inputs


def test_tasks_have_no_public_address_and_stand_in_every_zone(parts: Graph) -> None:
    for component in (WEB, WORKER):
        network = service(parts, component).inputs["networkConfiguration"]
        assert inside(network, "assignPublicIp") is False
        assert inside(network, "subnets") == ["subnet-a", "subnet-b"]
        assert service(parts, component).inputs["availabilityZoneRebalancing"] == "ENABLED"


def test_tasks_are_in_their_own_group_and_in_those_that_they_are_clients_of(parts: Graph) -> None:
    groups = inside(service(parts, WEB).inputs["networkConfiguration"], "securityGroups")
    assert isinstance(groups, list)
    assert (target(groups[0]), groups[1]) == ("fargate-sg", "sg-cache-clients")


def test_tasks_connect_out_on_the_ports_that_are_named_and_no_others(parts: Graph) -> None:
    own = {
        rule.inputs["fromPort"] for rule in part_of(parts, WEB, "SecurityGroupEgressRule") if "cidrIpv4" in rule.inputs
    }
    assert own == {443, 5432}
    assert part_of(parts, WORKER, "SecurityGroupEgressRule") == []


# -- what it is


def test_no_container_can_change_its_files_or_has_a_right_of_the_machine(parts: Graph) -> None:
    for component in (WEB, WORKER):
        for container in described(parts, component).values():
            assert container["readonlyRootFilesystem"] is True
            assert container["linuxParameters"] == {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}}
            assert "privileged" not in container


def test_the_service_runs_as_a_user_without_rights_that_can_write_where_programs_expect_it(parts: Graph) -> None:
    for component, name in ((WEB, "web"), (WORKER, "worker")):
        found = described(parts, component)
        assert found[name]["user"] == "1000:1000"
        assert {"sourceVolume": "tmp", "containerPath": TMP, "readOnly": False} in found[name]["mountPoints"]
        assert found[name]["dependsOn"] == [{"containerName": "prepare", "condition": "SUCCESS"}]
        assert found["prepare"]["command"] == ["-e", "fs.chmodSync('/tmp', 0o1777)"]
        assert found["prepare"]["essential"] is False


def test_every_volume_that_is_mounted_is_declared_and_none_outlives_the_task(parts: Graph) -> None:
    for component in (WEB, WORKER):
        declared = the_part(parts, component, "TaskDefinition").inputs["volumes"]
        assert isinstance(declared, list)
        mounted = {
            mount["sourceVolume"] for each in described(parts, component).values() for mount in each["mountPoints"]
        }
        assert [set(cast("dict[str, Any]", volume)) for volume in declared] == [{"name"}] * len(mounted)
        assert {cast("dict[str, Any]", volume)["name"] for volume in declared} == mounted


def test_the_health_path_is_asked_every_30_seconds_and_not_more_often_by_the_image_s_own_program(parts: Graph) -> None:
    check = described(parts, WEB)["web"]["healthCheck"]
    assert (check["interval"], check["timeout"], check["startPeriod"]) == (30, 5, 10)
    assert check["command"][:3] == ["CMD", "node", "-e"]
    assert 'fetch("http://127.0.0.1:3001/health")' in check["command"][3]
    assert "healthCheck" not in described(parts, WORKER)["worker"]


def test_secrets_reach_the_container_by_their_arn_alone(parts: Graph) -> None:
    web = described(parts, WEB)["web"]
    assert {each["name"]: each["valueFrom"] for each in web["secrets"]} == {
        "COOKIE_SECRET": "arn:aws:secretsmanager:us-east-1:123456789012:secret:cookie-1",
        "DATABASE_URL": "arn:aws:secretsmanager:us-east-1:123456789012:secret:url-1",
    }
    assert {each["name"] for each in web["environment"]} == {"PORT", "LEVEL"}


def test_what_is_printed_is_kept_for_the_days_that_are_named(parts: Graph) -> None:
    (log,) = [each for each in part_of(parts, WEB, "LogGroup") if each.name == "fargate-logs"]
    assert log.inputs["retentionInDays"] == 30
    for container in described(parts, WEB).values():
        assert container["logConfiguration"]["logDriver"] == "awslogs"
        assert "fargate-logs" in container["logConfiguration"]["options"]["awslogs-group"]


def test_a_task_may_end_as_slowly_as_it_is_told(parts: Graph) -> None:
    assert described(parts, WEB)["web"]["stopTimeout"] == 120


def test_a_task_is_of_the_size_and_architecture_that_are_named(parts: Graph) -> None:
    definition = the_part(parts, WEB, "TaskDefinition").inputs
    assert (definition["cpu"], definition["memory"]) == ("512", "1024")
    assert definition["runtimePlatform"] == {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}
    other = the_part(parts, WORKER, "TaskDefinition").inputs["runtimePlatform"]
    assert inside(other, "cpuArchitecture") == "X86_64"


# -- what it may do


def test_ecs_acts_as_its_roles_for_the_account_of_the_stack_only(parts: Graph) -> None:
    def conditions(component: str) -> list[Any]:  # Any: JSON
        roles = [each for each in part_of(parts, component, "Role") if not each.name.endswith("-migration")]
        documents = [json.loads(str(role.inputs["assumeRolePolicy"])) for role in roles]
        return [statement.get("Condition") for document in documents for statement in document["Statement"]]

    assert conditions(WEB) == [{"StringEquals": {"aws:SourceAccount": ["123456789012"]}}] * 2
    assert conditions(WORKER) == [None, None]


def test_the_service_itself_may_not_read_the_secrets_that_start_it(parts: Graph) -> None:
    definition = the_part(parts, WEB, "TaskDefinition")
    assert target(definition.inputs["executionRoleArn"]) == "fargate-start"
    assert target(definition.inputs["taskRoleArn"]) == "fargate-task"
    readers = {
        target(policy.inputs["role"])
        for policy in part_of(parts, WEB, "RolePolicy")
        if "secretsmanager" in str(policy.inputs["policy"])
    }
    assert readers == {"fargate-start"}


def test_each_right_is_about_what_the_service_has(parts: Graph) -> None:
    allowed = statements(parts, WEB)
    (secrets,) = allowed["secrets"]
    assert secrets["Action"] == "secretsmanager:GetSecretValue"
    assert set(secrets["Resource"]) == {
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:cookie-1",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:url-1",
    }
    assert allowed["registry"][0]["Resource"] == "arn:aws:ecr:us-east-1:123456789012:repository/shop"
    assert {each["Resource"] for each in allowed["uploads"]} == {
        "arn:aws:s3:::shop-uploads",
        "arn:aws:s3:::shop-uploads/*",
    }
    assert set(statements(parts, WORKER)) == {"start", "task"}


def test_a_shell_opens_only_where_it_is_wanted(parts: Graph) -> None:
    assert service(parts, WEB).inputs["enableExecuteCommand"] is True
    assert service(parts, WORKER).inputs["enableExecuteCommand"] is False
    paths = {mount["containerPath"] for mount in described(parts, WEB)["web"]["mountPoints"]}
    assert {"/var/lib/amazon", "/var/log/amazon"} <= paths
    keys = [each for each in statements(parts, WEB)["shell"] if each["Action"] == "kms:Decrypt"]
    assert [each["Resource"] for each in keys] == ["arn:aws:kms:us-east-1:123456789012:key/1"]


# -- what is refused


def args(**changes: object) -> fargate_service.FargateServiceArgs:
    """Arguments that are looked at before anything is made."""
    return cast("fargate_service.FargateServiceArgs", {"architecture": "arm64", "stop_seconds": 60, **changes})


@pytest.mark.parametrize("seconds", [0, 121])
def test_a_longer_end_than_fargate_waits_for_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="give 1 to 120"):
        fargate_service.FargateService("web", args(stop_seconds=seconds))


def test_an_architecture_that_fargate_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="give one of amd64, arm64"):
        fargate_service.FargateService("web", args(architecture="riscv64"))


def contained(**changes: Any) -> Contained:  # Any: its settings
    plain = Contained(
        name="web",
        image="shop",
        command=[],
        port=80,
        health_path="/health",
        health_interval=0,
        health_timeout=0,
        environment={},
        secrets={},
        log_group="g",
        region="us-east-1",
        stop_seconds=1,
        shell=False,
    )
    return replace(plain, **changes)


@pytest.mark.parametrize(
    ("given", "asked"), [((0, 0), (30, 5)), ((15, 2), (30, 5)), ((40, 20), (40, 20)), ((300, 120), (300, 60))]
)
def test_the_service_says_how_often_it_is_asked_within_what_ecs_takes(
    given: tuple[int, int], asked: tuple[int, int]
) -> None:
    interval, timeout = given
    check = containers(contained(health_interval=interval, health_timeout=timeout))[1]["healthCheck"]
    assert isinstance(check, dict)
    assert (check["interval"], check["timeout"]) == asked


def test_a_path_with_quotation_marks_stays_inside_the_question() -> None:
    check = containers(contained(health_path='/a"b'))[1]["healthCheck"]
    assert isinstance(check, dict)
    assert r'fetch("http://127.0.0.1:80/a\"b")' in check["command"][3]
