"""The load balancer: the only part of a stack that the internet reaches."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.access_logs import AccessLogs, AccessLogsArgs, make_access_logs
from components.aws.firewall import FirewallArgs, put_firewall
from components.aws.listeners import HTTP, HTTPS, Front, ListenerArgs, Protocol, TargetArgs, TargetKind, listen

_IDLE, _IDLE_WEBSOCKETS = 60, 300  # seconds; a WebSocket's ping of 25 to 30 s keeps well inside
_DRAIN, _DRAIN_WEBSOCKETS = 60, 120  # seconds
_STICKY = 86_400  # seconds: a day, after which a client's instance may be another


class LoadBalancerArgs(TypedDict):
    """What the load balancer is made from."""

    vpc_id: pulumi.Input[str]
    """The id of its VPC."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """The ids of public subnets by zone, two at least."""
    listener: ListenerArgs
    """What it listens on."""
    services: dict[str, TargetArgs]
    """The public services by name."""
    deletion_protection: bool
    """Whether AWS refuses to delete it."""
    access_logs: NotRequired[AccessLogsArgs]
    """How long the log of every request is kept; without it there is no log."""
    firewall: NotRequired[FirewallArgs]
    """What looks at every request first; without it nothing does."""


class LoadBalancer(pulumi.ComponentResource):
    """Guarantees that the internet reaches ports 80 and 443 of this, and nothing else; 443 only with a certificate."""

    dns_name: pulumi.Output[str]
    """The name under which it is reached."""
    zone_id: pulumi.Output[str]
    """The hosted zone of that name, for DNS aliases."""
    security_group_id: pulumi.Output[str]
    """Its security group: services let this in, and nobody else."""
    target_group_arns: dict[str, pulumi.Output[str]]
    """The ARN of each service's target group by service."""
    reached_target_group_arns: dict[str, pulumi.Output[str]]
    """The same, but only once a listener leads to each: ECS refuses a target group that has no load balancer."""
    target_group_arn_suffixes: dict[str, pulumi.Output[str]]
    """The name of each service's target group in CloudWatch, by service."""
    arn_suffix: pulumi.Output[str]
    """Its name in CloudWatch."""

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:LoadBalancer", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = _security_group(name, args, child)
        balancer = _balancer(name, args, group, child)
        if "firewall" in args:
            put_firewall(f"{name}-firewall", args["firewall"], balancer.arn, child)
        targets = {
            service: _target_group(f"{name}-{service}", target, args["vpc_id"], child)
            for service, target in args["services"].items()
        }
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.security_group_id = group.id
        self.target_group_arns = {service: target.arn for service, target in targets.items()}
        self.target_group_arn_suffixes = {service: target.arn_suffix for service, target in targets.items()}
        self.arn_suffix = balancer.arn_suffix
        leading = listen(Front(name, balancer.arn, args["listener"], args["services"], self.target_group_arns), child)
        self.reached_target_group_arns = {
            service: pulumi.Output.all(arn, leading[service]).apply(lambda known: known[0])
            for service, arn in self.target_group_arns.items()
        }
        self.register_outputs(
            {
                "dnsName": self.dns_name,
                "zoneId": self.zone_id,
                "securityGroupId": self.security_group_id,
                "targetGroupArns": self.target_group_arns,
                "reachedTargetGroupArns": self.reached_target_group_arns,
                "targetGroupArnSuffixes": self.target_group_arn_suffixes,
                "arnSuffix": self.arn_suffix,
            }
        )


def _balancer(
    name: str, args: LoadBalancerArgs, group: "aws.ec2.SecurityGroup", child: pulumi.ResourceOptions
) -> "aws.lb.LoadBalancer":
    logs: AccessLogs | None = None
    if "access_logs" in args:
        # The account is told by what it owns: a component looks nothing up.
        logs = make_access_logs(f"{name}-access-logs", args["access_logs"], group.owner_id, child)
    after = pulumi.ResourceOptions(depends_on=[logs.allowed] if logs else None)
    return aws.lb.LoadBalancer(
        f"{name}-alb",
        load_balancer_type="application",
        internal=False,
        subnets=list(args["subnet_ids"].values()),
        security_groups=[group.id],
        idle_timeout=_IDLE_WEBSOCKETS if _any_websockets(args) else _IDLE,
        drop_invalid_header_fields=True,
        desync_mitigation_mode="defensive",
        enable_deletion_protection=args["deletion_protection"],
        # Without a log it is said too: AWS would go on with one that nobody mentions.
        access_logs=aws.lb.LoadBalancerAccessLogsArgs(bucket=logs.bucket if logs else "", enabled=bool(logs)),
        tags={"Name": name},
        opts=pulumi.ResourceOptions.merge(child, after),
    )


def _any_websockets(args: LoadBalancerArgs) -> bool:
    return any(service["websockets"] for service in args["services"].values())


def _security_group(name: str, args: LoadBalancerArgs, child: pulumi.ResourceOptions) -> aws.ec2.SecurityGroup:
    group = aws.ec2.SecurityGroup(
        f"{name}-sg",
        vpc_id=args["vpc_id"],
        description=f"{name}: reached from the internet",
        tags={"Name": name},
        opts=child,
    )
    ports = {"http": HTTP, "https": HTTPS} if args["listener"]["protocol"] == Protocol.HTTPS else {"http": HTTP}
    for role, port in ports.items():
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-{role}-from-anywhere",
            security_group_id=group.id,
            cidr_ipv4="0.0.0.0/0",
            description=f"{role.upper()} from the internet",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            tags={"Name": f"{name}-{role}-from-anywhere"},
            opts=child,
        )
    return group


def _target_group(
    name: str, target: TargetArgs, vpc_id: pulumi.Input[str], child: pulumi.ResourceOptions
) -> aws.lb.TargetGroup:
    return aws.lb.TargetGroup(
        name,
        vpc_id=vpc_id,
        target_type=TargetKind(target.get("kind", TargetKind.INSTANCE)).value,
        protocol="HTTP",
        port=target["port"],
        deregistration_delay=_DRAIN_WEBSOCKETS if target["websockets"] else _DRAIN,
        health_check=aws.lb.TargetGroupHealthCheckArgs(
            path=target["health_path"],
            protocol="HTTP",
            matcher="200",
            interval=target["health_interval"],
            timeout=target["health_timeout"],
            healthy_threshold=2,
            unhealthy_threshold=3,
        ),
        # Said in both cases: AWS would go on with one that nobody mentions.
        stickiness=aws.lb.TargetGroupStickinessArgs(
            type="lb_cookie", enabled=target["long_polling"], cookie_duration=_STICKY
        ),
        tags={"Name": name},
        opts=child,
    )
