"""A Redis outside the stack: that it is the only one, and that it is spoken to over TLS."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from plan.model import Reference, Resource, Secret, Unknown
from policies.redis.tls import RULE as OVER_TLS
from tests.policies.plans import (
    APPLICATION,
    LAUNCH_TEMPLATE,
    TASK,
    application,
    base64_of,
    findings,
    group,
    opaque,
    resource,
    template,
    verdicts,
    whole,
)

SAFE, PLAIN = "rediss://default:x@eu1-shop.upstash.io:6379", "redis://default:x@eu1-shop.upstash.io:6379"
WORKER = "cloudflare:index/workersScript:WorkersScript"


def function(name: str = "f", **variables: Any) -> Resource:
    return resource("aws:lambda/function:Function", name, {"environment": {"variables": variables}})


def task(**variables: Any) -> Resource:
    environment = [{"name": name, "value": value} for name, value in variables.items()]
    definitions = json.dumps([{"image": "shop:1", "environment": environment}])
    return resource(TASK, "task", {"containerDefinitions": definitions})


def worker(**variables: Any) -> Resource:
    bindings = [{"type": "plain_text", "name": name, "text": value} for name, value in variables.items()]
    return resource(WORKER, "worker", {"bindings": bindings})


def machine(**variables: Any) -> Resource:
    lines = [f"echo {name}={value} >> /etc/shop.env" for name, value in variables.items()]
    return resource(LAUNCH_TEMPLATE, "machine", {"userData": base64_of("#!/bin/sh\n" + "\n".join(lines) + "\n")})


def pod(**variables: Any) -> Resource:
    environment = [{"name": name, "value": value} for name, value in variables.items()]
    containers: list[Any] = [{"image": "shop:1", "env": environment}]
    return resource(
        "kubernetes:apps/v1:Deployment", "pod", {"spec": {"template": {"spec": {"containers": containers}}}}
    )


def declared(tls: Any = None, environment: str = "production") -> Resource:
    facts: dict[str, Any] = {"application": "shop", "environment": environment, "redis": "external"}
    return resource(APPLICATION, "shop", facts if tls is None else {**facts, "redisTls": tls})


def tls(*resources: Resource) -> dict[str, str]:
    return verdicts(*resources, rule=OVER_TLS)


EVERYWHERE = [function, task, worker, machine, pod]


@pytest.mark.parametrize("place", EVERYWHERE)
def test_an_external_redis_is_the_one_and_a_cache_besides_it_is_too_many(place: Any) -> None:
    program = place(REDIS_URL=SAFE)
    assert verdicts(program) == {}
    assert verdicts(declared(tls=True), program) == {}
    assert verdicts(group(), program) == {program.name: "violation"}
    assert verdicts(application("managed"), group(), program) == {program.name: "violation"}
    assert verdicts(application("none"), program) == {program.name: "violation"}


@pytest.mark.parametrize("place", EVERYWHERE)
def test_a_redis_outside_in_plain_text_is_a_violation(place: Any) -> None:
    program = place(REDIS_URL=PLAIN)
    assert tls(program) == {program.name: "violation"}
    assert tls(declared(tls=True), program) == {program.name: "violation"}
    assert tls(declared(tls=False, environment="development"), program) == {}
    assert tls(place(REDIS_URL=SAFE)) == {}
    assert tls(place(REDIS_URL=SAFE), declared(tls=True)) == {}


@pytest.mark.parametrize(
    ("variables", "status"),
    [
        ({"REDIS_URL": "redis://10.0.0.5:6379"}, "violation"),
        ({"CACHE": "redis://user@cache.example.com"}, "violation"),
        ({"CELERY_BROKER_URL": "redis://cache.example.com:6379/0"}, "violation"),
        ({"REDIS_URL": "valkey://cache.example.com"}, "violation"),
        ({"UPSTASH_REDIS_REST_URL": "http://x.upstash.io"}, "violation"),
        ({"REDIS_HOST": "cache.example.com"}, "unproven"),
        ({"REDIS_HOST": "cache.example.com:6379", "REDIS_TLS": "false"}, "violation"),
        ({"REDIS_HOST": "cache.example.com", "REDIS_TLS": Unknown()}, "unproven"),
        ({"REDIS_HOST": "cache.example.com", "REDIS_TLS": "true"}, ""),
        ({"REDIS_HOST": "cache.example.com", "REDIS_SSL": True}, ""),
        ({"REDIS_URL": "rediss://cache.example.com"}, ""),
        ({"UPSTASH_REDIS_REST_URL": "https://x.upstash.io"}, ""),
        ({"REDIS_URL": "redis://localhost:6379"}, ""),
        ({"REDIS_URL": "redis://127.0.0.1:6379"}, ""),
        ({"REDIS_URL": "redis://redis:6379"}, ""),
        ({"REDIS_HOST": "cache"}, ""),
        ({"REDIS_PORT": "6379", "REDIS_PREFIX": "shop.example"}, ""),
        ({"HOST": "www.example.com", "DATABASE_URL": "postgres://db.example.com"}, ""),
    ],
)
def test_each_form_of_a_setting_is_judged(variables: dict[str, Any], status: str) -> None:
    assert tls(function(**variables)) == ({"f": status} if status else {})


@pytest.mark.parametrize("value", [Secret(), Unknown()])
def test_an_address_that_is_hidden_is_not_proven_where_nothing_else_tells(value: Any) -> None:
    program = function(REDIS_URL=value)
    assert tls(program) == {"f": "unproven"}
    assert tls(program, group()) == {}, "it may be the cache's"
    assert tls(program, declared(tls=True)) == {}
    assert tls(function(API_URL=value)) == {}
    assert verdicts(program) == {}


def test_the_address_of_a_cache_of_the_plan_is_nothing_outside() -> None:
    cache = group()
    endpoint = Reference(cache.urn, "primaryEndpointAddress")
    for value in (whole(cache, "primaryEndpointAddress"), template("redis://{}:6379", endpoint), opaque(cache)):
        program = function(REDIS_URL=value)
        assert verdicts(cache, program) == {}
        assert tls(cache, program) == {}


def test_a_secret_inside_an_address_does_not_hide_the_rest() -> None:
    drawn = resource("random:index/randomPassword:RandomPassword", "drawn")
    value = template("redis://default:{}@cache.example.com:6379", Reference(drawn.urn, "result"))
    assert tls(drawn, function(REDIS_URL=value)) == {"f": "violation"}
    assert verdicts(drawn, group(), function(REDIS_URL=value)) == {"f": "violation"}


HOST = {"REDIS_HOST": "cache.example.com"}
SAID: list[Any] = [
    ({**HOST, "REDIS_TLS": "false"}, {"REDIS_TLS": "true"}, "violation"),
    ({"REDIS_TLS": "true"}, {**HOST, "REDIS_TLS": "false"}, "violation"),
    ({**HOST, "REDIS_TLS": "false"}, {**HOST, "REDIS_TLS": "true"}, "violation"),
    ({**HOST, "REDIS_TLS": "true"}, {**HOST, "REDIS_TLS": "false"}, "violation"),
    ({**HOST, "REDIS_TLS": "true"}, HOST, "unproven"),
    (HOST, {"REDIS_TLS": "true"}, "unproven"),
    ({"REDIS_URL": PLAIN}, {"REDIS_TLS": "true"}, "violation"),
    ({**HOST, "REDIS_TLS": "true"}, {"REDIS_TLS": "false"}, ""),
    ({**HOST, "REDIS_TLS": "true"}, {**HOST, "REDIS_SSL": True}, ""),
    ({**HOST, "REDIS_TLS": "true", "REDIS_SSL": "false"}, {}, "violation"),
    ({**HOST, "REDIS_SSL": "false", "REDIS_TLS": "true"}, {}, "violation"),
    ({**HOST, "REDIS_SSL": "false", "a.b": "x"}, {}, "violation"),
]


def listed(variables: dict[str, Any]) -> list[Any]:
    return [{"name": name, "value": value} for name, value in variables.items()]


@pytest.mark.parametrize(("first", "second", "status"), SAID)
def test_each_program_of_a_resource_says_for_itself_whether_it_uses_tls(first: Any, second: Any, status: str) -> None:
    containers: list[Any] = [{"image": "shop:1", "environment": listed(each)} for each in (first, second)]
    maps: list[Any] = [{"image": "shop:1", "environment": each} for each in (first, second)]
    programs = [
        resource(TASK, "it", {"containerDefinitions": containers}),
        resource(
            "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion",
            "it",
            {"containers": maps},
        ),
    ]
    if not any(isinstance(value, bool) for each in (first, second) for value in each.values()):
        programs.append(resource(TASK, "it", {"containerDefinitions": json.dumps(containers)}))
    for program in programs:
        assert tls(program) == ({"it": status} if status else {}), program


def test_the_variables_of_a_worker_and_of_an_environment_are_one_program_s() -> None:
    assert tls(worker(**HOST, REDIS_TLS="true")) == {}
    assert tls(worker(**HOST, REDIS_TLS="false")) == {"worker": "violation"}
    settings: list[Any] = [
        {"namespace": "aws:elasticbeanstalk:application:environment", **each}
        for each in listed({**HOST, "REDIS_TLS": "true"})
    ]
    assert tls(resource("aws:elasticbeanstalk/environment:Environment", "e", {"settings": settings})) == {}
    entries: dict[str, Any] = {
        name: {"type": "plain_text", "value": value} for name, value in {**HOST, "REDIS_TLS": "true"}.items()
    }
    stages: dict[str, Any] = {"deploymentConfigs": {"production": {"envVars": entries}}}
    assert tls(resource("cloudflare:index/pagesProject:PagesProject", "pages", stages)) == {}
    named = {**HOST, "REDIS_TLS": "true", "value": "a", "text": "b", "a.b": "c"}
    assert tls(function(**named)) == {}
    assert tls(function(REDIS_TLS="true", value="redis://cache.example.com")) == {}


def test_an_address_in_the_description_of_a_container_has_a_place() -> None:
    made = resource("docker:index/container:Container", "web", {"image": "shop:1", "envs": [f"REDIS_URL={PLAIN}"]})
    (told,) = findings(made, rule=OVER_TLS)
    assert told.message.startswith("the containers of web names a Redis outside this stack (eu1-shop.upstash.io)")


def test_a_name_that_a_record_of_the_plan_gives_is_the_plan_s() -> None:
    record = resource("aws:route53/record:Record", "record", {"name": "cache.example.com", "type": "CNAME"})
    program = function(REDIS_URL="redis://cache.example.com:6379")
    assert verdicts(group(), record, program) == {}
    assert tls(group(), record, program) == {}


def test_the_address_of_a_cache_that_is_read_is_that_cache() -> None:
    outputs: dict[str, Any] = {
        "engine": "redis",
        "engineVersion": "7.1",
        "nodeType": "cache.t4g.micro",
        "primaryEndpointAddress": "master.theirs.example.com",
    }
    read = resource("aws:elasticache/replicationGroup:ReplicationGroup", "theirs", outputs=outputs, external=True)
    assert verdicts(read, function(REDIS_URL="rediss://master.theirs.example.com:6379")) == {}
    assert verdicts(read, function(REDIS_URL="rediss://replica.theirs.example.com:6379")) == {}
    both = {**outputs, "readerEndpointAddress": "reads.theirs.example.com"}
    shown = resource("aws:elasticache/replicationGroup:ReplicationGroup", "theirs", outputs=both, external=True)
    assert verdicts(shown, function(REDIS_URL="rediss://reads.theirs.example.com:6379")) == {}
    other = findings(read, function(REDIS_URL="rediss://other.example.com:6379"))
    assert [each.status for each in other] == ["violation"]
    assert "besides theirs: all instances share exactly one." in other[0].message
    assert tls(read, function(REDIS_URL="redis://master.theirs.example.com:6379")) == {"f": "violation"}


def test_an_address_of_aws_written_out_may_be_the_plan_s_own_cache() -> None:
    program = function(REDIS_URL="rediss://master.shop.abc123.euw1.cache.amazonaws.com:6379")
    assert verdicts(group(), program) == {"f": "unproven"}
    assert verdicts(application("managed"), group(), program) == {"f": "unproven"}
    assert verdicts(program) == {}


def test_two_caches_outside_are_one_too_many_and_two_endpoints_of_one_are_not() -> None:
    one = function("one", REDIS_URL="rediss://master.shop.x.cache.amazonaws.com")
    same = function(
        "same",
        REDIS_READ_URL="rediss://replica.shop.x.cache.amazonaws.com",
        REDIS_URL="rediss://master.shop.x.cache.amazonaws.com/1",
    )
    other = function("other", REDIS_URL="rediss://elsewhere.example.com")
    assert verdicts(one, same) == {}
    assert verdicts(one, other) == {"one": "violation", "other": "violation"}
    assert "besides elsewhere.example.com" in findings(one, other)[0].message


def test_an_application_says_whether_its_external_redis_speaks_tls() -> None:
    assert tls(declared(tls=True)) == {}
    assert tls(declared(tls=False)) == {"shop": "violation"}
    assert tls(declared()) == {"shop": "unproven"}
    assert tls(declared(tls=Unknown())) == {"shop": "unproven"}
    assert tls(declared(), function(REDIS_URL=SAFE)) == {}, "the setting tells"
    assert tls(declared(tls=False, environment="development")) == {}
    assert tls(declared(tls=False, environment="staging")) == {"shop": "violation"}
    assert tls(application("managed"), group()) == {}


def test_no_message_repeats_a_password() -> None:
    found = [*findings(function(REDIS_URL=PLAIN), rule=OVER_TLS), *findings(group(), function(REDIS_URL=PLAIN))]
    assert len(found) == 2
    assert "default:x" not in str(found)


def test_a_plain_parameter_tells_of_it_too() -> None:
    named: dict[str, Any] = {"name": "/shop/REDIS_URL", "type": "String", "insecureValue": "redis://cache.example.com"}
    assert tls(resource("aws:ssm/parameter:Parameter", "p", named)) == {"p": "violation"}


def test_a_preview_of_pages_may_have_a_cache_of_its_own() -> None:
    stages = {
        stage: {"envVars": {"REDIS_URL": {"type": "plain_text", "value": f"rediss://{stage}.example.com"}}}
        for stage in ("production", "preview")
    }
    assert (
        verdicts(resource("cloudflare:index/pagesProject:PagesProject", "pages", {"deploymentConfigs": stages})) == {}
    )


def test_an_address_in_a_comment_is_none() -> None:
    script = "#!/bin/sh\n# redis://cache.example.com:6379 was the old one\necho ready\n"
    assert tls(resource(LAUNCH_TEMPLATE, "machine", {"userData": base64_of(script)})) == {}


def test_an_address_of_what_is_deployed_is_that_of_the_cache_which_it_waits_for() -> None:
    cache = resource("aws:elasticache/replicationGroup:ReplicationGroup", "cache", {"description": "the one"})
    setting = resource(
        "aws:ssm/parameter:Parameter", "REDIS_URL", {"insecureValue": "rediss://master.cache.example.com:6379"}
    )
    assert "violation" in {each.status for each in findings(cache, setting)}
    waits = replace(setting, property_dependencies={"insecureValue": (cache.urn,)})
    assert findings(cache, waits) == ()
