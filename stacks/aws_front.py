"""What stands between the internet and a stack's services in AWS: certificate, load balancer, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.aws.certificate import Certificate, DnsKind
from components.aws.listeners import ListenerArgs, Protocol, TargetArgs, TargetKind
from components.aws.load_balancer import LoadBalancer, LoadBalancerArgs
from components.aws.zone import AliasArgs, Zone
from config.aws_ecs import AwsEcs
from config.aws_front import CloudflareZone, HttpListener, HttpsListener, Route53Zone
from config.pages import PagesSite
from stacks.cloudflare_edge import edge
from stacks.mail import mail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.aws.firewall import FirewallArgs
    from config.services import Service
    from config.stack import StackSettings
    from stacks.aws_network import Networked

_RATE_SECONDS = 300  # AWS WAF counts over five minutes
_GENEROUS = 10_000  # requests in that time, where the application sets no limit: an office behind one address


def other_providers(stack: StackSettings) -> list[pulumi.ProviderResource]:
    """The provider of the stack's zone and of its frontend, where these are another cloud's."""
    if not isinstance(stack.aws.dns, CloudflareZone) and not isinstance(stack.aws.frontend, PagesSite):
        return []
    from stacks.cloudflare_provider import cloudflare_provider  # noqa: PLC0415 - its SDK takes a second

    return [cloudflare_provider()]


def load_balancer(stack: StackSettings, network: Networked, placed: pulumi.ResourceOptions) -> LoadBalancer | None:
    """The load balancer, with the certificate that it needs, where the stack has one."""
    settings = stack.aws.load_balancer
    if settings is None:
        return None
    args: LoadBalancerArgs = {
        "vpc_id": network.vpc_id,
        "subnet_ids": {**network.public_subnet_ids},
        "listener": _listener(stack, settings.listener, placed),
        "services": {name: _target(stack, service) for name, service in stack.application.public_services().items()},
        "deletion_protection": settings.deletion_protection,
    }
    if settings.access_logs:
        # Whoever may delete the load balancer may delete its logs: the same setting.
        args["access_logs"] = {"days": settings.access_logs, "destroy": not settings.deletion_protection}
    if settings.firewall:
        args["firewall"] = _firewall(stack)
    return LoadBalancer(f"{stack.app}-lb", args, placed)


def names(stack: StackSettings, balancer: LoadBalancer | None, placed: pulumi.ResourceOptions) -> None:
    """The records of the services' host names and of mail, where the stack has a zone."""
    dns = stack.aws.dns
    hosts, records = _hosts(stack) if balancer else [], mail(stack.application)
    if not (hosts or records) or dns is None:
        return
    if isinstance(dns, Route53Zone):
        aliases: dict[str, AliasArgs] = {}
        if balancer is not None:
            alias: AliasArgs = {"dns_name": balancer.dns_name, "zone_id": balancer.zone_id}
            aliases = dict.fromkeys(hosts, alias)
        Zone(f"{stack.app}-zone", {"zone_id": dns.zone_id, "aliases": aliases, "mail": records}, placed)
    elif isinstance(dns, CloudflareZone):
        # Its SDK takes a second: for the stacks that have one.
        from components.cloudflare.zone import CloudflareZone as Records  # noqa: PLC0415
        from components.cloudflare.zone import CloudflareZoneArgs  # noqa: PLC0415

        args: CloudflareZoneArgs = {
            "zone_id": dns.zone_id,
            "aliases": dict.fromkeys(hosts, balancer.dns_name) if balancer else {},
            "proxied": dns.proxied,
            "mail": records,
        }
        if dns.edge is not None:
            args["edge"] = edge(stack, dns.edge, dns.zone)
        Records(f"{stack.app}-zone", args, placed)


def front_outputs(stack: StackSettings, balancer: LoadBalancer | None) -> Mapping[str, pulumi.Input[object]]:
    """The load balancer's name, and the address under which people reach the services; nothing where nobody does.

    That is the first host name, else the load balancer's own.
    """
    if balancer is None:
        return {}
    host = next(iter(_hosts(stack)), None)
    url = pulumi.Output.concat(stack.aws.scheme(), "://", host or balancer.dns_name)
    return {"url": url, "loadBalancer": balancer.dns_name}


def _hosts(stack: StackSettings) -> list[str]:
    hosts = (host for service in stack.application.public_services().values() for host in service.hosts)
    return list(dict.fromkeys(hosts))


def _listener(
    stack: StackSettings, listener: HttpListener | HttpsListener, placed: pulumi.ResourceOptions
) -> ListenerArgs:
    dns = stack.aws.dns
    if isinstance(listener, HttpListener):
        return {"protocol": Protocol.HTTP}
    if listener.certificate_arn is not None or not isinstance(dns, Route53Zone | CloudflareZone):
        return {"protocol": Protocol.HTTPS, "certificate_arn": listener.certificate_arn or ""}
    own = Certificate(
        f"{stack.app}-certificate",
        {"domains": _hosts(stack), "validation": {"kind": DnsKind(dns.kind), "zone_id": dns.zone_id}},
        placed,
    )
    return {"protocol": Protocol.HTTPS, "certificate_arn": own.arn}


def _firewall(stack: StackSettings) -> FirewallArgs:
    application, dns = stack.application, stack.aws.dns
    limit = application.rate_limit * _RATE_SECONDS if application.rate_limit else _GENEROUS
    args: FirewallArgs = {"rate_limit": limit, "exempt_paths": list(application.webhooks())}
    if isinstance(dns, CloudflareZone) and dns.proxied:
        args["address_header"] = "CF-Connecting-IP"
    return args


def _target(stack: StackSettings, service: Service) -> TargetArgs:
    args: TargetArgs = {
        "port": stack.aws.port(service.port),
        "health_path": service.health_path or "/",
        "health_interval": service.health_interval,
        "health_timeout": service.health_timeout,
        "websockets": service.websockets,
        "long_polling": service.long_polling,
        "hosts": list(service.hosts),
        "paths": list(service.paths),
    }
    if isinstance(stack.topology, AwsEcs):
        args["kind"] = TargetKind.IP
    return args
