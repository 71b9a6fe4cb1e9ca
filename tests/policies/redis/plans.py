"""Plans in which there is a Redis, or may be: each says something else of where it is and what shows it."""

from __future__ import annotations

import json
from typing import Any

from plan.model import Reference, Resource, Secret, Unknown
from tests.policies.plans import APPLICATION, TASK, application, group, instance, opaque, resource, template

STARTS = "#!/bin/sh\napt-get install -y redis-server\n"
DOCKER = "docker:index/container:Container"
POD = "kubernetes:core/v1:Pod"


def function(**variables: Any) -> Resource:
    return resource("aws:lambda/function:Function", "f", {"environment": {"variables": variables}})


def declared(redis: Any = "external", **more: Any) -> Resource:
    return resource(APPLICATION, "shop", {"application": "shop", "environment": "production", "redis": redis, **more})


def task(**container: Any) -> Resource:
    definitions = json.dumps([{"name": "web", "image": "shop:1", **container}])
    return resource(TASK, "task", {"containerDefinitions": definitions})


def pod(**container: Any) -> Resource:
    return resource(POD, "pod", {"spec": {"containers": [{"name": "web", "image": "shop:1", **container}]}})


def runner(**image: Any) -> Resource:
    source: dict[str, Any] = {"imageRepository": {"imageIdentifier": "shop:1", **image}}
    return resource("aws:apprunner/service:Service", "runner", {"sourceConfiguration": source})


def record(**given: Any) -> Resource:
    return resource("aws:route53/record:Record", "cache", {"zoneId": "Z1", "type": "CNAME", **given})


def on(name: str, host: Any) -> Resource:
    return resource("command:remote:Command", name, {"create": STARTS, "connection": {"host": host}})


def docker(name: str, **more: Any) -> Resource:
    return resource(DOCKER, name, {"image": "redis:7", **more})


def programs(*environments: list[Any]) -> Resource:
    definitions = [{"image": "shop:1", "environment": each} for each in environments]
    return resource(TASK, "task", {"containerDefinitions": json.dumps(definitions)})


def chart(**inputs: Any) -> Resource:
    return resource("kubernetes:helm.sh/v3:Release", "release", inputs)


PLAIN, SAFE = "redis://cache.example.com:6379", "rediss://cache.example.com:6379"
PLANS: dict[str, list[Resource]] = {
    "two caches": [group("one"), group("two")],
    "five caches": [group(name) for name in ("one", "two", "three", "four", "five")],
    "a cache of which it is not known whether it is one": [
        group("one"),
        resource("aws:elasticache/cluster:Cluster", "two", {"engine": opaque()}),
    ],
    "managed, and none": [application("managed")],
    "external, and one": [application("external"), group()],
    "none, and one": [application("none"), group()],
    "local, and one": [application("local"), instance(STARTS), group()],
    "local, and no server": [application("local")],
    "declared in no known word": [application("perhaps"), group()],
    "declared in two ways": [application("managed"), declared("none"), group()],
    "on an instance of two": [instance(STARTS, "a"), instance("#!/bin/sh\n", "b")],
    "on the only server, beside a cache": [instance(STARTS), group()],
    "on the only server, beside one outside": [instance(STARTS), function(REDIS_URL=SAFE)],
    "on the only server, though another is declared": [application("managed"), group(), instance(STARTS)],
    "on the only server, for everybody": [instance(f"{STARTS}redis-server --bind 0.0.0.0 --protected-mode no\n")],
    "user data that is not known": [instance(opaque())],
    "user data that is secret": [instance(Secret())],
    "a script from elsewhere": [instance("#include https://example.com/setup.sh\n")],
    "one outside, and a cache": [group(), function(REDIS_URL=SAFE)],
    "one outside, though it is managed": [application("managed"), group(), function(REDIS_URL=SAFE)],
    "two outside": [function(REDIS_URL=SAFE, CACHE_REDIS_URL="rediss://other.example.com")],
    "one outside that may be of the stack": [group(), function(REDIS_URL="rediss://x.cache.amazonaws.com")],
    "plain": [function(REDIS_URL=PLAIN)],
    "plain by a setting": [function(REDIS_HOST="cache.example.com", REDIS_TLS="false")],
    "a host alone": [function(REDIS_HOST="cache.example.com")],
    "a hidden address": [function(REDIS_URL=Unknown())],
    "a secret address": [function(REDIS_URL=Secret())],
    "a hidden address, and a Redis declared": [application("managed"), group(), function(REDIS_URL=Unknown())],
    "a safe scheme under any name": [function(BROKER="rediss://cache.example.com", OTHER="valkeys://a.example.com")],
    "plain schemes under any name": [function(BROKER="valkey://cache.example.com")],
    "another scheme under any name": [function(BROKER="amqp://cache.example.com")],
    "on hosts that are hidden": [on("one", Secret()), on("two", Secret())],
    "on a hidden host, and on one that is known": [on("one", Secret()), on("two", "10.0.0.1")],
    "local, on hosts that are hidden": [application("local"), on("one", Secret()), on("two", Secret())],
    "local, and many machines": [application("local"), resource("aws:autoscaling/group:Group", "group")],
    "local, and two servers": [application("local"), instance("#!/bin/sh\n", "a"), instance("#!/bin/sh\n", "b")],
    "on the machine that deploys, beside the server": [
        instance("#!/bin/sh\n"),
        resource("command:local:Command", "here", {"create": STARTS}),
    ],
    "a container alone": [docker("cache")],
    "two containers": [docker("cache"), docker("second")],
    "a container that is published": [docker("cache", ports=[{"internal": 6379}])],
    "a container whose ports are hidden": [docker("cache", ports=opaque())],
    "a container that may be published": [docker("cache", networkMode=Secret())],
    "where a server listens is hidden": [
        instance(template(STARTS + "echo bind {} >> /etc/redis/redis.conf\n", Reference(record().urn, "fqdn"))),
    ],
    "one outside, described in a container": [
        resource(DOCKER, "web", {"image": "shop:1", "envs": [f"REDIS_URL={PLAIN}"]}),
    ],
    "two programs of one resource": [
        programs([{"name": "REDIS_HOST", "value": "cache.example.com"}], [{"name": "REDIS_TLS", "value": "true"}]),
    ],
    "a chart that is hidden": [chart(chart=Secret())],
    "a chart whose values are hidden": [chart(chart="gitlab", values=Secret())],
    "a chart that may bring one": [chart(chart="gitlab", values={"redis": {"enabled": opaque()}})],
    "a chart that brings one": [chart(chart="gitlab", values={"valkey": {"enabled": True}})],
    "a record that may be meant, beside a server's own": [
        record(name="cache"),
        function(REDIS_URL=SAFE),
        instance(STARTS),
    ],
    "a record that may be meant, and a cache": [record(name="cache"), function(REDIS_URL=SAFE), group("one")],
    "a record of the plan": [record(name="cache.example.com", records=["x"]), function(REDIS_URL=PLAIN)],
    "a record of the plan by its whole name": [
        record(name="x", fqdn="cache.example.com.", records=["x"]),
        function(REDIS_URL=PLAIN),
    ],
    "a record of the plan by its first part": [record(name="cache", records=["x"]), function(REDIS_URL=PLAIN)],
    "declared plain": [declared(redisTls=False)],
    "declared without a word on TLS": [declared()],
    "declared, and hidden": [declared(redisTls=Unknown())],
    "declared safe": [declared(redisTls=True)],
    "a sidecar": [task(image="redis:7")],
    "a sidecar under another name": [task(image="cache:1", command=["redis-server", "--appendonly", "yes"])],
    "a port of Redis": [task(portMappings=[{"containerPort": 6379}])],
    "a port of Redis as text": [pod(ports=["6379/tcp"])],
    "ports by name": [pod(ports=[{"name": "a", "containerPort": 6379}])],
    "a server's variable": [task(environment=[{"name": "REDIS_REPLICATION_MODE", "value": "master"}])],
    "a server's variable by key": [pod(env=[{"key": "VALKEY_EXTRA_FLAGS", "value": "--save"}])],
    "a server's variable as text": [pod(env=["REDIS_AOF_ENABLED=yes"])],
    "a check by the client": [task(healthCheck={"command": ["CMD-SHELL", "redis-cli ping"]})],
    "a check by the client inside": [pod(livenessProbe={"exec": {"command": ["redis-cli", "ping"]}})],
    "a check by the client in capitals": [pod(livenessProbe={"exec": {"Command": ["redis-cli", "ping"]}})],
    "checks in a list": [pod(healthChecks=[{"test": "redis-cli -h 127.0.0.1 ping"}])],
    "a check of another host": [pod(livenessProbe={"exec": {"command": ["redis-cli", "-h", "cache.example.com"]}})],
    "a check by a connection": [pod(readinessProbe={"tcpSocket": {"port": 6379}})],
    "settings below": [runner(imageConfiguration={"port": "6379"})],
    "settings below, beside others": [
        runner(imageConfiguration={"startCommand": "node ."}, imageIdentifier="redis:7"),
    ],
    "an image in parts": [pod(image={"repository": "bitnami/redis", "tag": "7"})],
    "an image that is no text": [pod(image=["redis"])],
    "an application's container": [task(environment=[{"name": "REDIS_PORT", "value": "6379"}])],
}  # fmt: skip
