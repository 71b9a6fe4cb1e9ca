"""The services of a stack as tasks on Fargate."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.aws.fargate_service import FargateService, FargateServiceArgs
from components.server.sessions import session_command
from config.aws_ecs import AwsEcs
from config.data import PostgresSessions
from stacks.aws_services import drain_seconds, namespace, ports_outside
from stacks.aws_task_variables import variables
from stacks.topology import topology_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.aws.alarms import ServiceMetricsArgs
    from components.aws.container_cluster import ContainerCluster
    from components.aws.load_balancer import LoadBalancer
    from config.stack import StackSettings
    from config.variables import Source
    from stacks.aws_data import Stored
    from stacks.aws_images import Pulled
    from stacks.aws_network import Networked

# What Fargate and a service call (docs/networks.md says what each is for); S3 has an endpoint of its own kind.
ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "monitoring", "secretsmanager")
SHELL_ENDPOINTS = ("kms", "ssmmessages")


@dataclass(frozen=True, slots=True)
class Around:
    """What the tasks stand in."""

    network: Networked
    stored: Stored
    balancer: LoadBalancer | None
    cluster: ContainerCluster
    addresses: Mapping[Source, pulumi.Input[str]]
    images: Mapping[str, Pulled]


def family(service: str) -> str:
    """The family of a service's task definitions."""
    return f"{pulumi.get_stack()}-{service}"


def groups(around: Around) -> dict[str, pulumi.Input[str]]:
    """The security groups that every service joins so as to reach what it is a client of, by what that is."""
    return {**around.stored.memberships, **around.network.memberships}


def tasks(stack: StackSettings, around: Around, placed: pulumi.ResourceOptions) -> dict[str, FargateService]:
    """Each service by its name.

    The one that the migrations belong to comes first, then the one that keeps its sessions in the database: no service
    that knows the database starts a new version before.
    """
    application, sessions = stack.application, stack.application.data.sessions
    migrating = application.migrations.service if application.migrations else None
    keeping = sessions.service if isinstance(sessions, PostgresSessions) else None
    made: dict[str, FargateService] = {}
    after: dict[str, pulumi.Input[str]] = {}
    for name in sorted(application.services, key=lambda name: (name != migrating, name != keeping)):
        waits = any(source.value.startswith("postgres.") for source in application.services[name].derived.values())
        args = _args(stack, name, around)
        if application.migrations and name == migrating:
            args["migration"] = shlex.split(application.migrations.command)
        elif waits:
            args["after"] = {**after}
        if isinstance(sessions, PostgresSessions) and name == keeping:
            args["sessions"] = session_command(sessions.table)
        made[name] = FargateService(f"{stack.app}-{name}", args, placed)
        after |= made[name].migrated
    return {name: made[name] for name in application.services}


def watched(
    stack: StackSettings, services: Mapping[str, FargateService], around: Around
) -> dict[str, ServiceMetricsArgs]:
    """What metrics name each service by."""
    found: dict[str, ServiceMetricsArgs] = {}
    for name, service in services.items():
        found[name] = {"tasks": {"cluster_name": around.cluster.cluster_name, "service_name": service.service_name}}
        if stack.application.services[name].public and around.balancer:
            found[name]["target_group_arn_suffix"] = around.balancer.target_group_arn_suffixes[name]
    return found


def _args(stack: StackSettings, name: str, around: Around) -> FargateServiceArgs:
    topology, service = topology_of(stack, AwsEcs), stack.application.services[name]
    settings, pulled = topology.tasks(name), around.images[name]
    environment = variables(stack, name, around.stored, around.addresses)
    network, stored, cluster = around.network, around.stored, around.cluster
    args: FargateServiceArgs = {
        "region": topology.region,
        "account_ids": list(topology.account_ids),
        "cluster_arn": cluster.arn,
        "cluster_name": cluster.cluster_name,
        "family": family(name),
        "container": name,
        "image": pulled.image,
        "architecture": topology.architecture,
        "command": ["node", "--enable-source-maps", service.entry],
        "cpu_units": settings.cpu_units,
        "memory_mib": settings.memory_mib,
        "port": topology.port(service.port),
        "environment": environment.plain,
        "secrets": environment.secrets,
        "vpc_id": network.vpc_id,
        "subnet_ids": {**network.compute_subnet_ids},
        "memberships": groups(around),
        "egress_ports": ports_outside(stack, {}),
        "min": settings.min,
        "max": settings.max,
        "cpu_target": float(settings.cpu),
        "memory_target": float(settings.memory),
        "spot": settings.spot,
        "stop_seconds": drain_seconds(stack, name),
        "after": {},
        "metric_namespace": namespace(stack),
        "log_days": topology.log_days,
    }
    if service.health_path is not None:
        args["health_path"] = service.health_path
        args["health_interval"] = service.health_interval
        args["health_timeout"] = service.health_timeout
    if settings.requests is not None:
        args["requests_target"] = settings.requests
    if pulled.registry_arn is not None:
        args["registry_arn"] = pulled.registry_arn
    if stored.uploads is not None:
        args["uploads_bucket_arn"] = stored.uploads.bucket_arn
    if cluster.shell_arns:
        args["shell"] = {"key_arn": cluster.shell_arns["key"], "log_arn": cluster.shell_arns["log"]}
    if service.public and around.balancer:
        args["front_door"] = {
            "security_group_id": around.balancer.security_group_id,
            "target_group_arn": around.balancer.reached_target_group_arns[name],
            "target_group_arn_suffix": around.balancer.target_group_arn_suffixes[name],
            "load_balancer_arn_suffix": around.balancer.arn_suffix,
        }
    return args
