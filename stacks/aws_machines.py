"""The machines of a stack in AWS, and what they are told to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.aws import machine
from components.aws.auto_scaling_service import AutoScalingService, AutoScalingServiceArgs, MachineServiceArgs
from components.aws.user_data import TooLong, user_data
from components.server.node import NodeService
from config.aws_ec2 import AwsEc2
from config.data import ManagedPostgres, PostgresSessions
from config.release import PG, PM2, ArchiveRelease, GitRelease, ImageRelease, ecr_repository
from stacks.aws_data import data_path
from stacks.aws_services import drain_seconds, max_secret_age, namespace, ports_outside, secret_arns, service_path
from stacks.environment import templates
from stacks.topology import topology_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.aws.alarms import ServiceMetricsArgs
    from components.aws.load_balancer import LoadBalancer
    from config.stack import StackSettings
    from stacks.aws_data import Stored
    from stacks.aws_network import Networked

# What machines call (docs/networks.md says what each is for); S3 has an endpoint of its own kind.
ENDPOINTS = (
    "autoscaling",
    "ec2",
    "ec2messages",
    "logs",
    "monitoring",
    "secretsmanager",
    "ssm",
    "ssmmessages",
)
_PACKAGES = {"packages": 80}  # a container's engine comes from Ubuntu's archive, which signs what it serves over HTTP


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the machines stand in."""

    network: Networked
    stored: Stored
    balancer: LoadBalancer | None
    image_id: pulumi.Input[str]


def unit(stack: StackSettings, service: str) -> str:
    """The name of a service's systemd unit."""
    return f"{stack.app}-{service}"


def machines(
    stack: StackSettings, around: Surroundings, placed: pulumi.ResourceOptions
) -> dict[str, AutoScalingService]:
    """Each group of machines by the name of its first service."""
    return {
        group: AutoScalingService(f"{stack.app}-{group}", _args(stack, group, services, around), placed)
        for group, services in topology_of(stack, AwsEc2).groups(stack.application).items()
    }


def watched(
    stack: StackSettings, groups: Mapping[str, AutoScalingService], balancer: LoadBalancer | None
) -> dict[str, ServiceMetricsArgs]:
    """What metrics name each service by."""
    found: dict[str, ServiceMetricsArgs] = {}
    for name, service in stack.application.services.items():
        found[name] = {"unit": unit(stack, name)}
        if name in groups:
            found[name]["group_name"] = groups[name].group_name
        if service.public and balancer:
            found[name]["target_group_arn_suffix"] = balancer.target_group_arn_suffixes[name]
    return found


def _args(stack: StackSettings, group: str, services: tuple[str, ...], around: Surroundings) -> AutoScalingServiceArgs:
    topology, stored = topology_of(stack, AwsEc2), around.stored
    settings = topology.machines(group)
    args: AutoScalingServiceArgs = {
        "region": topology.region,
        "vpc_id": around.network.vpc_id,
        "subnet_ids": _subnets(stack, around.network),
        "services": {name: _service(stack, name, around, leads=name == group) for name in services},
        "memberships": {**stored.memberships, **around.network.memberships},
        "egress_ports": ports_outside(stack, _PACKAGES if isinstance(topology.release, ImageRelease) else {}),
        "image_id": around.image_id,
        "instance_type": settings.instance_type,
        "disk": settings.disk,
        "containers": isinstance(topology.release, ImageRelease),
        "min": settings.min,
        "max": settings.max,
        "cpu_target": float(settings.cpu),
        "memory_target": float(settings.memory),
        "user_data": _user_data(_machine(stack, group, services, stored)),
        "secret_arns": secret_arns(stack, services, stored),
        "metric_namespace": namespace(stack),
        "log_days": topology.log_days,
        "tags": stack.required_tags(),
    }
    if isinstance(topology.release, ArchiveRelease):
        args["release"] = {"bucket": topology.release.bucket, "key": topology.release.key}
    elif isinstance(topology.release, ImageRelease) and (registry := ecr_repository(topology.release.image)):
        args["registry"] = registry.arn
    if stored.uploads is not None:
        args["uploads_bucket_arn"] = stored.uploads.bucket_arn
    if stored.volume is not None:
        args["data_volume"] = {"volume_arn": stored.volume.volume_arn}
    return args


def _user_data(told: machine.Machine) -> str:
    """What the machines run first. What makes it too long is the application's own, so that ends the program."""
    try:
        return user_data(told)
    except TooLong as error:
        names = ", ".join(f"services.{service.name}.env" for service in told.services)
        raise pulumi.RunError(f"{names} of the application: {error}") from None


def _subnets(stack: StackSettings, network: Networked) -> dict[str, pulumi.Input[str]]:
    """Where machines may stand: the one with the data volume only in the volume's zone."""
    zones = stack.aws.zones[:1] if data_path(stack) else stack.aws.zones
    return {zone: network.compute_subnet_ids[zone] for zone in zones}


def _service(stack: StackSettings, name: str, around: Surroundings, *, leads: bool) -> MachineServiceArgs:
    service, balancer = stack.application.services[name], around.balancer
    path, volume = service_path(name), around.stored.volume
    # The id is for the machine, which looks below the service that its group is named after.
    attached: dict[str, pulumi.Input[str]] = {"DATA_VOLUME_ID": volume.volume_id} if volume and leads else {}
    args: MachineServiceArgs = {
        "port": stack.aws.port(service.port),
        "log_group": path,
        "parameter_path": path,
        "parameters": {**templates(stack, name, around.stored.places), **attached},
    }
    if service.public and balancer:
        args["front_door"] = {
            "security_group_id": balancer.security_group_id,
            "target_group_arn": balancer.target_group_arns[name],
            "target_group_arn_suffix": balancer.target_group_arn_suffixes[name],
            "load_balancer_arn_suffix": balancer.arn_suffix,
        }
    return args


def _machine(stack: StackSettings, group: str, services: tuple[str, ...], stored: Stored) -> machine.Machine:
    topology, application = topology_of(stack, AwsEc2), stack.application
    return machine.Machine(
        stack=pulumi.get_stack(),
        group=group,
        region=topology.region,
        architecture=topology.image.architecture,
        services=tuple(_node_service(stack, name) for name in services),
        release=_release(topology.release),
        node=application.runtime.version,
        pm2=PM2,
        pg=PG,
        agent_version=topology.agent,
        migration=_migration(stack, services),
        sessions=_sessions(stack, services),
        data_path=data_path(stack),
        metric_namespace=namespace(stack),
        max_secret_age_days={name: max_secret_age(stack, (name,), stored) for name in services},
        database_ca=isinstance(application.data.postgres, ManagedPostgres),
    )


def _migration(stack: StackSettings, services: tuple[str, ...]) -> machine.Migration | None:
    """What machines of these services do before the services start.

    Every group that knows the database does it, not only the one of the service that the migrations belong to: none may
    run a release on the schema of the release before. Under the lock it happens once, and the others wait.
    """
    application = stack.application
    migrations = application.migrations
    knowing = [name for name in services if application.services[name].derived.get("DATABASE_URL") is not None]
    if migrations is None or not knowing:
        return None
    service = migrations.service if migrations.service in services else knowing[0]
    return machine.Migration(migrations.command, service, application.services[migrations.service].directory)


def _sessions(stack: StackSettings, services: tuple[str, ...]) -> machine.Sessions | None:
    """What machines do about sessions that run the service which keeps them in the database."""
    sessions = stack.application.data.sessions
    if not isinstance(sessions, PostgresSessions) or sessions.service not in services:
        return None
    directory = stack.application.services[sessions.service].directory
    return machine.Sessions(sessions.table, sessions.service, directory)


def _release(
    release: ArchiveRelease | ImageRelease | GitRelease,
) -> machine.ArchiveRelease | machine.ImageRelease | machine.GitRelease:
    if isinstance(release, ArchiveRelease):
        return machine.ArchiveRelease(release.bucket, release.key, release.sha256)
    if isinstance(release, ImageRelease):
        return machine.ImageRelease(release.image)
    return machine.GitRelease(release.repository, release.revision)


def _node_service(stack: StackSettings, name: str) -> NodeService:
    service = stack.application.services[name]
    return NodeService(
        name=name,
        unit=unit(stack, name),
        directory=service.directory,
        entry=service.entry,
        port=stack.aws.port(service.port),
        health_path=service.health_path,
        processes=service.processes,
        env=stack.known_variables(name),
        parameter_path=service_path(name),
        log_group=service_path(name),
        drain_seconds=drain_seconds(stack, name),
        min_secret_lengths=_min_lengths(stack, name),
    )


def _min_lengths(stack: StackSettings, name: str) -> Mapping[str, int]:
    declared = stack.application.secrets
    return {secret: declared[secret].min_length for secret in stack.application.services[name].secrets}
