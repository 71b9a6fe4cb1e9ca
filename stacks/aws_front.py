"""What stands between the internet and a stack's services in AWS: certificate, load balancer, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from components.aws.certificate import Certificate
from components.aws.zone import MailRecordArgs, Zone

from components.aws.listeners import ListenerArgs, Protocol, TargetArgs
from components.aws.load_balancer import LoadBalancer, LoadBalancerArgs
from config.aws_front import CloudflareZone, HttpListener, Route53Zone
from config.email import NoEmail

if TYPE_CHECKING:
    from config.services import Service
    from config.stack import StackSettings
    from stacks.aws_network import Networked

_RATE_SECONDS = 300  # AWS WAF counts over five minutes


def with_zone(stack: StackSettings, placed: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Where resources go whose records may stand at Cloudflare: that provider is made when its zone is chosen."""
    if not isinstance(stack.topology.dns, CloudflareZone):
        return placed
    from stacks.cloudflare_provider import cloudflare_provider  # noqa: PLC0415 - its SDK loads for two seconds

    own = placed.provider
    return pulumi.ResourceOptions(providers=[*([own] if own else []), cloudflare_provider()])


def load_balancer(stack: StackSettings, network: Networked, placed: pulumi.ResourceOptions) -> LoadBalancer:
    """The load balancer, with the certificate that it needs."""
    settings = stack.topology.load_balancer
    args: LoadBalancerArgs = {
        "vpc_id": network.vpc_id,
        "subnet_ids": {**network.public_subnet_ids},
        "listener": _listener(stack, placed),
        "services": {name: _target(stack, service) for name, service in stack.application.public_services().items()},
        "deletion_protection": settings.deletion_protection,
    }
    if settings.access_logs:
        # Whoever may delete the load balancer may delete its logs: the same setting.
        args["access_logs"] = {"days": settings.access_logs, "destroy": not settings.deletion_protection}
    if settings.firewall:
        limit = stack.application.rate_limit
        args["firewall"] = {"exempt_paths": list(stack.application.webhooks())}
        if limit is not None:
            args["firewall"]["rate_limit"] = limit * _RATE_SECONDS
    return LoadBalancer(f"{stack.app}-lb", args, placed)


def names(stack: StackSettings, balancer: LoadBalancer, placed: pulumi.ResourceOptions) -> None:
    """The records of the services' host names and of mail, where the stack has a zone."""
    dns = stack.topology.dns
    hosts, mail = _hosts(stack), _mail(stack)
    if not (hosts or mail) or dns is None:
        return
    if isinstance(dns, Route53Zone):
        alias = {"dns_name": balancer.dns_name, "zone_id": balancer.zone_id}
        Zone(
            f"{stack.app}-zone", {"zone_id": dns.zone_id, "aliases": dict.fromkeys(hosts, alias), "mail": mail}, placed
        )
    elif isinstance(dns, CloudflareZone):
        from components.cloudflare.zone import CloudflareZone as Records  # noqa: PLC0415 - its SDK loads for two seconds

        Records(
            f"{stack.app}-zone",
            {
                "zone_id": dns.zone_id,
                "aliases": dict.fromkeys(hosts, balancer.dns_name),
                "proxied": dns.proxied,
                "mail": mail,
            },
            placed,
        )


def address(stack: StackSettings, balancer: LoadBalancer) -> pulumi.Output[str]:
    """The address under which people reach the services: the first host name, else the load balancer's own name."""
    scheme = stack.topology.load_balancer.listener.kind
    host = next(iter(_hosts(stack)), None)
    return pulumi.Output.concat(scheme, "://", host or balancer.dns_name)


def _hosts(stack: StackSettings) -> list[str]:
    hosts = (host for service in stack.application.public_services().values() for host in service.hosts)
    return list(dict.fromkeys(hosts))


def _listener(stack: StackSettings, placed: pulumi.ResourceOptions) -> ListenerArgs:
    listener, dns = stack.topology.load_balancer.listener, stack.topology.dns
    if isinstance(listener, HttpListener):
        return {"protocol": Protocol.HTTP}
    if listener.certificate_arn is not None or not isinstance(dns, Route53Zone | CloudflareZone):
        return {"protocol": Protocol.HTTPS, "certificate_arn": listener.certificate_arn or ""}
    own = Certificate(
        f"{stack.app}-certificate",
        {"domains": _hosts(stack), "validation": {"kind": dns.kind, "zone_id": dns.zone_id}},
        placed,
    )
    return {"protocol": Protocol.HTTPS, "certificate_arn": own.arn}


def _target(stack: StackSettings, service: Service) -> TargetArgs:
    return {
        "port": stack.topology.port(service.port),
        "health_path": service.health_path or "/",
        "health_interval": service.health_interval,
        "health_timeout": service.health_timeout,
        "websockets": service.websockets,
        "long_polling": service.long_polling,
        "hosts": list(service.hosts),
        "paths": list(service.paths),
    }


def _mail(stack: StackSettings) -> dict[str, MailRecordArgs]:
    email = stack.application.email
    if isinstance(email, NoEmail):
        return {}
    found: dict[str, MailRecordArgs] = {}
    for role, record in email.records().items():
        found[role] = {"type": record.type, "name": record.name, "content": record.content}
        if record.priority is not None:
            found[role]["priority"] = record.priority
    return found
