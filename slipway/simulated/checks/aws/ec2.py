"""EC2: networks, groups and machines."""

from __future__ import annotations

from slipway.simulated.checks.aws.given import of_nat_gateway
from slipway.simulated.checks.aws.groups import check_group
from slipway.simulated.checks.aws.machines import check_instance, check_template
from slipway.simulated.checks.aws.network import (
    check_association,
    check_endpoint,
    check_gateway_unused,
    check_nat_gateway,
    check_route,
    check_subnet,
    default_group,
)

CREATING = {
    "Instance": check_instance,
    "LaunchTemplate": check_template,
    "NatGateway": check_nat_gateway,
    "Route": check_route,
    "RouteTableAssociation": check_association,
    "SecurityGroup": check_group,
    "Subnet": check_subnet,
    "VpcEndpoint": check_endpoint,
}
UPDATING = {"LaunchTemplate": check_template, "Route": check_route, "RouteTableAssociation": check_association}
DELETING = {"InternetGateway": check_gateway_unused}
GIVES = {"DefaultSecurityGroup": default_group, "NatGateway": of_nat_gateway}
