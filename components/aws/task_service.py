"""The service of ECS that keeps tasks running, and how a new version takes the place of the old one."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

_GRACE = 60  # seconds from a task's start until the load balancer's checks count
_ON_DEMAND, _SPOT = 1, 4  # of five tasks above the base, with spare capacity


@dataclass(frozen=True, slots=True)
class Running:
    """How tasks run, whatever version of them."""

    cluster_arn: pulumi.Input[str]
    """The ARN of the cluster."""
    subnet_ids: list[pulumi.Input[str]]
    """The ids of private subnets."""
    min: int
    """The number of tasks at first, of which none runs on spare capacity."""
    spot: bool
    """Whether tasks above that number mostly run on spare capacity."""
    shell: bool
    """Whether people may open a shell in them."""
    container: str
    """The container that requests go to."""
    port: int
    """The TCP port that it listens on."""
    target_group_arn: pulumi.Input[str] | None
    """The ARN of the target group that they join; None: nobody asks them."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a service runs, and what is watched while it starts."""

    definition: aws.ecs.TaskDefinition
    """What its tasks are made from."""
    started: dict[str, pulumi.Input[str]]
    """What must have happened before, by what it is: its outcome."""
    groups: list[pulumi.Input[str]]
    """The security groups of its tasks."""
    alarms: list[aws.cloudwatch.MetricAlarm]
    """The alarms that turn it back."""
    before: list[pulumi.Resource]
    """What must be there before its first task asks for it."""


def keep_running(name: str, running: Running, version: Version, child: pulumi.ResourceOptions) -> aws.ecs.Service:
    """A service whose new version stands beside the old one until it is well, and gives way to it where it is not."""
    door = running.target_group_arn is not None
    # How many there are is scaling's to say once the service is there.
    own = pulumi.ResourceOptions(depends_on=version.before, ignore_changes=["desiredCount"])
    return aws.ecs.Service(
        f"{name}-service",
        cluster=running.cluster_arn,
        task_definition=version.definition.arn,
        triggers=version.started or None,
        desired_count=running.min,
        capacity_provider_strategies=_capacity(running),
        platform_version="LATEST",
        availability_zone_rebalancing="ENABLED",
        deployment_minimum_healthy_percent=100,
        deployment_maximum_percent=200,
        deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(enable=True, rollback=True),
        alarms=_alarms(version.alarms),
        network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(
            subnets=running.subnet_ids, security_groups=version.groups, assign_public_ip=False
        ),
        load_balancers=_targets(running),
        health_check_grace_period_seconds=_GRACE if door else None,
        enable_execute_command=running.shell,
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        # Without it another strategy of capacity would replace the service.
        force_new_deployment=True,
        # So that a version that gave way to the old one ends the deployment with an error.
        wait_for_steady_state=True,
        tags={"Name": name},
        opts=pulumi.ResourceOptions.merge(child, own),
    )


def _capacity(running: Running) -> list[aws.ecs.ServiceCapacityProviderStrategyArgs]:
    strategy = aws.ecs.ServiceCapacityProviderStrategyArgs
    base = strategy(capacity_provider="FARGATE", base=running.min, weight=_ON_DEMAND)
    return [base, strategy(capacity_provider="FARGATE_SPOT", weight=_SPOT)] if running.spot else [base]


def _alarms(alarms: list[aws.cloudwatch.MetricAlarm]) -> aws.ecs.ServiceAlarmsArgs | None:
    if not alarms:
        return None
    return aws.ecs.ServiceAlarmsArgs(alarm_names=[alarm.name for alarm in alarms], enable=True, rollback=True)


def _targets(running: Running) -> list[aws.ecs.ServiceLoadBalancerArgs] | None:
    if running.target_group_arn is None:
        return None
    return [
        aws.ecs.ServiceLoadBalancerArgs(
            target_group_arn=running.target_group_arn,
            container_name=running.container,
            container_port=running.port,
        )
    ]
