"""`slipway check --reach`, of any program."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from policies.network.reach import reach
from slipway.report.reach_text import print_reach, reach_document
from tests.policies.network.estate import estate
from tests.policies.plans import plan_of

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
aws.ec2.DefaultSecurityGroup("default", vpc_id=vpc.id)
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id)
table = aws.ec2.RouteTable("table", vpc_id=vpc.id,
    routes=[aws.ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", gateway_id=gateway.id)])
subnets = []
for number in range(2):
    subnet = aws.ec2.Subnet(f"subnet-{number}", vpc_id=vpc.id, cidr_block=f"10.0.{number}.0/24")
    aws.ec2.RouteTableAssociation(f"of-{number}", subnet_id=subnet.id, route_table_id=table.id)
    subnets.append(subnet.id)
group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id, description="Redis", ingress=[
    aws.ec2.SecurityGroupIngressArgs(protocol="tcp", from_port=6379, to_port=6379, self=True, description="nodes"),
    aws.ec2.SecurityGroupIngressArgs(
        protocol="6", from_port=6000, to_port=7000, cidr_blocks=["0.0.0.0/1", "128.0.0.0/1"], description="all"),
])
template = aws.ec2.LaunchTemplate("template", network_interfaces=[
    aws.ec2.LaunchTemplateNetworkInterfaceArgs(
        associate_public_ip_address="true", security_groups=[group.id, "sg-0123456789abcdef0"]),
])
aws.autoscaling.Group("fleet", min_size=1, max_size=3, vpc_zone_identifiers=subnets,
    launch_template=aws.autoscaling.GroupLaunchTemplateArgs(id=template.id, version="$Latest"))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program in plain types, whose fleet the internet reaches."""
    made = tmp_path_factory.mktemp("plain")
    (made / "Pulumi.yaml").write_text("name: plain\nruntime: python\n")
    (made / "__main__.py").write_text(PROGRAM)
    return made


def check(project: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "slipway", "check", "--project", str(project), "--reach", *flags]
    return subprocess.run(command, capture_output=True, check=False, encoding="utf-8")


def test_a_person_sees_who_reaches_whom_and_the_path_of_what_is_forbidden(project: Path) -> None:
    done = check(project)
    assert done.returncode == 3
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert "  internet (IPv4)  fleet (compute)  tcp 6000-7000  forbidden" in lines
    assert "  fleet (compute)  fleet (compute)  tcp 6379" not in lines, "without egress nobody asks"
    path = "internet (IPv4) → gateway → route 0.0.0.0/0 to gateway of table for the answer"
    assert f"  Path: {path} → the default network ACL of vpc → rule group → fleet" in lines
    assert "  not proven  fleet: the security group sg-0123456789abcdef0 is not in the plan" in lines


def test_the_rules_find_it_in_plain_types(project: Path) -> None:
    shown = json.loads(check(project, "--json").stdout)
    found = {(each["rule"], each["urn"].rpartition("::")[2], each["status"]) for each in shown["findings"]}
    assert found >= {
        ("internet-reaches-load-balancers-only", "group", "violation"),
        ("internet-reaches-load-balancers-only", "fleet", "unproven"),
        ("compute-subnets-private", "fleet", "violation"),
        ("private-without-public-address", "fleet", "violation"),
    }
    (connection,) = shown["reach"]["connections"]
    assert connection["traffic"] == [{"protocol": "tcp", "ports": "6000-7000"}]
    assert (connection["source"]["kind"], connection["destination"]["kind"]) == ("internet", "compute")
    assert (connection["forbidden"], connection["certain"]) == (True, True)
    assert connection["path"][0] == "gateway"
    told = [each["message"] for each in shown["reach"]["unproven"]]
    assert told == ["the security group sg-0123456789abcdef0 is not in the plan"]


def test_only_who_asks_gets_the_table(project: Path) -> None:
    command = [sys.executable, "-m", "slipway", "check", "--project", str(project), "--json"]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert "reach" not in json.loads(done.stdout)


def test_a_table_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    fitting = partial(reach, most=0)
    monkeypatch.setattr("slipway.report.reach_text.reach", fitting)
    plan = plan_of(list(estate().resources.values()))
    shown = StringIO()
    print_reach(Console(file=shown, width=200), plan)
    assert "More was left out: 20,000 pairs were looked at. The rules judge all of them." in shown.getvalue()
    assert reach_document(plan)["complete"] is False
