"""Which machine a program runs on, and whether two of them are one.

Longer than 300 lines because each place has its cases where a host is known, hidden and shared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from plan.model import Reference, Resource, Secret
from tests.policies.plans import (
    LAUNCH_TEMPLATE,
    application,
    findings,
    group,
    instance,
    opaque,
    resource,
    template,
    verdicts,
    whole,
)

STARTS = "#!/bin/sh\napt-get install -y redis-server\n"
NOTHING = "#!/bin/sh\napt-get install -y nginx\n"
SERVER = instance(STARTS)
SERVERS = {
    "aws:ec2/instance:Instance": "userData",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": "userDataBase64",
    "aws:lightsail/instance:Instance": "userData",
    "digitalocean:index/droplet:Droplet": "userData",
    "hcloud:index/server:Server": "userData",
    "gcp:compute/instance:Instance": "metadataStartupScript",
    "azure:compute/linuxVirtualMachine:LinuxVirtualMachine": "customData",
    "azure-native:compute/v20230301:VirtualMachine": "userData",
    "vultr:index/instance:Instance": "userData",
}
CROWDS = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/targetGroup:TargetGroup",
    "aws:autoscaling/group:Group",
    "aws:ec2/spotFleetRequest:SpotFleetRequest",
    "aws:ecs/service:Service",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:eks/cluster:Cluster",
    "digitalocean:index/loadBalancer:LoadBalancer",
    "hcloud:index/loadBalancer:LoadBalancer",
    "linode:index/nodeBalancer:NodeBalancer",
    "kubernetes:apps/v1:Deployment",
    "azure-native:compute/v20240701:VirtualMachineScaleSet",
)


@pytest.mark.parametrize(("kind", "name"), SERVERS.items())
def test_the_only_server_may_have_one_redis_for_its_workers_and_two_servers_may_not(kind: str, name: str) -> None:
    one, two = (resource(kind, label, {name: STARTS}) for label in ("one", "two"))
    assert verdicts(one) == {}
    assert verdicts(application("local"), one) == {}
    assert verdicts(one, two) == {"one": "violation", "two": "violation"}
    assert verdicts(one, resource(kind, "two", {name: NOTHING})) == {"one": "violation"}


def test_a_linode_is_a_server_too() -> None:
    assert verdicts(resource("linode:index/instance:Instance", "one", {"metadatas": [{"userData": STARTS}]})) == {}


@pytest.mark.parametrize("kind", CROWDS)
def test_what_stands_for_many_machines_makes_a_redis_on_one_of_them_one_of_many(kind: str) -> None:
    found = findings(SERVER, resource(kind, "crowd", {}))
    assert [(each.status, each.urn) for each in found] == [("violation", SERVER.urn)]
    assert "and crowd stands for more than one machine: each instance would have a Redis of its own" in found[0].message


def test_two_machines_of_different_hosts_are_two() -> None:
    found = findings(SERVER, resource("hcloud:index/server:Server", "worker"))
    assert "and the plan has 2 machines" in found[0].message


def test_a_machine_that_is_only_read_is_no_second_one() -> None:
    assert verdicts(SERVER, resource("hcloud:index/server:Server", "theirs", external=True)) == {}


@pytest.mark.parametrize("redis", ["managed", "external", "none"])
def test_a_redis_on_the_only_server_is_one_too_many_where_another_is_declared(redis: str) -> None:
    caches = [group()] if redis == "managed" else []
    assert verdicts(application(redis), *caches, SERVER) == {"web": "violation"}


def test_a_redis_on_the_only_server_is_one_too_many_beside_another() -> None:
    assert verdicts(group(), SERVER) == {"web": "violation"}
    elsewhere = resource(
        "aws:lambda/function:Function", "f", {"environment": {"variables": {"REDIS_URL": "rediss://a.b"}}}
    )
    found = findings(elsewhere, SERVER)
    assert [(each.status, each.urn) for each in found] == [("violation", SERVER.urn)]
    assert "besides the one outside at a.b: all instances share exactly one Redis." in found[0].message


def test_an_application_whose_redis_is_on_its_server_has_one_server() -> None:
    assert verdicts(application("local"), SERVER) == {}
    assert verdicts(application("local"), SERVER, group()) == {"web": "violation", "cache": "violation"}
    second = instance(NOTHING, "second")
    assert verdicts(application("local"), SERVER, second) == {"shop": "violation", "web": "violation"}
    assert verdicts(application("local"), instance(NOTHING), second) == {"shop": "violation"}


def test_an_application_whose_redis_is_on_its_server_has_a_server() -> None:
    assert verdicts(application("local")) == {"shop": "violation"}
    told = findings(application("local"))[0].message
    assert told == "the application's Redis is on its server, and the plan has no server: nothing holds it."
    assert verdicts(application("local"), local(STARTS)) == {"shop": "violation"}, "who deploys serves nobody"
    crowd = resource("aws:autoscaling/group:Group", "group")
    assert "they would not share it." in findings(application("local"), crowd)[0].message


@pytest.mark.parametrize(
    "line",
    [
        "echo 'bind 0.0.0.0' >> /etc/redis/redis.conf",
        "echo 'bind 10.0.0.5' >> /etc/redis/redis.conf",
        "sed -i 's/^bind .*/bind * -::*/' /etc/redis/redis.conf",
        "echo 'bind 127.0.0.1 10.0.0.5' >> /etc/redis/redis.conf",
        "sed -i 's/bind 127.0.0.1/bind 0.0.0.0/' /etc/redis/redis.conf",
        "echo 'protected-mode no' >> /etc/redis/redis.conf",
        "redis-server --bind 0.0.0.0",
        "redis-server --protected-mode no",
        "docker run -d -p 6379:6379 redis:7",
        "docker run -d -p 0.0.0.0:6379:6379 redis:7",
        "docker run -d --publish=6380:6379 redis:7",
        "docker run -d --network host redis:7",
        "cat > compose.yaml <<E\nservices:\n  cache:\n    image: redis:7\n    ports:\n      - '6379:6379'\nE",
    ],
)
def test_a_redis_of_the_only_server_that_lets_others_in_is_not_its_own(line: str) -> None:
    found = findings(instance(f"{STARTS}{line}\n"))
    assert [each.status for each in found] == ["violation"]
    assert "lets other machines in (line " in found[0].message
    assert found[0].remedy.startswith("Let it listen at 127.0.0.1 only")


@pytest.mark.parametrize(
    "line",
    [
        "echo 'bind 127.0.0.1 -::1' >> /etc/redis/redis.conf",
        "echo 'bind 127.0.0.1' >> /etc/redis/redis.conf",
        "# bind 0.0.0.0",
        "sed -i 's/^bind .*/bind 127.0.0.1 ::1/' /etc/redis/redis.conf",
        "echo 'protected-mode yes' >> /etc/redis/redis.conf",
        "redis-server --bind 127.0.0.1",
        "docker run -d -p 127.0.0.1:6379:6379 redis:7",
        "docker run -d redis:7",
        "cat > compose.yaml <<E\nservices:\n  cache:\n    image: redis:7\n    ports:\n      - '127.0.0.1:6379:6379'\nE",
        "cat > haproxy.cfg <<E\nfrontend web\n  bind *:443\nE",
        "echo REDIS_URL=redis://localhost:6379 >> /etc/environment",
    ],
)
def test_a_redis_at_the_loopback_address_of_the_only_server_is_its_own(line: str) -> None:
    assert verdicts(instance(f"{STARTS}{line}\n")) == {}


def test_an_address_that_only_deployment_tells_may_let_others_in() -> None:
    other = resource("aws:sns/topic:Topic", "t")
    script = template(STARTS + "echo bind {} >> /etc/redis/redis.conf\n", Reference(other.urn, "x"))
    assert [each.status for each in findings(other, instance(script))] == ["unproven"]


def started_from(made: Resource, name: str) -> Resource:
    return resource(
        "aws:ec2/instance:Instance",
        name,
        {"launchTemplate": {"id": whole(made)}},
        waits={"launchTemplate": (made.urn,)},
    )


def test_a_template_of_one_instance_says_what_that_instance_runs() -> None:
    made = resource(LAUNCH_TEMPLATE, "template", {"userData": STARTS})
    assert verdicts(made) == {"template": "violation"}
    assert verdicts(made, started_from(made, "one")) == {}
    assert verdicts(made, started_from(made, "one"), started_from(made, "two")) == {"template": "violation"}
    nodes = resource("aws:eks/nodeGroup:NodeGroup", "nodes", {}, waits={"launchTemplate": (made.urn,)})
    assert verdicts(made, started_from(made, "one"), nodes) == {"template": "violation"}
    scaled = resource("aws:autoscaling/group:Group", "group", {}, waits={"launchTemplate": (made.urn,)})
    assert verdicts(made, scaled) == {"template": "violation"}


def command(name: str, script: str, host: Any, **waits: tuple[str, ...]) -> Resource:
    inputs: dict[str, Any] = {"create": script, "connection": {"host": host, "user": "root"}}
    return resource("command:remote:Command", name, inputs, waits=waits)


def test_a_command_acts_on_the_server_that_it_connects_to() -> None:
    server = instance(NOTHING)
    address = resource("aws:ec2/eip:Eip", "address", {"instance": whole(server)}, waits={"instance": (server.urn,)})
    install = command("install", STARTS, whole(address, "publicIp"), connection=(address.urn,))
    assert verdicts(server, address, install) == {}
    assert verdicts(server, command("install", STARTS, opaque())) == {}
    second = instance(NOTHING, "second")
    assert verdicts(server, second, address, install) == {"install": "violation"}


HIDDEN: list[Any] = [Secret(), opaque()]


@pytest.mark.parametrize("host", HIDDEN)
def test_hosts_that_are_hidden_may_be_one_and_may_be_two(host: Any) -> None:
    one, two = command("one", STARTS, host), command("two", STARTS, host)
    assert verdicts(one) == {}
    assert verdicts(one, two) == {"one": "unproven", "two": "unproven"}
    assert verdicts(one, command("two", NOTHING, "10.0.0.1")) == {"one": "unproven"}
    assert verdicts(one, two, instance(NOTHING)) == {}, "the only server there is"
    assert verdicts(one, instance(NOTHING), instance(NOTHING, "second")) == {"one": "violation"}
    assert verdicts(one, two, local(STARTS)) == {"one": "unproven", "two": "unproven", "here": "violation"}
    told = findings(one, two)[0].message
    assert "and which machine one, two acts on is hidden: each instance would have a Redis of its own" in told
    assert verdicts(application("local"), one) == {}
    assert verdicts(application("local"), one, command("two", NOTHING, host)) == {"shop": "unproven", "one": "unproven"}


def test_hosts_that_wait_for_the_same_are_one() -> None:
    address, other = resource("acme:index/address:Address", "a"), resource("acme:index/address:Address", "b")
    one = command("one", STARTS, opaque(address))
    assert verdicts(address, one, command("two", NOTHING, opaque(address))) == {}
    assert verdicts(address, other, one, command("two", NOTHING, opaque(other))) == {"one": "violation"}


def test_a_connection_that_is_secret_as_a_whole_hides_its_host() -> None:
    secret: dict[str, Any] = {"create": STARTS, "connection": Secret()}
    one, two = (resource("command:remote:Command", name, secret) for name in ("one", "two"))
    assert verdicts(one, two) == {"one": "unproven", "two": "unproven"}


def test_commands_on_two_hosts_are_two_machines() -> None:
    one, two = command("one", STARTS, "10.0.0.1"), command("two", STARTS, "10.0.0.2")
    assert verdicts(one) == {}
    assert verdicts(one, two) == {"one": "violation", "two": "violation"}
    assert verdicts(one, command("two", NOTHING, "10.0.0.1")) == {}


def test_a_command_on_the_machine_that_deploys_counts_only_where_it_starts_one() -> None:
    assert verdicts(local(STARTS)) == {}
    assert verdicts(SERVER, local(STARTS)) == {"here": "violation"}
    assert "and the machine that deploys is not the server" in findings(SERVER, local(STARTS))[0].message
    assert verdicts(SERVER, local("make assets")) == {}
    two = findings(SERVER, instance(NOTHING, "second"), local("make assets"))
    assert "and the plan has 2 machines" in two[0].message


def local(script: str) -> Resource:
    return resource("command:local:Command", "here", {"create": script})


def container(name: str, host: str = "", **inputs: Any) -> Resource:
    made = resource("docker:index/container:Container", name, inputs)
    provider = f"urn:pulumi:dev::shop::pulumi:providers:docker::{host}::id" if host else ""
    return Resource(
        made.urn, made.type, made.name, custom=True, parent=made.parent, inputs=made.inputs, provider=provider
    )


def test_one_host_of_containers_may_have_one_redis_beside_the_application_s() -> None:
    web, cache = container("web", image="shop:1"), container("cache", image="redis:7")
    assert verdicts(web, cache) == {}
    assert verdicts(web, cache, container("second", image="valkey/valkey:8")) == {
        "cache": "violation",
        "second": "violation",
    }
    assert verdicts(web, container("cache", image="redis:7", ports=[{"internal": 6379, "ip": "127.0.0.1"}])) == {}
    opened = container("cache", image="redis:7", ports=[{"internal": 6379, "external": 6379}])
    assert verdicts(web, opened) == {"cache": "violation"}
    assert verdicts(web, container("cache", image="redis:7", networkMode="host")) == {"cache": "violation"}


def test_two_hosts_of_containers_are_two_machines() -> None:
    hosts = [resource("pulumi:providers:docker", name, {"host": f"ssh://{name}"}) for name in ("a", "b")]
    one, other = container("cache", "a", image="redis:7"), container("web", "b", image="shop:1")
    assert verdicts(*hosts, one) == {}
    assert verdicts(*hosts, one, other) == {"cache": "violation"}


def test_containers_of_one_provider_are_on_one_host_even_where_that_is_hidden() -> None:
    hosts = [resource("pulumi:providers:docker", name, {"host": Secret()}) for name in ("a", "b")]
    cache, web = container("cache", "a", image="redis:7"), container("web", "a", image="shop:1")
    assert verdicts(*hosts, cache, web) == {}
    assert verdicts(*hosts, cache, container("web", "b", image="shop:1")) == {"cache": "unproven"}
    second = container("second", "a", image="valkey/valkey:8")
    told = findings(*hosts, cache, second)
    assert {each.status for each in told} == {"violation"}
    assert "and a has 2 of them" in told[0].message


@pytest.mark.parametrize(
    "inputs",
    [
        {"command": ["sh", "-c", "redis-server & node server.js"]},
        {"entrypoints": ["sh", "-c"], "command": ["sh", "-c", "redis-server --daemonize yes; npm start"]},
    ],
)
def test_a_redis_inside_the_application_s_container_is_not_the_server_s(inputs: dict[str, Any]) -> None:
    assert verdicts(container("web", image="shop:1", **inputs)) == {"web": "violation"}


def test_an_image_that_installs_a_redis_has_it_inside() -> None:
    build = "cat > Dockerfile <<E\nFROM node:22\nRUN apt-get update && apt-get install -y redis-server\nCMD node x\nE\n"
    assert verdicts(instance(f"#!/bin/sh\n{build}docker build -t shop .\n")) == {"web": "violation"}
    assert (
        verdicts(instance("#!/bin/sh\ncat > Dockerfile <<E\nFROM redis:7\nRUN echo x\nCMD [redis-server]\nE\n")) == {}
    )
    inline: dict[str, Any] = {"dockerfile": {"inline": "FROM node:22\nRUN apk add redis\nCMD node x\n"}}
    assert verdicts(resource("docker-build:index:Image", "shop", inline)) == {"shop": "violation"}


@pytest.mark.parametrize("host", ["ssh://deploy@198.51.100.7", opaque()])
def test_an_engine_whose_address_the_only_server_tells_is_that_server_before_deployment_and_after(host: Any) -> None:
    server = instance(NOTHING)
    engine = resource("pulumi:providers:docker", "engine", {"host": host}, waits={"host": (server.urn,)})
    redis = container("redis", "engine", image="redis:7")
    assert verdicts(server, engine, redis) == {}
    assert verdicts(server, instance(NOTHING, "second"), engine, redis) == {"redis": "violation"}
    other = resource("pulumi:providers:docker", "engine", {"host": "ssh://deploy@198.51.100.7"})
    assert verdicts(server, other, redis) == {"redis": "violation"}


def test_an_engine_is_found_by_its_urn_alone_as_the_policy_host_tells_it() -> None:
    server = instance(NOTHING)
    engine = resource("pulumi:providers:docker", "engine", {"host": opaque()}, waits={"host": (server.urn,)})
    redis = replace(container("redis", image="redis:7"), provider=engine.urn)
    assert verdicts(server, engine, redis) == {}
