"""What the machines of a service guarantee."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from plan.model import Unknown
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Value

both = pytest.mark.parametrize("service", ["service", "service-hidden"])


@both
def test_instance_metadata_needs_a_token_that_cannot_be_forwarded(parts: Graph, service: str) -> None:
    options = the_part(parts, service, "LaunchTemplate").inputs["metadataOptions"]
    assert inside(options, "httpTokens") == "required"
    assert inside(options, "httpPutResponseHopLimit") == 1


@both
def test_no_machine_has_a_public_address_or_a_key_for_ssh(parts: Graph, service: str) -> None:
    template = the_part(parts, service, "LaunchTemplate")
    assert inside(template.inputs, "networkInterfaces", 0, "associatePublicIpAddress") == "false"
    assert "keyName" not in template.inputs


@both
def test_disks_are_encrypted_and_go_with_their_machine(parts: Graph, service: str) -> None:
    disk = inside(the_part(parts, service, "LaunchTemplate").inputs, "blockDeviceMappings", 0, "ebs")
    assert inside(disk, "encrypted") == "true"
    assert inside(disk, "volumeType") == "gp3"
    assert inside(disk, "deleteOnTermination") == "true"


def test_only_the_load_balancer_is_let_in_and_on_the_service_s_port_only(parts: Graph) -> None:
    rule = the_part(parts, "service", "SecurityGroupIngressRule")
    assert rule.inputs["referencedSecurityGroupId"] == "sg-lb"
    assert (rule.inputs["fromPort"], rule.inputs["toPort"], rule.inputs["ipProtocol"]) == (3001, 3001, "tcp")
    assert "cidrIpv4" not in rule.inputs


def test_nobody_is_let_in_to_a_service_without_a_front_door(parts: Graph) -> None:
    assert part_of(parts, "service-hidden", "SecurityGroupIngressRule") == []
    assert "targetGroupArns" not in the_part(parts, "service-hidden", "Group").inputs


def test_machines_go_out_on_named_ports_only(parts: Graph) -> None:
    def ports(service: str) -> dict[str, Value]:
        rules = part_of(parts, service, "SecurityGroupEgressRule")
        return {rule.name: rule.inputs["fromPort"] for rule in rules if "cidrIpv4" in rule.inputs}

    assert ports("service") == {"service-to-https": 443, "service-to-database": 5432}
    assert ports("service-hidden") == {"service-hidden-to-https": 443}


def test_a_membership_puts_machines_into_that_group(parts: Graph) -> None:
    groups = inside(the_part(parts, "service", "LaunchTemplate").inputs, "networkInterfaces", 0, "securityGroups")
    assert isinstance(groups, list | tuple)
    own, member = groups
    assert (target(own), member) == ("service-sg", "sg-cache-clients")


def test_a_change_of_the_template_is_rolled_out_by_its_number(parts: Graph) -> None:
    group = the_part(parts, "service", "Group")
    version = inside(group.inputs, "launchTemplate", "version")
    assert isinstance(version, Unknown)
    assert version.target is not None
    assert version.target.property == "latestVersion"


def test_a_rollout_keeps_every_machine_until_its_successor_is_well_and_rolls_back(parts: Graph) -> None:
    refresh = inside(the_part(parts, "service", "Group").inputs, "instanceRefresh")
    assert inside(refresh, "strategy") == "Rolling"
    assert inside(refresh, "preferences", "minHealthyPercentage") == 100
    assert inside(refresh, "preferences", "autoRollback") is True


def test_what_fails_the_load_balancer_s_check_is_replaced(parts: Graph) -> None:
    assert the_part(parts, "service", "Group").inputs["healthCheckType"] == "ELB"


def test_a_deployment_never_resets_the_number_of_machines(parts: Graph) -> None:
    group = the_part(parts, "service", "Group")
    assert (group.inputs["minSize"], group.inputs["maxSize"]) == (2, 5)
    assert "desiredCapacity" not in group.inputs


def test_the_group_grows_with_cpu_and_memory(parts: Graph) -> None:
    policies = part_of(parts, "service", "Policy")
    targets = {policy.name: inside(policy.inputs, "targetTrackingConfiguration", "targetValue") for policy in policies}
    assert targets == {"service-cpu": 70, "service-memory": 80}


def test_machines_may_read_their_own_parameters_and_no_others(parts: Graph) -> None:
    policy = json.loads(str(the_part(parts, "service", "RolePolicy").inputs["policy"]))
    allowed = {
        action: statement["Resource"]
        for statement in policy["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    reading = {action: resource for action, resource in allowed.items() if "Parameter" in action}
    assert reading == {"ssm:GetParametersByPath": "arn:aws:ssm:us-east-1:*:parameter/slipway/shop-prod/web"}
    assert [action for action in allowed if "*" in action] == []
    assert part_of(parts, "service", "RolePolicyAttachment") == []


def test_machines_start_after_the_parameters_that_they_read(parts: Graph) -> None:
    parameter = the_part(parts, "service", "Parameter")
    assert parameter.urn in the_part(parts, "service", "Group").dependencies
    assert parameter.inputs["name"] == "/slipway/shop-prod/web/REDIS_URL"


def test_the_script_is_known_before_deployment(parts: Graph) -> None:
    script = the_part(parts, "service", "LaunchTemplate").inputs["userData"]
    assert isinstance(script, str)
    assert base64.b64decode(script) == b"#!/bin/bash\ntrue\n"


def test_machines_and_disks_carry_the_required_tags(parts: Graph) -> None:
    tagged = the_part(parts, "service", "LaunchTemplate").inputs["tagSpecifications"]
    assert isinstance(tagged, list | tuple)
    assert {inside(each, "resourceType") for each in tagged} == {"instance", "volume", "network-interface"}
    assert {inside(each, "tags", "application") for each in tagged} == {"shop"}
