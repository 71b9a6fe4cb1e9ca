"""What a load balancer listens on, and which service gets which request."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.routing import rule_priorities

HTTP, HTTPS = 80, 443
_TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"  # TLS 1.3 and 1.2, forward secrecy only


class Protocol(StrEnum):
    """What browsers speak to a load balancer."""

    HTTP = "http"
    """Everything on the way can read it: for development only."""
    HTTPS = "https"
    """TLS 1.2 or 1.3; port 80 only redirects."""


class TargetKind(StrEnum):
    """How a load balancer names what it sends requests to."""

    INSTANCE = "instance"
    """A machine, by its id."""
    IP = "ip"
    """A task, by its own address."""


class ListenerArgs(TypedDict):
    """What the load balancer listens on."""

    protocol: Protocol
    """http or https."""
    certificate_arn: NotRequired[pulumi.Input[str]]
    """The ARN of the certificate; https needs it."""


class TargetArgs(TypedDict):
    """One public service, as the load balancer sees it."""

    port: int
    """The TCP port that its instances listen on."""
    health_path: str
    """The path that answers 200 when an instance is well."""
    health_interval: int
    """Seconds between two health checks."""
    health_timeout: int
    """Seconds to wait for a health check's answer."""
    websockets: bool
    """Whether connections stay open for long."""
    long_polling: bool
    """Whether a client's requests must all reach the same instance."""
    hosts: list[str]
    """The host names that lead to it; none means any."""
    paths: list[str]
    """The path patterns that lead to it; none means any. One service may have neither."""
    kind: NotRequired[TargetKind]
    """What its instances are; without it, machines."""


_REDIRECT = aws.lb.ListenerDefaultActionArgs(
    type="redirect",
    redirect=aws.lb.ListenerDefaultActionRedirectArgs(protocol="HTTPS", port=str(HTTPS), status_code="HTTP_301"),
)


@dataclass(frozen=True, slots=True)
class Front:
    """What stands between the internet and services."""

    name: str
    """The load balancer's name; names of parts begin with it."""
    balancer_arn: pulumi.Input[str]
    """The ARN of the load balancer."""
    listener: ListenerArgs
    """What it listens on."""
    services: dict[str, TargetArgs]
    """The public services by name."""
    targets: dict[str, pulumi.Output[str]]
    """The ARN of each service's target group."""


def listen(front: Front, child: pulumi.ResourceOptions) -> dict[str, pulumi.Output[str]]:
    """Make the listeners and rules that lead to each service's target group; returns the ARN of what does, by service.

    Raises `ValueError` where https has no certificate.
    """
    main = _main_listener(front, child)
    claims = {key: service for key, service in front.services.items() if service["hosts"] or service["paths"]}
    priorities = rule_priorities(
        {key: 2 * bool(service["hosts"]) + bool(service["paths"]) for key, service in claims.items()}
    )
    leading = dict.fromkeys(front.services, main.arn)
    for key, service in claims.items():
        rule = aws.lb.ListenerRule(
            f"{front.name}-{key}",
            listener_arn=main.arn,
            priority=priorities[key],
            conditions=_conditions(service),
            actions=[aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=front.targets[key])],
            tags={"Name": f"{front.name}-{key}"},
            opts=child,
        )
        leading[key] = rule.arn
    return leading


def _main_listener(front: Front, child: pulumi.ResourceOptions) -> aws.lb.Listener:
    """The listener that leads to services; with a certificate, beside one that only redirects to it."""
    plain = front.listener["protocol"] == Protocol.HTTP
    rest = _for_the_rest(front.services, front.targets)
    http = aws.lb.Listener(
        f"{front.name}-http",
        load_balancer_arn=front.balancer_arn,
        protocol="HTTP",
        port=HTTP,
        default_actions=[rest if plain else _REDIRECT],
        tags={"Name": f"{front.name}-http"},
        opts=child,
    )
    if plain:
        return http
    if "certificate_arn" not in front.listener:
        raise ValueError(f"{front.name}: listener: https needs a certificate; give certificate_arn, or protocol http")
    return aws.lb.Listener(
        f"{front.name}-https",
        load_balancer_arn=front.balancer_arn,
        protocol="HTTPS",
        port=HTTPS,
        ssl_policy=_TLS_POLICY,
        certificate_arn=front.listener["certificate_arn"],
        default_actions=[rest],
        tags={"Name": f"{front.name}-https"},
        opts=child,
    )


def _for_the_rest(
    services: dict[str, TargetArgs], targets: dict[str, pulumi.Output[str]]
) -> aws.lb.ListenerDefaultActionArgs:
    """Where requests go that no rule claims: to the service without hosts and paths, else nowhere."""
    for name, service in services.items():
        if not service["hosts"] and not service["paths"]:
            return aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets[name])
    return aws.lb.ListenerDefaultActionArgs(
        type="fixed-response",
        fixed_response=aws.lb.ListenerDefaultActionFixedResponseArgs(
            status_code="404", content_type="text/plain", message_body="Not found"
        ),
    )


def _conditions(service: TargetArgs) -> list[aws.lb.ListenerRuleConditionArgs]:
    hosts = [
        aws.lb.ListenerRuleConditionArgs(
            host_header=aws.lb.ListenerRuleConditionHostHeaderArgs(values=service["hosts"])
        )
    ]
    paths = [
        aws.lb.ListenerRuleConditionArgs(
            path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=service["paths"])
        )
    ]
    return [*(hosts if service["hosts"] else ()), *(paths if service["paths"] else ())]
