"""What the one machine guarantees that forwards for a network."""

from __future__ import annotations

import base64
import importlib
import json
import subprocess
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pytest

from components.aws.nat_text import forwarding_rules, nat_user_data
from config.aws import Egress
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

NETWORK = "network-instance"
COMPUTE = ["10.30.64.0/21", "10.30.72.0/21", "10.30.80.0/21"]


def test_every_compute_subnet_leaves_by_the_machine_s_interface_and_by_nothing_else(parts: Graph) -> None:
    machine = the_part(parts, NETWORK, "Instance")
    routes = [route for route in part_of(parts, NETWORK, "Route") if "gatewayId" not in route.inputs]
    assert {target(route.inputs["routeTableId"]) for route in routes} == {
        f"{NETWORK}-compute-us-east-1{letter}" for letter in "abc"
    }
    for route in routes:
        assert target(route.inputs["networkInterfaceId"]) == machine.name
        assert "natGatewayId" not in route.inputs
    assert part_of(parts, NETWORK, "NatGateway") == []


def test_it_stands_in_the_first_public_subnet_and_has_the_only_public_address(parts: Graph) -> None:
    machine = the_part(parts, NETWORK, "Instance")
    assert target(machine.inputs["subnetId"]) == f"{NETWORK}-public-us-east-1a"
    assert "associatePublicIpAddress" not in machine.inputs
    address = the_part(parts, NETWORK, "Eip")
    assert target(address.inputs["instance"]) == machine.name


def test_aws_lets_it_forward(parts: Graph) -> None:
    assert the_part(parts, NETWORK, "Instance").inputs["sourceDestCheck"] is False


def test_only_compute_subnets_get_in_and_by_tcp_alone(parts: Graph) -> None:
    machine = the_part(parts, NETWORK, "Instance")
    groups = machine.inputs["vpcSecurityGroupIds"]
    assert isinstance(groups, list | tuple)
    (group,) = [target(each) for each in groups]
    rules = part_of(parts, NETWORK, "SecurityGroupIngressRule")
    assert {target(rule.inputs["securityGroupId"]) for rule in rules} == {group}
    assert sorted(str(rule.inputs["cidrIpv4"]) for rule in rules) == COMPUTE
    assert {rule.inputs["ipProtocol"] for rule in rules} == {"tcp"}


def test_those_blocks_are_the_compute_subnets(parts: Graph) -> None:
    named = {
        str(subnet.inputs["cidrBlock"])
        for subnet in part_of(parts, NETWORK, "Subnet")
        if f"{NETWORK}-compute-" in subnet.name
    }
    assert named == set(COMPUTE)


def test_it_goes_out_by_tcp_alone(parts: Graph) -> None:
    rule = the_part(parts, NETWORK, "SecurityGroupEgressRule")
    assert rule.inputs["ipProtocol"] == "tcp"


def test_its_metadata_needs_a_token_and_reaches_nobody_behind_it(parts: Graph) -> None:
    template = the_part(parts, NETWORK, "LaunchTemplate")
    assert template.inputs["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }


def test_its_disk_is_encrypted_and_goes_with_it(parts: Graph) -> None:
    disk = inside(the_part(parts, NETWORK, "LaunchTemplate").inputs["blockDeviceMappings"], 0, "ebs")
    assert inside(disk, "encrypted") == "true"
    assert inside(disk, "volumeType") == "gp3"
    assert inside(disk, "deleteOnTermination") == "true"


def test_it_starts_from_the_image_of_a_parameter_in_a_pinned_version_of_its_template(parts: Graph) -> None:
    template = the_part(parts, NETWORK, "LaunchTemplate")
    assert template.inputs["imageId"] == "ami-0123456789abcdef0"
    assert template.inputs["instanceType"] == "t4g.nano"
    machine = the_part(parts, NETWORK, "Instance")
    assert target(inside(machine.inputs["launchTemplate"], "id")) == template.name
    assert inside(machine.inputs["launchTemplate"], "version") not in ("$Latest", "$Default")
    assert "ami" not in machine.inputs


def test_it_has_no_key_for_ssh_and_may_open_a_session_and_no_more(parts: Graph) -> None:
    assert "keyName" not in the_part(parts, NETWORK, "LaunchTemplate").inputs
    assert "keyName" not in the_part(parts, NETWORK, "Instance").inputs
    (policy,) = [each for each in part_of(parts, NETWORK, "RolePolicy") if each.name == f"{NETWORK}-nat-instance"]
    (statement,) = json.loads(str(policy.inputs["policy"]))["Statement"]
    assert {action.partition(":")[0] for action in statement["Action"]} == {"ssm", "ssmmessages"}
    assert [action for action in statement["Action"] if "Get" in action or "*" in action] == []
    (role,) = [each for each in part_of(parts, NETWORK, "Role") if each.name == f"{NETWORK}-nat-instance"]
    assert part_of(parts, NETWORK, "RolePolicyAttachment") == []
    assert json.loads(str(role.inputs["assumeRolePolicy"]))["Statement"][0]["Principal"] == {
        "Service": "ec2.amazonaws.com"
    }


def test_machine_and_disk_carry_the_stack_s_tags(parts: Graph) -> None:
    specifications = the_part(parts, NETWORK, "LaunchTemplate").inputs["tagSpecifications"]
    assert isinstance(specifications, list | tuple)
    found = {inside(each, "resourceType"): inside(each, "tags") for each in specifications}
    expected = {"team": "orders", "Name": f"{NETWORK}-nat-instance"}
    assert found == {"instance": expected, "volume": expected, "network-interface": expected}


def test_one_more_tag_reaches_machine_and_disk_without_another_machine(parts: Graph) -> None:
    machine = the_part(parts, NETWORK, "Instance")
    assert (
        machine.inputs["tags"] == machine.inputs["volumeTags"] == {"team": "orders", "Name": f"{NETWORK}-nat-instance"}
    )
    assert the_part(parts, NETWORK, "LaunchTemplate").options.ignore_changes == ("tagSpecifications",)
    assert machine.options.ignore_changes == ()


def test_its_script_is_in_the_plan_and_forwards_for_the_compute_subnets(parts: Graph) -> None:
    encoded = the_part(parts, NETWORK, "LaunchTemplate").inputs["userData"]
    assert base64.b64decode(str(encoded)).decode() == nat_user_data("10.30.0.0/16", COMPUTE)


def test_what_makes_it_forward_is_in_files_that_every_start_reads() -> None:
    script = nat_user_data("10.30.0.0/16", COMPUTE)
    assert "echo 'net.ipv4.ip_forward = 1' > /etc/sysctl.d/" in script
    assert "cat > /etc/nftables.conf <<" in script
    assert "systemctl enable nftables\n" in script


def test_the_rules_are_there_before_the_machine_forwards() -> None:
    script = nat_user_data("10.30.0.0/16", COMPUTE)
    assert script.index("systemctl restart nftables") < script.index("sysctl --load")


def test_bash_can_read_the_script() -> None:
    script = nat_user_data("10.30.0.0/16", COMPUTE)
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)  # noqa: S607  # whichever bash there is


def test_the_rules_drop_what_they_do_not_name() -> None:
    rules = forwarding_rules("10.30.0.0/16", COMPUTE)
    hooks = [line for line in rules.splitlines() if "type filter hook" in line]
    assert len(hooks) == 4
    assert [line for line in hooks if "policy drop;" not in line] == []


def test_the_rules_forward_only_from_the_clients_and_never_into_the_network_or_to_the_metadata() -> None:
    rules = forwarding_rules("10.30.0.0/16", COMPUTE)
    chain = rules.partition("chain through_the_machine {")[2].partition("}\n  chain")[0]
    (_, _, new) = [line.strip() for line in chain.splitlines() if line.strip()]
    assert new == (
        f"ip saddr {{ {', '.join(COMPUTE)} }} ip daddr != {{ 10.30.0.0/16, 169.254.0.0/16 }} meta l4proto tcp accept"
    )
    assert all(IPv4Network(block).subnet_of(IPv4Network("10.30.0.0/16")) for block in COMPUTE)


# The SDK warns of its own modules while they are loaded.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("given", [{}, {"image_id": "ami-1"}, {"instance_type": "t4g.nano"}])
def test_without_image_and_type_there_is_no_machine(given: dict[str, str]) -> None:
    network = importlib.import_module("components.aws.network")
    with pytest.raises(ValueError, match="a NAT instance needs an image and a type; give `image_id` and"):
        network._nat_machine({"egress": {"kind": Egress.NAT_INSTANCE, **given}})
