"""EC2: networks, groups and machines."""

from __future__ import annotations

from slipway.simulated.checks.aws.endpoints import check_endpoint, check_list_rule, check_record, check_rules
from slipway.simulated.checks.aws.given import of_instance, of_nat_gateway, of_network, of_subnet
from slipway.simulated.checks.aws.groups import check_group, check_older_rule
from slipway.simulated.checks.aws.machines import check_attachment, check_instance, check_key, check_template
from slipway.simulated.checks.aws.network import (
    check_association,
    check_gateway_unused,
    check_nat_gateway,
    check_route,
    default_group,
    judge_nat_gateway,
)
from slipway.simulated.checks.aws.ranges import (
    check_changed_subnet,
    check_more,
    check_network,
    check_peering,
    check_subnet,
)

INPUTS = {"NatGateway": judge_nat_gateway}
CREATING = {
    "FlowLog": check_record,
    "Instance": check_instance,
    "KeyPair": check_key,
    "LaunchTemplate": check_template,
    "NatGateway": check_nat_gateway,
    "NetworkAcl": check_rules,
    "NetworkAclRule": check_list_rule,
    "Route": check_route,
    "RouteTableAssociation": check_association,
    "SecurityGroup": check_group,
    "SecurityGroupRule": check_older_rule,
    "Subnet": check_subnet,
    "VolumeAttachment": check_attachment,
    "Vpc": check_network,
    "VpcEndpoint": check_endpoint,
    "VpcIpv4CidrBlockAssociation": check_more,
    "VpcPeeringConnection": check_peering,
}
UPDATING = {
    "LaunchTemplate": check_template,
    "NetworkAcl": check_rules,
    "Route": check_route,
    "RouteTableAssociation": check_association,
    "SecurityGroup": check_group,
    "Subnet": check_changed_subnet,
    "VpcEndpoint": check_endpoint,
}
DELETING = {"InternetGateway": check_gateway_unused}
GIVES = {
    "DefaultSecurityGroup": default_group,
    "Instance": of_instance,
    "NatGateway": of_nat_gateway,
    "Subnet": of_subnet,
    "Vpc": of_network,
}
