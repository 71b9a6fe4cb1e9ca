"""What a network without a way out guarantees: AWS services by endpoints, for the members of one group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.components.planning import part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

NETWORK = "network-none"
ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]


def interfaces(graph: Graph, network: str) -> list[Resource]:
    found = part_of(graph, network, "VpcEndpoint")
    return [endpoint for endpoint in found if endpoint.inputs["vpcEndpointType"] == "Interface"]


def targets(values: Value) -> set[str]:
    assert isinstance(values, list | tuple)
    return {target(value) for value in values}


def test_each_named_service_has_an_endpoint_under_its_public_name_in_every_compute_subnet(parts: Graph) -> None:
    found = {endpoint.name: endpoint.inputs for endpoint in interfaces(parts, NETWORK)}
    assert {name: inputs["serviceName"] for name, inputs in found.items()} == {
        f"{NETWORK}-endpoint-secretsmanager": "com.amazonaws.us-east-1.secretsmanager",
        f"{NETWORK}-endpoint-ecr.api": "com.amazonaws.us-east-1.ecr.api",
    }
    for inputs in found.values():
        assert inputs["privateDnsEnabled"] is True
        assert targets(inputs["subnetIds"]) == {f"{NETWORK}-compute-{zone}" for zone in ZONES}


def test_endpoints_let_in_their_clients_on_443_and_nobody_else(parts: Graph) -> None:
    assert {
        name for endpoint in interfaces(parts, NETWORK) for name in targets(endpoint.inputs["securityGroupIds"])
    } == {f"{NETWORK}-endpoints-sg"}
    rule = the_part(parts, NETWORK, "SecurityGroupIngressRule")
    assert target(rule.inputs["securityGroupId"]) == f"{NETWORK}-endpoints-sg"
    assert target(rule.inputs["referencedSecurityGroupId"]) == f"{NETWORK}-endpoint-clients-sg"
    assert (rule.inputs["ipProtocol"], rule.inputs["fromPort"], rule.inputs["toPort"]) == ("tcp", 443, 443)


def test_clients_go_out_to_the_endpoints_and_to_s3_on_443_and_nowhere_else(parts: Graph) -> None:
    rules = part_of(parts, NETWORK, "SecurityGroupEgressRule")
    assert {target(rule.inputs["securityGroupId"]) for rule in rules} == {f"{NETWORK}-endpoint-clients-sg"}
    assert {(rule.inputs["ipProtocol"], rule.inputs["fromPort"], rule.inputs["toPort"]) for rule in rules} == {
        ("tcp", 443, 443)
    }
    assert [rule.name for rule in rules if {"cidrIpv4", "cidrIpv6"} & set(rule.inputs)] == []
    by_group, by_list = sorted(rules, key=lambda rule: "prefixListId" in rule.inputs)
    assert target(by_group.inputs["referencedSecurityGroupId"]) == f"{NETWORK}-endpoints-sg"
    assert target(by_list.inputs["prefixListId"]) == f"{NETWORK}-s3"


def test_the_clients_group_is_told_where_there_is_no_way_out(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:Network") if found.name == NETWORK]
    told = owner.outputs["endpointClientSecurityGroupIds"]
    assert isinstance(told, dict)
    assert {role: target(group) for role, group in told.items()} == {"endpoints": f"{NETWORK}-endpoint-clients-sg"}


@pytest.mark.parametrize("network", ["network", "network-single", "network-instance"])
def test_where_there_is_a_way_out_nobody_pays_for_endpoints(parts: Graph, network: str) -> None:
    assert interfaces(parts, network) == []
    (owner,) = [found for found in parts.of_type("slipway:aws:Network") if found.name == network]
    assert owner.outputs["endpointClientSecurityGroupIds"] == {}
