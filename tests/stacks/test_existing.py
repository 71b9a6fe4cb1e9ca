"""What is there already is used as it is: nothing takes its place, and nothing of it is changed."""

from __future__ import annotations

from functools import cache
from typing import Any

from plan.graph import Graph
from plan.model import Unknown
from tests.components.planning import inside, target
from tests.stacks.forms import ACCOUNT, ZONES, form
from tests.stacks.machines import parameters, template
from tests.stacks.paths import BALANCER, MACHINES, WORLD, connections, memberships, values
from tests.stacks.project import answered, write

VPC, GROUP = "vpc-0123456789abcdef0", "sg-0123456789abcdef0"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/01234567-89ab-cdef-0123-456789abcdef"
SHARED = "acme/slipway/shared"
TIERS = ("public", "compute", "data")
CACHE, DATABASE = "cache.internal.example.com", "database.internal.example.com"


def subnets(tier: str) -> dict[str, str]:
    return {zone: f"subnet-0000{TIERS.index(tier)}{number:03}" for number, zone in enumerate(ZONES)}


@cache
def by_ids() -> Graph:
    """A network by its ids, a cache, and a certificate for names that somebody else keeps."""
    network = {"kind": "ids", "vpc_id": VPC, **{f"{tier}_subnet_ids": subnets(tier) for tier in TIERS}}
    cache_ = {"host": CACHE, "client_security_group_id": GROUP, "password": "CACHE_PASSWORD"}
    content = form(
        "orders",
        "production",
        existing={"network": network, "cache": cache_},
        load_balancer={"listener": {"kind": "https", "certificate_arn": CERTIFICATE}},
        dns={"kind": "elsewhere"},
    )
    content["slipway:overrides"]["secrets"] = {"CACHE_PASSWORD": {}}
    return Graph(answered(write("orders-ids", content)).plan)


@cache
def by_reference() -> Graph:
    """A network of another stack, a database, and a zone at Cloudflare."""
    database = {
        "host": DATABASE,
        "name": "shop",
        "user": "owner",
        "client_security_group_id": GROUP,
        "password": "SHOP_PASSWORD",
    }
    content = form(
        "drops",
        "production",
        existing={"network": {"kind": "stack", "stack": SHARED}, "database": database},
        dns={"kind": "cloudflare", "zone": "drops.example.com", "zone_id": "0123456789abcdef" * 2},
    )
    content["slipway:overrides"] |= {
        "secrets": {"SHOP_PASSWORD": {}},
        "email": {"kind": "resend", "domain": "drops.example.com"},
    }
    outputs = {"vpcId": VPC, **{f"{tier}SubnetIds": subnets(tier) for tier in TIERS}}
    reference: dict[str, Any] = {SHARED: {"outputs": outputs}}
    return Graph(answered(write("drops-shared", content), stackReferences=reference).plan)


def placed(graph: Graph) -> dict[str, set[object]]:
    """Where the tiers stand, by the literal ids of subnets."""
    groups = ("aws:elasticache/subnetGroup:SubnetGroup", "aws:rds/subnetGroup:SubnetGroup")
    data: set[object] = {
        each for kind in groups for found in graph.of_type(kind) for each in values(found.inputs["subnetIds"])
    }
    (balancer,), (machines,) = graph.of_type(BALANCER), graph.of_type(MACHINES)
    return {
        "public": set(values(balancer.inputs["subnets"])),
        "compute": set(values(machines.inputs["vpcZoneIdentifiers"])),
        "data": data,
    }


def vpcs(graph: Graph) -> set[object]:
    return {each.inputs["vpcId"] for each in graph.plan.resources if "vpcId" in each.inputs}


def test_a_network_by_ids_is_stood_in_and_not_made() -> None:
    graph = by_ids()
    assert graph.of_type("slipway:aws:Network") == ()
    assert [each.urn for each in graph.plan.resources if each.type.startswith("aws:ec2/route")] == []
    assert vpcs(graph) == {VPC}
    expected = {tier: set(subnets(tier).values()) for tier in TIERS}
    assert placed(graph) == {**expected, "data": set()}  # the cache is there already, and nothing else is data


def test_a_network_of_another_stack_is_stood_in_and_not_made() -> None:
    graph = by_reference()
    assert graph.of_type("slipway:aws:Network") == ()
    assert vpcs(graph) == {VPC}
    assert placed(graph) == {tier: set(subnets(tier).values()) for tier in TIERS}
    assert graph.plan.notices == ()


def test_the_network_s_ids_are_handed_on() -> None:
    for graph in (by_ids(), by_reference()):
        outputs = graph.plan.outputs
        assert outputs["vpcId"] == VPC
        assert [outputs[f"{tier}SubnetIds"] for tier in TIERS] == [subnets(tier) for tier in TIERS]
        assert outputs["outgoingAddresses"] == {}


def test_one_stack_s_outputs_are_what_another_one_asks_for() -> None:
    """Both ends of a stack reference say the same words."""
    name = write("drops-unanswered", form("drops", "production", existing={"network": {"kind": "stack",
                                                                                      "stack": SHARED}}))  # fmt: skip
    found = answered(name)
    (notice,) = found.plan.notices
    assert SHARED in notice.subject + notice.message
    assert {"vpcId", "publicSubnetIds", "computeSubnetIds", "dataSubnetIds"} <= set(found.plan.outputs)


def test_a_network_that_is_there_leaves_ways_out_to_its_owner() -> None:
    own = {edge for edge in connections(by_ids()) if edge[0] == "orders-api-sg"}
    assert own == {("orders-api-sg", WORLD, 443), ("orders-api-sg", WORLD, 5432)}


def test_a_cache_that_is_there_takes_the_place_of_the_managed_one() -> None:
    graph = by_ids()
    assert graph.of_type("slipway:aws:Cache") == ()
    assert [each.name for each in graph.plan.resources if each.type.startswith("aws:elasticache")] == []
    assert memberships(graph) == {"orders-api": ["orders-api-sg", GROUP]}
    address = f"rediss://:${{secret:CACHE_PASSWORD}}@{CACHE}:6379"
    assert template(parameters(graph, "api")["REDIS_URL"]) == address
    names = {each.name for each in graph.of_type("aws:secretsmanager/secret:Secret")}
    assert names == {f"orders-secrets-{name}" for name in ("JWT_SECRET", "DATABASE_PASSWORD", "CACHE_PASSWORD")}
    (facts,) = graph.of_type("slipway:app:Application")
    assert facts.inputs["redis"] == "external", "rules do not look for what is not made"
    assert facts.inputs["redisTls"] is True


def test_a_database_that_is_there_takes_the_place_of_the_managed_one() -> None:
    graph = by_reference()
    assert graph.of_type("slipway:aws:Database") == ()
    assert [each.name for each in graph.plan.resources if each.type.startswith("aws:rds")] == []
    assert memberships(graph) == {"drops-app": ["drops-app-sg", "drops-cache-clients-sg", GROUP]}
    address = f"postgresql://owner:${{secret:SHOP_PASSWORD}}@{DATABASE}:5432/shop?sslmode=verify-full"
    assert template(parameters(graph, "app")["DATABASE_URL"]) == address
    names = {each.name for each in graph.of_type("aws:secretsmanager/secret:Secret")}
    assert names == {f"drops-secrets-{name}" for name in ("SESSION_SECRET", "REDIS_AUTH_TOKEN", "SHOP_PASSWORD")}


def test_nothing_of_what_is_there_gets_a_rule_of_ours() -> None:
    for graph in (by_ids(), by_reference()):
        rules = [each for each in graph.plan.resources if "securityGroup" in each.type and "Rule" in each.type]
        ends = [rule.inputs[key] for rule in rules for key in ("securityGroupId", "referencedSecurityGroupId")
                if key in rule.inputs]  # fmt: skip
        assert GROUP not in ends
        assert ends


def test_a_certificate_that_is_there_is_used_and_none_is_made() -> None:
    graph = by_ids()
    assert [each.name for each in graph.plan.resources if each.type.startswith(("aws:acm", "aws:route53"))] == []
    (https,) = [each for each in graph.of_type("aws:lb/listener:Listener") if each.inputs["protocol"] == "HTTPS"]
    assert https.inputs["certificateArn"] == CERTIFICATE


def test_names_at_cloudflare_are_made_by_its_one_provider() -> None:
    graph = by_reference()
    (provider,) = graph.of_type("pulumi:providers:cloudflare")
    records = graph.of_type("cloudflare:index/dnsRecord:DnsRecord")
    assert {each.provider.rpartition("::")[0] for each in records} == {provider.urn}
    assert not {"apiToken", "apiKey"} & provider.inputs.keys(), "the token comes from the environment"
    assert graph.of_type("aws:route53/record:Record") == ()
    assert {each.inputs["zoneId"] for each in records} == {"0123456789abcdef" * 2}
    (app,) = [each for each in records if each.inputs["name"] == "app.drops.example.com"]
    assert target(app.inputs["content"]) == "drops-lb-alb"
    assert app.inputs["proxied"] is True
    mail = [each for each in records if "-mail-" in each.name]
    assert {each.inputs["type"] for each in mail} == {"TXT", "MX"}
    assert [each.name for each in mail if each.inputs["proxied"]] == []


def test_a_certificate_is_proven_at_cloudflare() -> None:
    graph = by_reference()
    (validated,) = graph.of_type("aws:acm/certificateValidation:CertificateValidation")
    (proof,) = [urn for urn in validated.dependencies if "dnsRecord" in urn]
    assert graph.get(proof) is not None
    record = graph.get(proof)
    assert record is not None
    assert record.name == "drops-certificate-app.drops.example.com"
    assert record.inputs["proxied"] is False
    assert isinstance(record.inputs["content"], Unknown)
    (certificate,) = graph.of_type("aws:acm/certificate:Certificate")
    assert inside(certificate.inputs, "domainName") == "app.drops.example.com"
