"""The names that records of a plan give: what stands there is the plan's own, and what only begins alike is not."""

from __future__ import annotations

from typing import Any

import pytest

from plan.graph import Graph
from plan.model import Reference, Resource, Secret, Unknown
from policies.redis.records import names
from policies.redis.tls import RULE as OVER_TLS
from tests.policies.plans import findings, group, instance, opaque, plan_of, resource, template, verdicts, whole

ROUTE53, ZONE = "aws:route53/record:Record", "aws:route53/zone:Zone"
STARTS = "#!/bin/sh\napt-get install -y redis-server\n"
KINDS = [
    (ROUTE53, ZONE),
    ("cloudflare:index/dnsRecord:DnsRecord", "cloudflare:index/zone:Zone"),
    ("cloudflare:index/record:Record", "cloudflare:index/zone:Zone"),
]


def function(host: str) -> Resource:
    variables: Any = {"REDIS_URL": f"redis://{host}:6379"}
    return resource("aws:lambda/function:Function", "f", {"environment": {"variables": variables}})


def gives(host: str, *resources: Resource) -> bool | None:
    return names(Graph(plan_of(resources))).gives(host)


def record(zone: Any, name: Any = "cache", kind: str = ROUTE53, key: str = "zoneId") -> Resource:
    return resource(kind, "record", {"name": name, key: zone})


@pytest.mark.parametrize(("kind", "zone_kind"), KINDS)
@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("cache", "cache.example.com"),
        ("Cache", "cache.example.com"),
        ("cache.example.com", "cache.example.com"),
        ("cache.example.com.", "cache.example.com"),
        ("a.cache", "a.cache.example.com"),
        ("@", "example.com"),
        ("", "example.com"),
        ("example.com", "example.com"),
    ],
)
def test_a_record_s_whole_name_is_joined_with_its_zone_s(kind: str, zone_kind: str, name: str, host: str) -> None:
    zone = resource(zone_kind, "zone", {"name": "Example.com."})
    made = record(whole(zone), name, kind)
    assert gives(host, zone, made) is True
    assert gives(f"{host}.net", zone, made) is False
    assert gives("cache.elsewhere.net", zone, made) is False


def test_a_zone_by_its_former_input_and_one_that_is_read_have_names_too() -> None:
    former = resource("cloudflare:index/zone:Zone", "zone", {"zone": "example.com"})
    assert gives("cache.example.com", former, record(whole(former), kind=KINDS[2][0])) is True
    read = resource(ZONE, "zone", outputs={"name": "example.com"}, external=True)
    assert gives("cache.example.com", read, record(whole(read, "zoneId"))) is True
    assert gives("cache.elsewhere.net", read, record(whole(read, "zoneId"))) is False


def test_a_name_with_dots_is_joined_too_where_its_zone_is_another() -> None:
    zone = resource(ZONE, "zone", {"name": "internal.net"})
    made = record(whole(zone), "cache.example.com")
    assert gives("cache.example.com", zone, made) is False
    assert gives("cache.example.com.internal.net", zone, made) is True


def test_a_domain_is_told_by_its_name_or_by_its_resource() -> None:
    kind, domain = "digitalocean:index/dnsRecord:DnsRecord", "digitalocean:index/domain:Domain"
    assert gives("cache.example.com", record("example.com", kind=kind, key="domain")) is True
    assert gives("cache.elsewhere.net", record("example.com", kind=kind, key="domain")) is False
    made = resource(domain, "domain", {"name": "example.com"})
    assert gives("cache.example.com", made, record(whole(made), kind=kind, key="domain")) is True
    assert gives("cache.elsewhere.net", record(Unknown(), kind=kind, key="domain")) is None


@pytest.mark.parametrize("zone", ["Z0123", Secret(), opaque(), Unknown()])
def test_where_the_zone_is_not_known_a_name_may_go_on(zone: Any) -> None:
    assert gives("cache.elsewhere.net", record(zone)) is None
    assert gives("cache.elsewhere.net", record(zone, "other")) is False
    assert gives("cache.elsewhere.net", record(zone, "ca")) is False
    assert gives("a.cache.elsewhere.net", record(zone, "a.cache")) is None
    assert gives("cache.example.com", record(zone, "cache.example.com")) is True
    assert gives("cache.elsewhere.net", record(zone, "@")) is False
    assert gives("cache.elsewhere.net", record(zone, Unknown())) is False


def test_the_names_of_several_records_are_all_the_plan_s() -> None:
    zone = resource(ZONE, "zone", {"name": "example.com"})
    records = [resource(ROUTE53, name, {"name": name, "zoneId": whole(zone)}) for name in ("a", "b")]
    assert [gives(f"{name}.example.com", zone, *records) for name in ("a", "b", "c")] == [True, True, False]
    assert gives("", record("Z0123", "")) is False, "no name is that of a record without one"


def test_a_zone_whose_name_is_hidden_is_not_known_either() -> None:
    zone = resource(ZONE, "zone", {"name": Secret()})
    assert gives("cache.elsewhere.net", zone, record(whole(zone))) is None
    named = resource(ZONE, "zone", {"name": template("{}.com", Reference(zone.urn, "x"))})
    assert gives("cache.elsewhere.net", named, record(whole(named))) is None


def test_a_record_of_one_name_makes_no_other_host_the_plan_s() -> None:
    zone, program = resource(ZONE, "zone", {"name": "example.com"}), function("cache.elsewhere.net")
    made = record(whole(zone))
    assert verdicts(group(), zone, made, program) == {"f": "violation"}
    assert verdicts(zone, made, program, rule=OVER_TLS) == {"f": "violation"}
    own = function("cache.example.com")
    assert verdicts(group(), zone, made, own) == {}
    assert verdicts(zone, made, own, rule=OVER_TLS) == {}


def test_what_may_be_the_plan_s_own_is_not_proven() -> None:
    made, program = record("Z0123"), function("cache.elsewhere.net")
    assert verdicts(group(), made, program) == {"f": "unproven"}
    (told,) = findings(made, program, rule=OVER_TLS)
    assert told.status == "unproven"
    assert told.message.startswith("REDIS_URL of f names a Redis (cache.elsewhere.net): whether a record of this stack")
    assert told.remedy == "Name the zone of each record by a reference to the zone, or write its whole name."


def test_a_redis_on_the_only_server_may_be_the_one_that_a_record_names() -> None:
    made, program = record("Z0123"), function("cache.elsewhere.net")
    assert verdicts(made, program, instance(STARTS)) == {"web": "unproven"}
    assert verdicts(program, instance(STARTS)) == {"web": "violation"}
    other = resource("aws:ssm/parameter:Parameter", "REDIS_HOST", {"insecureValue": "other.example.com"})
    assert verdicts(made, program, other, instance(STARTS))["web"] == "violation"
    opened = instance(f"{STARTS}redis-server --bind 0.0.0.0\n")
    assert verdicts(made, program, opened) == {"web": "violation"}
