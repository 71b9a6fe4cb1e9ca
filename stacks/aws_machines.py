"""The machines of a stack in AWS, and what they are told to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.aws import machine
from components.aws.auto_scaling_service import AutoScalingService, AutoScalingServiceArgs, MachineServiceArgs
from components.aws.user_data import TooLong, user_data
from components.server.node import NodeService
from config.data import ExternalPostgres, ExternalRedis, ManagedPostgres
from config.release import PG, PM2, ArchiveRelease, GitRelease, ImageRelease
from config.variables import Secret
from stacks.aws_data import data_path
from stacks.environment import templates

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from components.aws.load_balancer import LoadBalancer
    from config.stack import StackSettings
    from stacks.aws_data import Stored
    from stacks.aws_network import Networked

_DRAIN, _DRAIN_WEBSOCKETS = 60, 120  # seconds, as the load balancer waits


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the machines stand in."""

    network: Networked
    stored: Stored
    balancer: LoadBalancer
    image_id: pulumi.Input[str]


def namespace(stack: StackSettings) -> str:
    """The namespace of the application's own metrics."""
    return f"slipway/{stack.app}"


def unit(stack: StackSettings, service: str) -> str:
    """The name of a service's systemd unit."""
    return f"{stack.app}-{service}"


def machines(
    stack: StackSettings, around: Surroundings, placed: pulumi.ResourceOptions
) -> dict[str, AutoScalingService]:
    """Each group of machines by the name of its first service."""
    return {
        group: AutoScalingService(f"{stack.app}-{group}", _args(stack, group, services, around), placed)
        for group, services in stack.topology.groups(stack.application).items()
    }


def _args(stack: StackSettings, group: str, services: tuple[str, ...], around: Surroundings) -> AutoScalingServiceArgs:
    topology, stored = stack.topology, around.stored
    settings = topology.machines(group)
    args: AutoScalingServiceArgs = {
        "region": topology.region,
        "vpc_id": around.network.vpc_id,
        "subnet_ids": _subnets(stack, around.network),
        "services": {name: _service(stack, name, around, leads=name == group) for name in services},
        "memberships": {**stored.memberships, **around.network.memberships},
        "egress_ports": _ports_outside(stack),
        "image_id": around.image_id,
        "instance_type": settings.instance_type,
        "disk": settings.disk,
        "containers": isinstance(topology.release, ImageRelease),
        "min": settings.min,
        "max": settings.max,
        "cpu_target": float(settings.cpu),
        "memory_target": float(settings.memory),
        "user_data": _user_data(_machine(stack, group, services, stored)),
        "secret_arns": _secret_arns(stack, services, stored),
        "metric_namespace": namespace(stack),
        "log_days": topology.log_days,
        "tags": stack.required_tags(),
    }
    if isinstance(topology.release, ArchiveRelease):
        args["release"] = {"bucket": topology.release.bucket, "key": topology.release.key}
    elif isinstance(topology.release, ImageRelease) and (registry := topology.release.ecr_arn()):
        args["registry"] = registry
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
    zones = stack.topology.zones[:1] if data_path(stack) else stack.topology.zones
    return {zone: network.compute_subnet_ids[zone] for zone in zones}


def _service(stack: StackSettings, name: str, around: Surroundings, *, leads: bool) -> MachineServiceArgs:
    service, balancer = stack.application.services[name], around.balancer
    path, volume = _path(name), around.stored.volume
    # The id is for the machine, which looks below the service that its group is named after.
    attached: dict[str, pulumi.Input[str]] = {"DATA_VOLUME_ID": volume.volume_id} if volume and leads else {}
    args: MachineServiceArgs = {
        "port": stack.topology.port(service.port),
        "log_group": path,
        "parameter_path": path,
        "parameters": {**templates(stack, name, around.stored.places), **attached},
    }
    if service.public:
        args["front_door"] = {
            "security_group_id": balancer.security_group_id,
            "target_group_arn": balancer.target_group_arns[name],
            "target_group_arn_suffix": balancer.target_group_arn_suffixes[name],
            "load_balancer_arn_suffix": balancer.arn_suffix,
        }
    return args


def _path(service: str) -> str:
    """Where a service's parameters and log lines are."""
    return f"/slipway/{pulumi.get_stack()}/{service}"


def _ports_outside(stack: StackSettings) -> dict[str, int]:
    """What the machines may connect to outside, by what is there."""
    if stack.topology.network.closed() and stack.topology.existing.network is None:
        return {}
    data = stack.application.data
    wanted = {
        "https": 443,
        # A container's engine comes from Ubuntu's archive, which signs what it serves over plain HTTP.
        **({"packages": 80} if isinstance(stack.topology.release, ImageRelease) else {}),
        **({"database": data.postgres.port} if isinstance(data.postgres, ExternalPostgres) else {}),
        **({"redis": data.redis.port} if isinstance(data.redis, ExternalRedis) else {}),
    }
    # One rule for a port: to AWS a second one to the same place is a duplicate, whatever it is called.
    roles = {port: role for role, port in reversed(wanted.items())}
    return {role: port for role, port in wanted.items() if roles[port] == role}


def _secret_arns(stack: StackSettings, services: Collection[str], stored: Stored) -> dict[str, pulumi.Input[str]]:
    """The secrets that these services' environment is made from, and no others."""
    application, places = stack.application, stored.places
    derived = {
        source.value.partition(".")[0] for name in services for source in application.services[name].derived.values()
    }
    names = {secret for name in services for secret in application.services[name].secrets}
    names |= {places.postgres.password} if places.postgres and "postgres" in derived else set()
    names |= {places.redis.password} if places.redis and "redis" in derived else set()
    return {name: arn for name, arn in places.secret_arns.items() if name in names}


def _machine(stack: StackSettings, group: str, services: tuple[str, ...], stored: Stored) -> machine.Machine:
    topology, application = stack.topology, stack.application
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
        data_path=data_path(stack),
        metric_namespace=namespace(stack),
        max_secret_age_days={name: max_secret_age(stack, (name,), stored) for name in services},
        database_ca=isinstance(application.data.postgres, ManagedPostgres),
    )


def max_secret_age(stack: StackSettings, services: Collection[str], stored: Stored) -> int:
    """The days after which the first of the secrets that these services read should be changed.

    Nobody says the age of a secret that managed data brings along, so it counts only where they read no other one.
    """
    used, declared = stack.used_secrets(), stack.application.secrets
    read = _secret_arns(stack, services, stored)
    said = [used[name].max_age for name in read if name in declared]
    return min(said or [used[name].max_age for name in read], default=Secret().max_age)


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
        port=stack.topology.port(service.port),
        health_path=service.health_path,
        processes=service.processes,
        env=stack.known_variables(name),
        parameter_path=_path(name),
        log_group=_path(name),
        drain_seconds=_DRAIN_WEBSOCKETS if service.websockets else _DRAIN,
        min_secret_lengths=_min_lengths(stack, name),
    )


def _min_lengths(stack: StackSettings, name: str) -> Mapping[str, int]:
    declared = stack.application.secrets
    return {secret: declared[secret].min_length for secret in stack.application.services[name].secrets}
