"""The topology `aws-ec2`: which component gets what from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.aws.auto_scaling_service import AutoScalingService, AutoScalingServiceArgs
from components.aws.cache import Cache
from components.aws.listeners import ListenerArgs, Protocol, TargetArgs
from components.aws.load_balancer import LoadBalancer
from components.aws.network import Network
from components.aws.user_data import Settings, user_data
from components.server.node import NodeService
from config.aws import HttpsListener
from config.data import ExternalPostgres, ExternalRedis, ManagedRedis
from config.values import Environment
from stacks.facts import register_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.application import Application, Service
    from config.aws import LoadBalancerSettings
    from config.aws_ec2 import AwsEc2
    from config.stack import StackSettings


def build(stack: StackSettings) -> Mapping[str, pulumi.Input[str]]:
    """Register the stack's resources and return its outputs."""
    register_facts(stack)
    _say_what_is_missing(stack)
    placed = pulumi.ResourceOptions(provider=_provider(stack.topology, stack.required_tags()))
    network = _network(stack, placed)
    cache = _cache(stack, network, placed) if isinstance(stack.application.redis, ManagedRedis) else None
    balancer = _load_balancer(stack, network, placed)
    for name in stack.application.services:
        AutoScalingService(f"{stack.app}-{name}", _machines(stack, name, network, balancer, cache), placed)
    scheme = stack.topology.load_balancer.listener.kind
    return {"url": pulumi.Output.concat(scheme, "://", balancer.dns_name), "vpcId": network.vpc_id}


def _say_what_is_missing(stack: StackSettings) -> None:
    """Name what the files ask for and this version does not bring to the machines, in every plan and preview."""
    names = [name for service in stack.application.services.values() for name in service.secrets]
    if isinstance(stack.application.database, ExternalPostgres):
        names.append(stack.application.database.password)
    if isinstance(stack.application.redis, ExternalRedis):
        names.append(stack.application.redis.url)
    if names:
        pulumi.log.warn(f"aws-ec2 does not bring secrets to the machines yet: {', '.join(dict.fromkeys(names))}")


def _provider(topology: AwsEc2, tags: Mapping[str, str]) -> aws.Provider:
    """The one provider: its region and account cannot be another's, and everything it makes is tagged."""
    role = topology.role_arn
    return aws.Provider(
        topology.region,
        region=topology.region,
        allowed_account_ids=list(topology.account_ids) or None,
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=role)] if role else None,
        default_tags=aws.ProviderDefaultTagsArgs(tags=dict(tags)),
    )


def _network(stack: StackSettings, placed: pulumi.ResourceOptions) -> Network:
    settings = stack.topology.network
    return Network(
        f"{stack.app}-network",
        {
            "cidr": settings.cidr,
            "zones": list(stack.topology.zones),
            "nat": settings.nat,
            "flow_logs": settings.flow_logs,
        },
        placed,
    )


def _cache(stack: StackSettings, network: Network, placed: pulumi.ResourceOptions) -> Cache:
    settings = stack.topology.cache
    return Cache(
        f"{stack.app}-cache",
        {
            "vpc_id": network.vpc_id,
            "subnet_ids": {**network.data_subnet_ids},
            "node_type": settings.node_type,
            "version": settings.version,
            "replicas": settings.replicas,
            "snapshots": settings.snapshots,
            "deletion": settings.deletion,
        },
        placed,
    )


def _load_balancer(stack: StackSettings, network: Network, placed: pulumi.ResourceOptions) -> LoadBalancer:
    return LoadBalancer(
        f"{stack.app}-lb",
        {
            "vpc_id": network.vpc_id,
            "subnet_ids": {**network.public_subnet_ids},
            "listener": _listener(stack.topology.load_balancer),
            "services": {name: _target(service) for name, service in stack.application.public_services().items()},
            "deletion_protection": stack.environment is Environment.PRODUCTION,
        },
        placed,
    )


def _listener(settings: LoadBalancerSettings) -> ListenerArgs:
    if isinstance(settings.listener, HttpsListener):
        return {"protocol": Protocol.HTTPS, "certificate_arn": settings.listener.certificate_arn}
    return {"protocol": Protocol.HTTP}


def _target(service: Service) -> TargetArgs:
    health = service.health
    return {
        "port": service.port,
        "health_path": health.path,
        "health_interval": health.interval,
        "health_timeout": health.timeout,
        "websockets": service.websockets,
        "hosts": list(service.hosts),
        "paths": list(service.paths),
    }


def _machines(
    stack: StackSettings, name: str, network: Network, balancer: LoadBalancer, cache: Cache | None
) -> AutoScalingServiceArgs:
    topology, application = stack.topology, stack.application
    service, machines = application.services[name], topology.machines(name)
    path = f"/slipway/{pulumi.get_stack()}/{name}"
    args: AutoScalingServiceArgs = {
        "region": topology.region,
        "vpc_id": network.vpc_id,
        "subnet_ids": {**network.compute_subnet_ids},
        "port": service.port,
        "memberships": {"cache": cache.client_security_group_id} if cache else {},
        "egress_ports": _ports_outside(application),
        "image_id": topology.image.image_id(),
        "instance_type": machines.instance_type,
        "disk": machines.disk,
        "min": machines.min,
        "max": machines.max,
        "user_data": user_data(_node_service(stack, name), Settings(topology.region, path)),
        "parameter_path": path,
        "parameters": _parameters(application, cache),
        "tags": stack.required_tags(),
    }
    if service.public:
        args["front_door"] = {
            "security_group_id": balancer.security_group_id,
            "target_group_arn": balancer.target_group_arns[name],
        }
    return args


def _node_service(stack: StackSettings, name: str) -> NodeService:
    service = stack.application.services[name]
    return NodeService(
        unit=f"{stack.app}-{name}",
        node=service.runtime.version,
        architecture=stack.topology.image.architecture,
        entry=service.runtime.entry,
        env=stack.application.variables(name),
    )


def _ports_outside(application: Application) -> dict[str, int]:
    database, redis = application.database, application.redis
    return {
        **({"database": database.port} if isinstance(database, ExternalPostgres) else {}),
        **({"redis": redis.port} if isinstance(redis, ExternalRedis) else {}),
    }


def _parameters(application: Application, cache: Cache | None) -> dict[str, pulumi.Input[str]]:
    if cache is None or not isinstance(application.redis, ManagedRedis):
        return {}
    return {application.redis.url_variable: cache.url}
