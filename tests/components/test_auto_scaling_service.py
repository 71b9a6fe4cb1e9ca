"""What machines are made from, and who can connect to whom."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Value

SERVICES = ["service", "service-hidden", "service-shared-web"]
each_group = pytest.mark.parametrize("service", SERVICES)


def let_in(graph: Graph, service: str) -> dict[str, tuple[Value, Value]]:
    """Who reaches which port of the machines, by rule; every rule must be one of TCP, into them, from a group."""
    found = {}
    for rule in part_of(graph, service, "SecurityGroupIngressRule"):
        assert target(rule.inputs["securityGroupId"]) == f"{service}-sg"
        assert rule.inputs["ipProtocol"] == "tcp"
        assert rule.inputs["fromPort"] == rule.inputs["toPort"]
        assert not {"cidrIpv4", "cidrIpv6", "prefixListId"} & set(rule.inputs)
        found[rule.name] = (rule.inputs["referencedSecurityGroupId"], rule.inputs["toPort"])
    return found


@each_group
def test_instance_metadata_needs_a_token_and_tells_the_machine_its_tags(parts: Graph, service: str) -> None:
    options = the_part(parts, service, "LaunchTemplate").inputs["metadataOptions"]
    assert inside(options, "httpTokens") == "required"
    assert inside(options, "instanceMetadataTags") == "enabled"


@pytest.mark.parametrize(("service", "hops"), [("service", 1), ("service-shared-web", 1), ("service-hidden", 2)])
def test_the_token_goes_no_further_than_the_machine_or_its_containers(parts: Graph, service: str, hops: int) -> None:
    options = the_part(parts, service, "LaunchTemplate").inputs["metadataOptions"]
    assert inside(options, "httpPutResponseHopLimit") == hops


@each_group
def test_no_machine_has_a_public_address_or_a_key_for_ssh(parts: Graph, service: str) -> None:
    template = the_part(parts, service, "LaunchTemplate")
    interfaces = inside(template.inputs, "networkInterfaces")
    assert isinstance(interfaces, list | tuple)
    assert [inside(each, "associatePublicIpAddress") for each in interfaces] == ["false"]
    assert "keyName" not in template.inputs


@each_group
def test_disks_are_encrypted_and_go_with_their_machine(parts: Graph, service: str) -> None:
    disks = inside(the_part(parts, service, "LaunchTemplate").inputs, "blockDeviceMappings")
    assert isinstance(disks, list | tuple)
    (disk,) = [inside(each, "ebs") for each in disks]
    assert inside(disk, "encrypted") == "true"
    assert inside(disk, "volumeType") == "gp3"
    assert inside(disk, "deleteOnTermination") == "true"


@each_group
def test_machines_are_measured_every_minute(parts: Graph, service: str) -> None:
    assert inside(the_part(parts, service, "LaunchTemplate").inputs, "monitoring", "enabled") is True


def test_only_the_load_balancer_is_let_in_and_on_the_service_s_port_only(parts: Graph) -> None:
    assert let_in(parts, "service") == {"service-from-load-balancer": ("sg-lb", 3001)}


def test_the_load_balancer_may_go_to_that_port_of_the_machines_only(parts: Graph) -> None:
    rules = part_of(parts, "service", "SecurityGroupEgressRule")
    (way,) = [rule for rule in rules if rule.inputs["securityGroupId"] == "sg-lb"]
    assert way.name == "service-to-machines"
    assert target(way.inputs["referencedSecurityGroupId"]) == "service-sg"
    assert (way.inputs["fromPort"], way.inputs["toPort"], way.inputs["ipProtocol"]) == (3001, 3001, "tcp")


def test_nobody_is_let_in_to_a_service_without_a_front_door(parts: Graph) -> None:
    assert let_in(parts, "service-hidden") == {}
    assert "targetGroupArns" not in the_part(parts, "service-hidden", "Group").inputs


def test_of_several_services_only_the_public_ones_are_reached_and_each_on_its_own_port(parts: Graph) -> None:
    # The one that the group is named after keeps the short names, whoever joins it.
    assert let_in(parts, "service-shared-web") == {
        "service-shared-web-from-load-balancer": ("sg-lb", 3001),
        "service-shared-web-sockets-from-load-balancer": ("sg-lb", 3003),
    }
    groups = the_part(parts, "service-shared-web", "Group").inputs["targetGroupArns"]
    assert groups == ["arn:tg", "arn:tg-sockets"]


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


def test_each_service_s_variables_are_below_its_own_path(parts: Graph) -> None:
    def named(service: str) -> dict[str, Value]:
        return {found.name: found.inputs["name"] for found in part_of(parts, service, "Parameter")}

    assert named("service") == {"service-REDIS_URL": "/slipway/shop-prod/web/REDIS_URL"}
    assert named("service-shared-web") == {
        "service-shared-web-REDIS_URL": "/slipway/shop-prod/web/REDIS_URL",
        "service-shared-web-worker-REDIS_URL": "/slipway/shop-prod/worker/REDIS_URL",
    }


def test_each_service_s_log_group_has_the_name_that_its_machines_know_and_forgets(parts: Graph) -> None:
    groups = part_of(parts, "service-shared-web", "LogGroup")
    assert {group.name: group.inputs["name"] for group in groups} == {
        "service-shared-web-logs": "/slipway/shop-prod/web",
        "service-shared-web-worker-logs": "/slipway/shop-prod/worker",
        "service-shared-web-sockets-logs": "/slipway/shop-prod/sockets",
    }
    assert {group.inputs["retentionInDays"] for group in groups} == {30}


@each_group
def test_machines_start_after_all_that_they_ask_for_first(parts: Graph, service: str) -> None:
    kinds = ("Parameter", "LogGroup", "RolePolicy")
    wanted = {found.urn for kind in kinds for found in part_of(parts, service, kind)}
    outside = {rule.urn for rule in part_of(parts, service, "SecurityGroupEgressRule") if "cidrIpv4" in rule.inputs}
    assert outside
    assert (wanted | outside) - set(the_part(parts, service, "Group").dependencies) == set()


@each_group
def test_the_script_is_known_before_deployment_and_the_template_names_no_secret(parts: Graph, service: str) -> None:
    template = the_part(parts, service, "LaunchTemplate")
    script = template.inputs["userData"]
    assert isinstance(script, str)
    assert base64.b64decode(script) == b"#!/bin/bash\ntrue\n"
    assert "Secret(" not in repr(template.inputs)
    assert "secretsmanager" not in repr(template.inputs)
    assert "rediss://" not in repr(template.inputs)


def test_machines_and_disks_carry_the_required_tags(parts: Graph) -> None:
    tagged = the_part(parts, "service", "LaunchTemplate").inputs["tagSpecifications"]
    assert isinstance(tagged, list | tuple)
    assert {inside(each, "resourceType") for each in tagged} == {"instance", "volume", "network-interface"}
    assert {inside(each, "tags", "application") for each in tagged} == {"shop"}
