"""The pack on the real engine, against simulated providers: what arrives there, and that it stops a preview."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

import policies
from policies.catalogue import RULES
from policies.judge import judge
from slipway.answers import read_answers
from slipway.engine.workspace import Workspace
from slipway.planning import Order, plan_stack
from slipway.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.engine.results import RunResult, Violation

ABOUT_REDIS = ("shared-redis", "shared-redis-unproven")
PACK = Path(policies.__file__ or "").parent
ANSWERS = {
    "resources": [
        {
            "type": "aws:elasticache/replicationGroup:ReplicationGroup",
            "id": "theirs",
            "properties": {"engine": "redis", "primaryEndpointAddress": "theirs.example.com"},
        },
        {"type": "aws:elasticache/cluster:Cluster", "id": "pages", "properties": {"engine": "memcached"}},
    ]
}
HEAD = """
import base64
import pulumi
import pulumi_aws as aws

class Application(pulumi.ComponentResource):
    def __init__(self, name, redis):
        super().__init__("slipway:app:Application", name, {"application": name, "redis": redis})
        self.register_outputs({})

def machine(name, script):
    aws.ec2.LaunchTemplate(name, user_data=base64.b64encode(script.encode()).decode(),
        metadata_options={"http_tokens": "required"},
        block_device_mappings=[{"device_name": "/dev/sda1", "ebs": {"encrypted": "true"}}])

Application("shop", "managed")
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
aws.ec2.DefaultSecurityGroup("default", vpc_id=vpc.id)
aws.ec2.FlowLog("flows", vpc_id=vpc.id, traffic_type="ALL", log_destination_type="s3", log_destination="arn:aws:s3:::x")
data = [aws.ec2.Subnet(f"data-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{number}.0/24",
    availability_zone=f"eu-west-1{zone}") for number, zone in enumerate("ab")]
private = aws.elasticache.SubnetGroup("private", subnet_ids=[each.id for each in data])
cache_group = aws.ec2.SecurityGroup("cache", vpc_id=vpc.id, description="The cache")
cache = aws.elasticache.ReplicationGroup("cache", description="shared", num_cache_clusters=2, engine="valkey",
    transit_encryption_enabled=True, at_rest_encryption_enabled=True,
    auth_token=pulumi.Output.secret("hunter2-0123456789abcdef"),
    automatic_failover_enabled=True, multi_az_enabled=True, subnet_group_name=private.name, snapshot_retention_limit=1,
    security_group_ids=[cache_group.id])
"""
GOOD = """
aws.elasticache.Cluster("node", replication_group_id=cache.id)
aws.elasticache.Cluster.get("pages", "pages")
machine("web", "#!/bin/sh\\napt-get install -y nginx redis-tools\\n")
aws.ssm.Parameter("address", type="String", value=cache.primary_endpoint_address)
"""
BAD = """
aws.elasticache.ReplicationGroup("second", description="shared", num_cache_clusters=2)
theirs = aws.elasticache.ReplicationGroup.get("theirs", "theirs")
aws.ssm.Parameter("address", type="String", value=theirs.primary_endpoint_address)
machine("installs", "#!/bin/sh\\napt-get install -y redis-server\\n")
aws.ec2.Instance("plain", ami="ami-01234567", instance_type="t3.nano",
    user_data="#!/bin/sh\\ndocker run -d redis:7\\n")
aws.ec2.Instance("secret", ami="ami-01234567", instance_type="t3.nano",
    user_data=pulumi.Output.secret("#!/bin/sh\\nls\\n"))
aws.ec2.Instance("opaque", ami="ami-01234567", instance_type="t3.micro",
    user_data=cache.primary_endpoint_address.apply(lambda address: base64.b64encode(address.encode()).decode()))
aws.ecs.TaskDefinition("task", family="task", container_definitions='[{"name": "cache", "image": "redis:7"}]')
"""
TWO = """
aws.elasticache.ReplicationGroup("second", description="shared", num_cache_clusters=2)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose program declares a managed Redis and has one."""
    project = tmp_path / "shop"
    project.mkdir()
    about = {"name": "shop", "runtime": {"name": "python", "options": {"virtualenv": sys.prefix}}}
    (project / "Pulumi.yaml").write_text(yaml.safe_dump(about))
    (project / "Pulumi.dev.yaml").write_text("config: {aws:region: eu-west-1}\n")
    write(project, "")
    (tmp_path / "answers.json").write_text(json.dumps(ANSWERS))
    return project


@pytest.fixture
def workspace(folder: Path, pulumi_cli: Path) -> Iterator[Workspace]:
    """The engine on that project."""
    with Workspace(folder, pulumi=pulumi_cli, answers=folder.parent / "answers.json") as made:
        yield made


def write(folder: Path, program: str) -> None:
    (folder / "__main__.py").write_text(HEAD + program)


def offline(folder: Path) -> set[tuple[str, str]]:
    order = Order(Project.find(folder), read_answers(folder.parent / "answers.json"))
    found = judge(plan_stack(order, "dev").plan)
    return {(each.urn.rpartition("::")[2], each.status) for each in found if each.rule == "shared-redis"}


def in_the_pack(result: RunResult) -> set[tuple[str, str]]:
    return {
        (_about(found), "unproven" if "not proven: " in found.message else "violation")
        for found in result.violations
        if found.policy in ABOUT_REDIS
    }


def _about(found: Violation) -> str:
    """The resource of a finding. The engine gives the stack what is about a resource that it only reads."""
    name = found.urn.rpartition("::")[2]
    return "theirs" if name == "shop-dev" and "\ntheirs is a Redis cache" in found.message else name


def test_a_good_program_passes_in_preview_and_when_it_is_deployed(workspace: Workspace, folder: Path) -> None:
    write(folder, GOOD)
    assert offline(folder) == set()
    for run in (workspace.preview, workspace.up, workspace.preview):
        result = run("dev", policy_packs=[PACK])
        assert (result.exit_code, result.violations) == (0, ()), result.errors


def test_a_preview_finds_what_the_plan_finds_and_stops(workspace: Workspace, folder: Path) -> None:
    write(folder, BAD)
    result = workspace.preview("dev", policy_packs=[PACK])
    assert in_the_pack(result) == offline(folder)
    assert in_the_pack(result) == {
        ("cache", "violation"),
        ("second", "violation"),
        ("theirs", "violation"),
        ("installs", "violation"),
        ("plain", "violation"),
        ("task", "violation"),
        ("secret", "unproven"),
        ("opaque", "unproven"),
    }
    assert result.exit_code == 1
    levels = {(found.policy, found.level) for found in result.violations if found.policy in ABOUT_REDIS}
    assert levels == {("shared-redis", "mandatory"), ("shared-redis-unproven", "advisory")}


def test_what_is_deployed_is_judged_by_its_inputs_too(workspace: Workspace, folder: Path) -> None:
    write(folder, BAD)
    assert workspace.up("dev").ok
    again = workspace.preview("dev", policy_packs=[PACK])
    deployed = workspace.up("dev", policy_packs=[PACK])
    # What was unknown is known by now, and is no Redis.
    assert in_the_pack(again) == in_the_pack(deployed) == offline(folder) - {("opaque", "unproven")}
    assert again.exit_code != 0
    assert deployed.exit_code != 0


def from_an_empty_folder(workspace: Workspace, folder: Path, *flags: str) -> tuple[int, str]:
    empty = folder.parent / "empty"
    empty.mkdir(exist_ok=True)
    settings = workspace.stacks.settings("dev")
    given = ["--stack", "dev", "--config-file", str(settings), "--policy-pack", str(PACK), *flags]
    finished = workspace.cli.run(["-C", str(folder), "preview", *given], empty, 120)
    assert list(empty.iterdir()) == []
    return finished.exit_code, finished.stdout


def test_the_pack_works_from_an_empty_folder(workspace: Workspace, folder: Path) -> None:
    write(folder, GOOD)
    assert from_an_empty_folder(workspace, folder)[0] == 0
    write(folder, TWO)
    exit_code, said = from_an_empty_folder(workspace, folder)
    assert exit_code != 0
    assert "second is a Redis cache besides cache: the plan has 2 where all instances share exactly one." in said
    assert "To do: Keep one cache" in said


def test_the_configuration_of_the_pack_can_lower_the_level(workspace: Workspace, folder: Path) -> None:
    write(folder, TWO)
    levels = folder.parent / "levels.json"
    levels.write_text(json.dumps({rule.id: "advisory" for rule in RULES}))
    exit_code, said = from_an_empty_folder(workspace, folder, "--policy-pack-config", str(levels))
    assert exit_code == 0
    assert "[advisory]" in said
