"""Load balancers, their targets and listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError, Refusal
from slipway.simulated.checks.aws.given import of_subnet_group
from slipway.simulated.checks.aws.listeners import (
    check_actions,
    check_ciphers,
    check_rule,
    check_stickiness,
    check_target,
    judge_health,
)
from slipway.simulated.checks.aws.lookups import SUBNET, check_gateway, group_elsewhere, network_of, zones_of
from slipway.simulated.checks.aws.policies import document_of, listed, statements_of
from slipway.simulated.sdk import snake
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_BUCKET = "aws:s3/bucket:Bucket"
_BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
_CERTIFICATE = "aws:acm/certificate:Certificate"
_TARGETS = "aws:lb/targetGroup:TargetGroup"
_ENCRYPTED = ("HTTPS", "TLS")
_PROTOCOLS = {"application": ("HTTP", "HTTPS"), "network": ("QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP")}
_FEWEST_ZONES = 2
_USUAL_INTERVAL, _USUAL_TIMEOUT = 30, 5  # seconds between health checks, and for each
# What each kind of action has to have one of.
_ACTIONS = {"forward": ("targetGroupArn", "forward"), "redirect": ("redirect",), "fixed-response": ("fixedResponse",)}


def judge_targets(asked: Asked) -> Iterator[Refusal]:
    """Targets that are reached over the network have a port, a protocol and a network."""
    yield from judge_health(asked)
    kind = asked.inputs.get("targetType") or "instance"
    if kind in ("lambda", UNKNOWN):
        return
    for name, words in (("port", "port"), ("protocol", "protocol"), ("vpcId", "vpc_id")):
        if asked.inputs.get(name) is None:
            reason = f'Attribute "{words}" must be specified when "target_type" is "{kind}"'
            yield Refusal(f"Invalid Attribute Combination. {reason}", name)


def judge_listener(asked: Asked) -> Iterator[Refusal]:
    """Each default action has what its kind needs."""
    yield from _judge_actions(asked.inputs.get("defaultActions") or (), "defaultActions", "default_action")


def judge_rule(asked: Asked) -> Iterator[Refusal]:
    """Each action has what its kind needs."""
    yield from _judge_actions(asked.inputs.get("actions") or (), "actions", "action")


def _judge_actions(actions: Any, path: str, words: str) -> Iterator[Refusal]:
    for number, action in enumerate(actions if isinstance(actions, list) else ()):
        kind = str(action.get("type")) if isinstance(action, dict) else ""
        needed = _ACTIONS.get(kind, ())
        if needed and not any(action.get(name) for name in needed):
            told = " or ".join(f'"{words}[{number}].{snake(name)}"' for name in needed)
            reason = f'Attribute {told} must be specified when "{words}[{number}].type" is "{kind}"'
            yield Refusal(f"Invalid Attribute Combination. {reason}", f"{path}[{number}]")


def check_balancer(asked: Asked, cloud: Cloud) -> None:
    """A load balancer stands in two zones at least, once in each, and can write its logs."""
    mapped = [each.get("subnetId") for each in asked.inputs.get("subnetMappings") or ()]
    subnets = [each for each in (*asked.texts("subnets"), *mapped) if each]
    application = (asked.inputs.get("loadBalancerType") or "application") == "application"
    zones = zones_of(subnets, cloud)
    if application and len(set(subnets) if zones is None else set(zones)) < _FEWEST_ZONES:
        raise ApiError("ValidationError: At least two subnets in two different Availability Zones must be specified")
    if zones is not None and len(set(zones)) < len(zones):
        raise ApiError(
            "InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same "
            "Availability Zone"
        )
    networks = {network_of(SUBNET, each, cloud) for each in subnets} - {""}
    network = min(networks, default="")
    if len(networks) > 1 or group_elsewhere(network, asked.texts("securityGroups"), cloud):
        raise ApiError("InvalidConfigurationRequest: One or more security groups are invalid")
    if asked.text("ipAddressType").startswith("dualstack"):
        _check_v6(subnets, cloud)
    if not asked.inputs.get("internal"):
        check_gateway(network, f"InvalidSubnet: VPC {network} has no internet gateway", cloud)
    logs = asked.inputs.get("accessLogs") or {}
    if logs.get("enabled"):
        _check_logs(str(logs.get("bucket")), cloud)


def _check_v6(subnets: list[str], cloud: Cloud) -> None:
    for held in (cloud.get(SUBNET, subnet) for subnet in subnets):
        if held and not any(held.inputs.get(name) for name in ("ipv6CidrBlock", "ipv6IpamPoolId", "ipv6NetmaskLength")):
            raise ApiError(
                f"ValidationError: You must specify subnets with an associated IPv6 CIDR block: {held.id} has none"
            )


def _check_logs(bucket: str, cloud: Cloud) -> None:
    """The bucket's policy lets the load balancers of AWS write."""
    if cloud.told_of(bucket) and not cloud.naming(_BUCKET, "bucket", bucket):
        return
    policies = cloud.naming(_BUCKET_POLICY, "bucket", bucket)
    statements = (each for policy in policies for each in statements_of(document_of(policy.inputs.get("policy"))))
    if not any(_lets_write(statement) for statement in statements):
        raise ApiError(
            f"InvalidConfigurationRequest: Access Denied for bucket: {bucket}. Please check S3bucket permission"
        )


def _lets_write(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    actions = {str(action) for action in listed(statement.get("Action"))}
    named = isinstance(principal, dict) and bool(principal.get("Service") or principal.get("AWS"))
    return statement.get("Effect") == "Allow" and named and bool(actions & {"s3:PutObject", "s3:Put*", "s3:*"})


def check_balancer_unprotected(held: Object, _cloud: Cloud) -> None:
    """A protected load balancer stays."""
    if held.inputs.get("enableDeletionProtection"):
        raise ApiError(
            f"OperationNotPermitted: Load balancer '{held.id}' cannot be deleted because deletion protection is enabled"
        )


def check_targets(asked: Asked, _cloud: Cloud) -> None:
    """A health check ends before the next one begins."""
    health = asked.inputs.get("healthCheck") or {}
    interval = float(health.get("interval") or _USUAL_INTERVAL)
    if float(health.get("timeout") or _USUAL_TIMEOUT) >= interval:
        raise ApiError("ValidationError: Health check interval must be greater than the timeout.")
    check_stickiness(asked)


def check_listener(asked: Asked, cloud: Cloud) -> None:
    """A listener speaks what its load balancer speaks, and has a certificate that is issued."""
    balancer = next(iter(cloud.naming(_BALANCER, "arn", asked.text("loadBalancerArn"))), None)
    protocol = asked.inputs.get("protocol") or "HTTP"
    kind = str(balancer.inputs.get("loadBalancerType") or "application") if balancer else ""
    if kind in _PROTOCOLS and protocol not in _PROTOCOLS[kind]:
        raise ApiError(f"ValidationError: Protocol '{protocol}' must be one of '{', '.join(_PROTOCOLS[kind])}'")
    certificate = asked.text("certificateArn")
    if protocol in _ENCRYPTED and not certificate:
        raise ApiError(f"ValidationError: A certificate must be specified for {protocol} listeners")
    if protocol not in _ENCRYPTED and certificate:
        raise ApiError(f"ValidationError: Certificates cannot be specified for {protocol} listeners")
    check_issued(certificate, cloud)
    check_ciphers(asked)
    if kind in _PROTOCOLS and asked.inputs.get("port") is None:
        raise ApiError("ValidationError: A listener port must be specified")
    _check_networks(asked, balancer, cloud)
    check_actions(asked, asked.text("loadBalancerArn"), asked.inputs, cloud)


def check_issued(certificate: str, cloud: Cloud) -> None:
    """Raise `ApiError` for a certificate of this cloud that is not valid yet."""
    for held in cloud.naming(_CERTIFICATE, "arn", certificate):
        at_once = held.inputs.get("privateKey") or held.inputs.get("certificateAuthorityArn")  # imported, or one's own
        if not at_once and not cloud.naming(
            "aws:acm/certificateValidation:CertificateValidation", "certificateArn", held.id
        ):
            raise ApiError(
                f"UnsupportedCertificate: The certificate '{certificate}' must have a fully-qualified domain name, a "
                "supported signature, and a supported key size."
            )


def _check_networks(asked: Asked, balancer: Object | None, cloud: Cloud) -> None:
    subnets = balancer.inputs.get("subnets") or () if balancer else ()
    own = network_of(SUBNET, subnets[0], cloud) if subnets else ""
    for action in asked.inputs.get("defaultActions") or ():
        for targets in cloud.naming(_TARGETS, "arn", str(action.get("targetGroupArn"))):
            network = str(targets.inputs.get("vpcId") or "")
            if own and network and network != own:
                raise ApiError(
                    "InvalidConfigurationRequest: The following target groups have a VPC different from the load "
                    f"balancer: {targets.id}"
                )


INPUTS = {"Listener": judge_listener, "ListenerRule": judge_rule, "TargetGroup": judge_targets}
CREATING = {
    "Listener": check_listener,
    "ListenerRule": check_rule,
    "LoadBalancer": check_balancer,
    "TargetGroup": check_targets,
    "TargetGroupAttachment": check_target,
}
UPDATING = CREATING
DELETING = {"LoadBalancer": check_balancer_unprotected}
GIVES = {"LoadBalancer": of_subnet_group}
