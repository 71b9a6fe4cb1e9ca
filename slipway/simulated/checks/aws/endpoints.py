"""What stands at the edge of a network: endpoints of services, lists of rules, records of traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.lookups import VPC, zones_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_GATEWAY_SERVICES = ("s3", "dynamodb")
_EVERY_PROTOCOL = ("-1", "all")
_LOGS = "cloud-watch-logs"


def check_endpoint(asked: Asked, cloud: Cloud) -> None:
    """An endpoint is of a kind that its service has, is in each zone once, and its network can speak of it."""
    name = asked.text("serviceName")
    kind = asked.inputs.get("vpcEndpointType") or "Gateway"
    if name.startswith("com.amazonaws."):
        if name.split(".")[2] != asked.region and not asked.inputs.get("serviceRegion"):
            raise ApiError(f"InvalidServiceName: The Vpc Endpoint Service '{name}' does not exist")
        if kind == "Gateway" and name.rpartition(".")[2] not in _GATEWAY_SERVICES:
            raise ApiError(
                "InvalidParameter: Endpoint type (Gateway) does not match available service types ([Interface])."
            )
    if kind == "Gateway":
        _check_gateway(asked, name, cloud)
    elif kind == "Interface":
        _check_interface(asked, name, cloud)


def _check_gateway(asked: Asked, service: str, cloud: Cloud) -> None:
    """A table of routes leads to a service once."""
    wanted = set(asked.texts("routeTableIds"))
    for other in _others(asked, service, "Gateway", cloud):
        both = sorted(wanted & set(other.inputs.get("routeTableIds") or ()))
        if both:
            raise ApiError(
                f"RouteAlreadyExists: route table {both[0]} already has a route with destination-prefix-list-id "
                f"{other.properties.get('prefixListId')}"
            )


def _check_interface(asked: Asked, service: str, cloud: Cloud) -> None:
    if asked.texts("routeTableIds"):
        raise ApiError("InvalidParameter: Route table IDs are only supported for Gateway type VPC Endpoint.")
    subnets = asked.texts("subnetIds")
    zones = zones_of(subnets, cloud)
    if zones is not None and len(set(zones)) < len(zones):
        again = next(subnet for number, subnet in enumerate(subnets) if zones[number] in zones[:number])
        raise ApiError(
            f"DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of {again}. VPC "
            "endpoint subnets should be in different availability zones supported by the VPC endpoint service."
        )
    if not asked.inputs.get("privateDnsEnabled"):
        return
    network = cloud.get(VPC, asked.text("vpcId"))
    speaks = network is None or (
        network.inputs.get("enableDnsHostnames") and network.inputs.get("enableDnsSupport") in (None, True)
    )
    if network and not speaks:
        raise ApiError(
            "InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
            f"attributes set to true for {network.id}"
        )
    if any(other.inputs.get("privateDnsEnabled") for other in _others(asked, service, "Interface", cloud)):
        raise ApiError(
            "InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain "
            f"for {service} in the VPC {asked.text('vpcId')}"
        )


def _others(asked: Asked, service: str, kind: str, cloud: Cloud) -> Iterator[Object]:
    for other in cloud.naming(_ENDPOINT, "vpcId", asked.text("vpcId")):
        same = other.inputs.get("serviceName") == service and (other.inputs.get("vpcEndpointType") or "Gateway") == kind
        if other.id != asked.id and same:
            yield other


def check_rules(asked: Asked, _cloud: Cloud) -> None:
    """The rules of a list have a number each, and ports that go with their protocols."""
    for way in ("ingress", "egress"):
        rules = asked.inputs.get(way) or ()
        numbers = [rule.get("ruleNo") for rule in rules]
        for rule in rules:
            _check_ports(rule)
            if numbers.count(rule.get("ruleNo")) > 1:
                raise ApiError(
                    "NetworkAclEntryAlreadyExists: The network acl entry identified by "
                    f"{rule.get('ruleNo')} already exists."
                )


def check_list_rule(asked: Asked, cloud: Cloud) -> None:
    """A rule by itself has a number of its own in its list."""
    number, outward = asked.inputs.get("ruleNumber"), bool(asked.inputs.get("egress"))
    for other in cloud.naming(asked.token, "networkAclId", asked.text("networkAclId")):
        same = (other.inputs.get("ruleNumber"), bool(other.inputs.get("egress"))) == (number, outward)
        if same and other.id != asked.id:
            raise ApiError(
                f"NetworkAclEntryAlreadyExists: The network acl entry identified by {number} already exists."
            )


def _check_ports(rule: Mapping[str, Any]) -> None:
    first, last = (int(rule.get(name) or 0) for name in ("fromPort", "toPort"))
    if str(rule.get("protocol")).lower() in _EVERY_PROTOCOL and (first or last):
        raise ApiError(f"from_port ({first}) and to_port ({last}) must both be 0 to use the the 'all' \"-1\" protocol!")


def check_record(asked: Asked, _cloud: Cloud) -> None:
    """Traffic is recorded somewhere, by a role where the place needs one."""
    kind = asked.inputs.get("logDestinationType") or _LOGS
    if not asked.inputs.get("logDestination"):
        raise ApiError("InvalidParameter: LogDestination can't be empty if LogGroupName is not provided.")
    if kind == _LOGS and not asked.inputs.get("iamRoleArn"):
        raise ApiError(f"InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is {_LOGS}.")
    if kind == "s3" and asked.inputs.get("iamRoleArn"):
        raise ApiError("InvalidParameter: DeliverLogsPermissionArn is not applicable for s3 delivery")
