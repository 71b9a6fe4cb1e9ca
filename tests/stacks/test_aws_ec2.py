"""What a stack of the topology `aws-ec2` guarantees as a whole."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plan.model import Unknown
from tests.components.planning import inside, planned, target

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).parent / "programs"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
WORLD = "world"


@pytest.fixture(scope="session")
def small() -> Graph:
    """The shipped development stack."""
    return planned(ROOT, "orders-dev")


@pytest.fixture(scope="session")
def busy() -> Graph:
    """Production: three services, three zones, https."""
    return planned(PROGRAMS / "busy", "busy-prod")


@pytest.fixture(scope="session")
def elsewhere() -> Graph:
    """Redis outside, no database."""
    return planned(PROGRAMS / "busy", "busy-redis-elsewhere")


def connections(graph: Graph) -> set[tuple[str, str, object]]:
    """Who may connect to whom on which port: what one side lets out and the other lets in."""
    out = {(_own(rule), _peer(rule), *_port(rule)) for rule in graph.of_type(EGRESS)}
    within = {(_peer(rule), _own(rule), *_port(rule)) for rule in graph.of_type(INGRESS)}
    one_sided = {edge for edge in within if edge[0] == WORLD} | {edge for edge in out if edge[1] == WORLD}
    return (out & within) | one_sided


def _own(rule: Resource) -> str:
    return target(rule.inputs["securityGroupId"])


def _peer(rule: Resource) -> str:
    if "referencedSecurityGroupId" in rule.inputs:
        return target(rule.inputs["referencedSecurityGroupId"])
    assert rule.inputs["cidrIpv4"] == "0.0.0.0/0"
    return WORLD


def _port(rule: Resource) -> tuple[Value]:
    assert rule.inputs["ipProtocol"] == "tcp"
    assert rule.inputs["fromPort"] == rule.inputs["toPort"]
    return (rule.inputs["fromPort"],)


def script(graph: Graph, service: str) -> str:
    (template,) = [found for found in graph.of_type(TEMPLATE) if found.name == f"{service}-machines"]
    encoded = template.inputs["userData"]
    assert isinstance(encoded, str)
    return base64.b64decode(encoded).decode()


def groups_of(graph: Graph, service: str) -> list[str]:
    (template,) = [found for found in graph.of_type(TEMPLATE) if found.name == f"{service}-machines"]
    groups = inside(template.inputs, "networkInterfaces", 0, "securityGroups")
    assert isinstance(groups, list)
    return [target(group) for group in groups]


def test_these_connections_are_possible_in_development_and_no_others(small: Graph) -> None:
    assert connections(small) == {
        (WORLD, "orders-lb-sg", 80),
        ("orders-lb-sg", "orders-api-sg", 3001),
        ("orders-cache-clients-sg", "orders-cache-sg", 6379),
        ("orders-api-sg", WORLD, 443),
        ("orders-api-sg", WORLD, 5432),
    }
    assert groups_of(small, "orders-api") == ["orders-api-sg", "orders-cache-clients-sg"]


def test_these_connections_are_possible_in_production_and_no_others(busy: Graph) -> None:
    app = "mentorconnect"
    assert connections(busy) == {
        (WORLD, f"{app}-lb-sg", 80),
        (WORLD, f"{app}-lb-sg", 443),
        (f"{app}-lb-sg", f"{app}-web-sg", 5000),
        (f"{app}-lb-sg", f"{app}-chats-sg", 3001),
        (f"{app}-cache-clients-sg", f"{app}-cache-sg", 6379),
        *((f"{app}-{service}-sg", WORLD, port) for service in ("web", "chats", "jobs") for port in (443, 5432)),
    }


def test_every_rule_has_its_other_half(small: Graph, busy: Graph) -> None:
    for graph in (small, busy):
        rules = [rule for kind in (INGRESS, EGRESS) for rule in graph.of_type(kind)]
        inner = [rule for rule in rules if _peer(rule) != WORLD]
        assert len(inner) == 2 * len([edge for edge in connections(graph) if WORLD not in edge])


def test_machines_stand_in_compute_subnets_and_the_cache_in_data_subnets(busy: Graph) -> None:
    def tiers(kind: str, key: str) -> set[str]:
        found = [value for each in busy.of_type(kind) for value in _list(each.inputs[key])]
        return {target(value).split("-")[2] for value in found}

    assert tiers("aws:autoscaling/group:Group", "vpcZoneIdentifiers") == {"compute"}
    assert tiers("aws:elasticache/subnetGroup:SubnetGroup", "subnetIds") == {"data"}
    assert tiers("aws:lb/loadBalancer:LoadBalancer", "subnets") == {"public"}


def _list(value: Value) -> list[Value]:
    assert isinstance(value, list)
    return value


def test_there_is_one_cache_whatever_the_number_of_services_and_machines(small: Graph, busy: Graph) -> None:
    for graph in (small, busy):
        assert len(graph.of_type("aws:elasticache/replicationGroup:ReplicationGroup")) == 1
        assert len(graph.of_type("slipway:aws:Cache")) == 1


def test_every_service_is_told_the_address_of_the_one_cache_with_tls(busy: Graph) -> None:
    parameters = busy.of_type("aws:ssm/parameter:Parameter")
    assert {found.inputs["name"] for found in parameters} == {
        f"/slipway/busy-prod/{service}/REDIS_URL" for service in ("web", "chats", "jobs")
    }
    for found in parameters:
        address = found.inputs["insecureValue"]
        assert isinstance(address, Unknown)
        (reference,) = address.references
        assert reference.urn.endswith("::mentorconnect-cache-valkey")
        assert address.text == f"rediss://{reference}:6379"


def test_an_external_redis_brings_no_cache_but_a_way_to_it(elsewhere: Graph) -> None:
    assert elsewhere.of_type("slipway:aws:Cache") == ()
    assert ("mentorconnect-web-sg", WORLD, 6380) in connections(elsewhere)
    assert elsewhere.of_type("aws:ssm/parameter:Parameter") == ()


def test_without_a_database_its_port_stays_closed(elsewhere: Graph) -> None:
    assert {edge[2] for edge in connections(elsewhere) if edge[1] == WORLD} == {443, 6380}


def test_no_name_of_a_secret_s_value_or_of_a_secret_is_in_a_script(small: Graph, busy: Graph) -> None:
    texts = [script(small, "orders-api"), *(script(busy, f"mentorconnect-{name}") for name in ("web", "chats", "jobs"))]
    for text in texts:
        assert "PASSWORD" not in text
        assert "SESSION_SECRET" not in text
        assert "redis" not in text.lower()


def test_a_script_holds_the_public_settings_of_its_service(small: Graph) -> None:
    text = script(small, "orders-api")
    for line in ('PORT="3001"', 'NODE_ENV="production"', 'DATABASE_HOST="aws-0-us-east-1.pooler.supabase.com"'):
        assert f"{line}\n" in text
    assert "node-v26.10.0-linux-x64.tar.xz" in text


def test_arm_machines_get_arm_programs(busy: Graph) -> None:
    assert "linux-arm64" in script(busy, "mentorconnect-web")
    images = {template.inputs["imageId"] for template in busy.of_type(TEMPLATE)}
    path = "/aws/service/canonical/ubuntu/server/24.04/stable/20260923/arm64/hvm/ebs-gp3/ami-id"
    assert images == {f"resolve:ssm:{path}"}


def test_everything_is_made_by_the_one_provider_of_its_region_and_account(busy: Graph) -> None:
    (provider,) = busy.of_type("pulumi:providers:aws")
    made = [found for found in busy.plan.resources if found.custom and found.type.startswith("aws:")]
    assert {found.provider.rpartition("::")[0] for found in made} == {provider.urn}
    assert provider.inputs["region"] == "eu-west-1"
    assert json.loads(str(provider.inputs["allowedAccountIds"])) == ["123456789012"]
    assert "role/deploy" in str(provider.inputs["assumeRoles"])


def test_the_provider_puts_the_required_tags_on_everything(busy: Graph) -> None:
    (provider,) = busy.of_type("pulumi:providers:aws")
    tags = json.loads(str(provider.inputs["defaultTags"]))["tags"]
    expected = {"application": "mentorconnect", "environment": "production", "managed-by": "slipway"}
    assert tags == {**expected, "owner": "platform"}
    (facts,) = busy.of_type("slipway:app:Application")
    assert facts.inputs["requiredTags"] == tags


def test_the_facts_for_rules_are_plain_inputs_of_one_resource(small: Graph) -> None:
    (facts,) = small.of_type("slipway:app:Application")
    assert facts.name == "orders"
    assert facts.parent == small.stack_urn
    assert {key: facts.inputs[key] for key in ("application", "environment", "topology", "redis")} == {
        "application": "orders",
        "environment": "development",
        "topology": "aws-ec2",
        "redis": "managed",
    }


def test_shared_parts_hang_under_the_stack_under_names_without_the_topology(busy: Graph) -> None:
    shared = {"slipway:aws:Network": "mentorconnect-network", "slipway:aws:Cache": "mentorconnect-cache"}
    for kind, name in shared.items():
        (found,) = busy.of_type(kind)
        assert (found.name, found.parent) == (name, busy.stack_urn)
    assert [found.urn for found in busy.plan.resources if "ec2" in found.name] == []


def test_production_survives_a_zone_and_a_mistake(busy: Graph) -> None:
    (cache,) = busy.of_type("aws:elasticache/replicationGroup:ReplicationGroup")
    (balancer,) = busy.of_type("aws:lb/loadBalancer:LoadBalancer")
    assert cache.inputs["multiAzEnabled"] is True
    assert cache.protect
    assert balancer.inputs["enableDeletionProtection"] is True
    assert len(busy.of_type("aws:ec2/natGateway:NatGateway")) == 3
    assert len(busy.of_type("aws:ec2/flowLog:FlowLog")) == 1
    assert [
        each.name for each in busy.of_type("aws:autoscaling/group:Group") if int(str(each.inputs["minSize"])) < 2
    ] == []


def test_the_longest_names_leave_room_for_pulumi_s_suffix(busy: Graph) -> None:
    # AWS takes 32 characters; Pulumi adds a hyphen and seven of its own.
    for kind in ("aws:lb/targetGroup:TargetGroup", "aws:lb/loadBalancer:LoadBalancer"):
        assert [found.name for found in busy.of_type(kind) if len(found.name) + 8 > 32] == []


def test_the_stack_s_outputs_lead_to_the_load_balancer(small: Graph, busy: Graph) -> None:
    for graph, scheme in ((small, "http"), (busy, "https")):
        url = graph.plan.outputs["url"]
        assert isinstance(url, Unknown)
        (reference,) = url.references
        assert reference.property == "dnsName"
        assert url.text == f"{scheme}://{reference}"
