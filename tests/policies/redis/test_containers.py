"""Containers under any name, wherever a program describes them.

Longer than 300 lines because it is one list: each way to describe a container, and beside it what is harmless.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from plan.model import Reference, Secret, Unknown, Value
from policies.redis.text import described_sightings
from policies.sighting import MARK
from tests.policies.plans import TASK, findings, opaque, resource, template, verdicts, whole

WEB: dict[str, Any] = {"name": "web", "image": "shop:1", "essential": True}
DIGEST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/store@sha256:0123abcd"
SERVERS: dict[str, dict[str, Any]] = {
    "the image": {"image": "redis:7"},
    "a mirrored image": {"image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/mirror/bitnami/redis@sha256:0123"},
    "a like server": {"image": "public.ecr.aws/valkey/valkey:8"},
    "Garnet": {"image": "ghcr.io/microsoft/garnet:latest"},
    "the command": {"image": DIGEST, "command": ["redis-server", "--save", "60", "1"]},
    "the command as text": {"image": DIGEST, "command": "redis-server --save 60 1"},
    "the entry point": {"image": DIGEST, "entryPoint": ["/usr/local/bin/valkey-server"]},
    "the name": {"image": DIGEST, "name": "redis"},
    "the name of another server": {"image": f"{MARK}/base:1", "containerName": "valkey-server"},
    "the tag": {"image": "acme/base:redis-7.2"},
    "the tag of another server": {"image": "acme/images:valkey8"},
    "the tag of a hidden repository": {"image": f"{MARK}:redis"},
    "FalkorDB": {"image": "falkordb/falkordb:latest"},
    "a port's name": {"image": DIGEST, "portMappings": [{"name": "redis", "containerPort": 6380}]},
    "a cache of the same task": {**WEB, "environment": [{"name": "CACHE_HOST", "value": "127.0.0.1"}]},
    "a connection string": {
        **WEB,
        "environment": [{"name": "ConnectionStrings__Redis", "value": "localhost:6379,ssl=false"}],
    },
    "settings in JSON": {
        **WEB,
        "environment": [{"name": "SPRING_APPLICATION_JSON", "value": '{"spring":{"redis":{"host":"localhost"}}}'}],
    },
    "a server's image with its flags": {"image": "redis:7", "command": ["--save", "60", "1"]},
    "a server in a script beside its client": {
        "image": "redis:7",
        "command": ["sh", "-c", "redis-server --daemonize yes; redis-cli monitor"],
    },
    "a flag of servers alone": {"image": DIGEST, "command": ["--appendonly", "yes"]},
    "a setting of servers alone": {"image": DIGEST, "command": ["/etc/redis/redis.conf"]},
    "a script": {"image": DIGEST, "command": ["sh", "-c", "redis-server --daemonize yes && node server.js"]},
    "a port": {"image": DIGEST, "portMappings": [{"containerPort": 6379, "protocol": "tcp"}]},
    "a port as text": {"image": DIGEST, "portMappings": [{"containerPort": "6379"}]},
    "a range of ports": {"image": DIGEST, "portMappings": [{"containerPortRange": "6370-6380"}]},
    "a range that ends there": {"image": DIGEST, "PortMappings": [{"ContainerPortRange": "6300-6379"}]},
    "a variable of servers": {"image": DIGEST, "environment": [{"name": "REDIS_REPLICATION_MODE", "value": "master"}]},
    "a variable of Dragonfly": {"image": DIGEST, "environment": [{"name": "DFLY_requirepass", "value": "x"}]},
    "what asks after it": {"image": DIGEST, "healthCheck": {"command": ["CMD-SHELL", "redis-cli ping || exit 1"]}},
    "what asks at loopback": {
        "image": DIGEST,
        "healthCheck": {"command": ["CMD", "redis-cli", "-h", "127.0.0.1", "ping"]},
    },
    "a client of its own task": {**WEB, "environment": [{"name": "REDIS_URL", "value": "redis://localhost:6379"}]},
    "a client by any address": {**WEB, "environment": [{"name": "REDIS_HOST", "value": "0.0.0.0"}]},  # noqa: S104 - nothing binds here
    "a client by any address in an address": {
        **WEB,
        "environment": [{"name": "CACHE", "value": "redis://[::]:6379"}],
    },
    "a client by a socket": {**WEB, "environment": [{"name": "REDIS_URL", "value": "unix:///run/redis.sock"}]},
    "a client by a socket in an address": {
        **WEB,
        "environment": [{"name": "CACHE", "value": "redis+unix:///run/x.sock"}],
    },
    "a client by a socket's path": {**WEB, "environment": [{"name": "REDIS_SOCKET", "value": "/run/cache/redis.sock"}]},
    "a client of the machine below": {
        **WEB,
        "environment": [{"name": "REDIS_URL", "value": "redis://host.docker.internal:6379"}],
    },
    "a client of its own task, by host": {**WEB, "environment": [{"name": "REDIS_HOST", "value": "127.0.0.1"}]},
}
HARMLESS: dict[str, dict[str, Any]] = {
    "an image by digest": {"image": DIGEST},
    "an application": {**WEB, "portMappings": [{"containerPort": 3000}]},
    "a name that is longer": {**WEB, "name": "redis-client"},
    "the name of what passes on": {"name": "redis", "image": "alpine/socat"},
    "the name of an exporter": {"name": "redis", "image": "oliver006/redis_exporter:v1"},
    "the branch in a tag": {"image": "acme/shop:feature-redis"},
    "a port with another name": {**WEB, "portMappings": [{"name": "redis-ui", "containerPort": 80}]},
    "another cache beside the program": {
        **WEB,
        "environment": [{"name": "CACHE_HOST", "value": "127.0.0.1"}, {"name": "CACHE_PORT", "value": "11211"}],
    },
    "an exporter": {"image": "oliver006/redis_exporter:v1", "portMappings": [{"containerPort": 9121}]},
    "a range of other ports": {"image": DIGEST, "portMappings": [{"containerPortRange": "6380-6390"}]},
    "a socket of something else": {**WEB, "environment": [{"name": "APP_SOCKET", "value": "/run/app.sock"}]},
    "a tunnel": {"image": "alpine/socat", "portMappings": [{"containerPort": 6379}]},
    "a proxy": {"image": "envoyproxy/envoy:v1.31", "portMappings": [{"containerPort": 6379}]},
    "a client in a server's image": {"image": "redis:7", "command": ["redis-cli", "-h", "cache.example", "ping"]},
    "a client as the entry point": {"image": "redis:7", "entryPoint": ["/usr/bin/redis-cli"], "command": ["-h", "c"]},
    "a script for a client": {"image": "redis:7", "entryPoint": ["sh", "-c"], "command": ["redis-cli -h cache ping"]},
    "an address elsewhere": {**WEB, "environment": [{"name": "REDIS_URL", "value": "rediss://c.example.com:6379"}]},
    "a port in a variable": {**WEB, "environment": [{"name": "REDIS_PORT", "value": "6379"}]},
    "a name of the network": {**WEB, "environment": [{"name": "REDIS_HOST", "value": "cache"}]},
    "a secret": {**WEB, "secrets": [{"name": "REDIS_URL", "valueFrom": "arn:aws:ssm:x"}]},
    "what asks elsewhere": {**WEB, "healthCheck": {"command": ["CMD-SHELL", "redis-cli -h cache.example.com ping"]}},
    "what asks where a variable says": {
        **WEB,
        "healthCheck": {"command": ["CMD-SHELL", 'redis-cli -u "$REDIS_URL" ping']},
    },
    "a client in a script": {**WEB, "command": ["sh", "-c", "redis-cli -h $REDIS_HOST ping && node server.js"]},
}


def task(*definitions: Any, name: str = "task") -> Any:
    return resource(TASK, name, {"containerDefinitions": json.dumps(definitions)})


@pytest.mark.parametrize("container", SERVERS.values(), ids=SERVERS.keys())
def test_a_redis_in_a_task_is_seen_under_any_name(container: dict[str, Any]) -> None:
    assert verdicts(task(container)) == {"task": "violation"}
    assert verdicts(task(WEB, {"name": "sidecar", **container})) == {"task": "violation"}
    definitions: list[Any] = [WEB, container]
    listed = resource(TASK, "task", {"containerDefinitions": definitions})
    assert verdicts(listed) == {"task": "violation"}


@pytest.mark.parametrize("container", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_only_looks_like_a_redis_in_a_task_is_nothing(container: dict[str, Any]) -> None:
    assert verdicts(task(container)) == {}
    assert verdicts(task(WEB, {"name": "sidecar", **container})) == {}


def test_a_client_of_a_tunnel_in_its_own_task_has_its_redis_elsewhere() -> None:
    client = SERVERS["a client of its own task"]
    assert verdicts(task(client, {"name": "tunnel", "image": "acme/stunnel:5"})) == {}
    assert verdicts(task(client, {"name": "log", "image": "fluent-bit"})) == {"task": "violation"}


KV = {"name": "kv", "image": DIGEST}


@pytest.mark.parametrize(
    "variable",
    [
        {"name": "REDIS_URL", "value": "redis://kv:6379"},
        {"name": "BROKER", "value": "redis://:x@KV/0"},
        {"name": "SESSION_REDIS_HOST", "value": "kv"},
        {"Name": "VALKEY_ENDPOINT", "Value": "kv:6379"},
    ],
)
def test_a_container_that_another_one_of_its_task_asks_is_a_redis(variable: dict[str, str]) -> None:
    web = {**WEB, "environment": [variable]}
    assert verdicts(task(web, KV)) == {"task": "violation"}
    assert verdicts(task(KV, web)) == {"task": "violation"}
    assert verdicts(task(web, {**KV, "name": "log"})) == {}
    assert verdicts(task(web, {**KV, "image": "acme/stunnel"})) == {}
    assert (
        verdicts(task({**WEB, "environment": [{**variable, "name": "HOST", "value": "kv", "Name": "HOST"}]}, KV)) == {}
    )


def test_a_service_that_offers_redis_to_others_has_one() -> None:
    def service(**offered: Any) -> dict[str, str]:
        connected: Value = {"enabled": True, "services": [offered]}
        return verdicts(resource("aws:ecs/service:Service", "store", {"serviceConnectConfiguration": connected}))

    assert service(portName="redis") == {"store": "violation"}
    assert service(portName="db", clientAlias=[{"port": 6379}]) == {"store": "violation"}
    assert service(portName="db", clientAlias={"port": 6379}) == {"store": "violation"}
    assert service(portName="http", clientAlias=[{"port": 80}]) == {}
    assert service(clientAlias=[{"port": 6379}]) == {}


def test_keys_in_capitals_are_the_same() -> None:
    ports = {"Image": DIGEST, "PortMappings": [{"ContainerPort": 6379}]}
    assert verdicts(task(ports)) == {"task": "violation"}


def test_a_task_of_which_parts_are_unknown_is_judged_by_the_rest() -> None:
    log = resource("aws:cloudwatch/logGroup:LogGroup", "log")
    options = '"logConfiguration": {{"options": {{"awslogs-group": "{}"}}}}'
    name = Reference(log.urn, "name")
    good = template(f'[{{{{"image": "shop:1", {options}}}}}]', name)
    bad = template(f'[{{{{"image": "redis:7", {options}}}}}]', name)
    assert verdicts(log, resource(TASK, "task", {"containerDefinitions": good})) == {}
    assert verdicts(log, resource(TASK, "task", {"containerDefinitions": bad})) == {"task": "violation"}
    assert verdicts(log, resource(TASK, "task", {"containerDefinitions": opaque(log)})) == {"task": "unproven"}
    listed: list[Any] = [{"image": "shop:1", "logConfiguration": {"options": {"group": whole(log, "name")}}}]
    assert verdicts(log, resource(TASK, "task", {"containerDefinitions": listed})) == {}
    hidden: list[Any] = [{"image": opaque(log)}]
    assert verdicts(log, resource(TASK, "task", {"containerDefinitions": hidden})) == {"task": "unproven"}


POD = {"spec": {"containers": [{"name": "web", "image": "shop:1"}, {"image": "redis:7-alpine"}]}}
PLACES: dict[str, tuple[str, dict[str, Any]]] = {
    "App Runner": (
        "aws:apprunner/service:Service",
        {"sourceConfiguration": {"imageRepository": {"imageIdentifier": "x/redis:7", "imageRepositoryType": "ECR"}}},
    ),
    "App Runner by port": (
        "aws:apprunner/service:Service",
        {
            "sourceConfiguration": {
                "imageRepository": {"imageIdentifier": DIGEST, "imageConfiguration": {"port": "6379"}}
            }
        },
    ),
    "App Runner by its command": (
        "aws:apprunner/service:Service",
        {
            "sourceConfiguration": {
                "codeRepository": {
                    "codeConfiguration": {"codeConfigurationValues": {"startCommand": "redis-server & node x"}}
                }
            }
        },
    ),
    "Lambda": ("aws:lambda/function:Function", {"packageType": "Image", "imageUri": "x/redis:7"}),
    "Lambda by its command": (
        "aws:lambda/function:Function",
        {"imageUri": DIGEST, "imageConfig": {"entryPoints": ["redis-server"]}},
    ),
    "Lightsail": (
        "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion",
        {"containers": [{"containerName": "store", "image": DIGEST, "ports": {"6379": "TCP"}}]},
    ),
    "Lightsail by its command": (
        "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion",
        {"containers": [{"image": DIGEST, "commands": ["redis-server"]}]},
    ),
    "Batch": ("aws:batch/jobDefinition:JobDefinition", {"containerProperties": json.dumps({"image": "redis:7"})}),
    "the native provider": ("aws-native:ecs:TaskDefinition", {"containerDefinitions": [{"image": "redis:7"}]}),
    "Crosswalk": ("awsx:ecs:FargateService", {"taskDefinitionArgs": {"containers": {"cache": {"image": "redis:7"}}}}),
    "a Deployment": ("kubernetes:apps/v1:Deployment", {"spec": {"replicas": 1, "template": POD}}),
    "a StatefulSet": ("kubernetes:apps/v1:StatefulSet", {"spec": {"template": POD}}),
    "a Pod": ("kubernetes:core/v1:Pod", POD),
    "a CronJob": ("kubernetes:batch/v1:CronJob", {"spec": {"jobTemplate": {"spec": {"template": POD}}}}),
    "a probe": (
        "kubernetes:core/v1:Pod",
        {"spec": {"containers": [{"image": DIGEST, "livenessProbe": {"tcpSocket": {"port": 6379}}}]}},
    ),
    "a chart": ("kubernetes:helm.sh/v3:Release", {"chart": "redis", "repositoryOpts": {"repo": "https://x"}}),
    "a chart at an address": (
        "kubernetes:helm.sh/v4:Chart",
        {"chart": "oci://registry-1.docker.io/bitnamicharts/redis"},
    ),
    "a chart of a repository": ("kubernetes:helm.sh/v3:Chart", {"chart": "bitnami/valkey-cluster"}),
    "a chart's part": (
        "kubernetes:helm.sh/v3:Release",
        {"chart": "gitlab", "values": {"redis": {"enabled": True}}},
    ),
    "a service of Swarm": ("docker:index/service:Service", {"taskSpec": {"containerSpec": {"image": "redis:7"}}}),
    "Cloud Run": (
        "gcp:cloudrunv2/service:Service",
        {"template": {"containers": [{"image": "shop:1"}, {"image": "redis:7"}]}},
    ),
    "Container Apps": ("azure-native:app/v20240301:ContainerApp", {"template": {"containers": [{"image": "redis:7"}]}}),
    "App Platform": (
        "digitalocean:index/app:App",
        {
            "spec": {
                "services": [
                    {"name": "cache", "image": {"registryType": "DOCKER_HUB", "repository": "redis", "tag": "7"}}
                ]
            }
        },
    ),
    "a command of Systems Manager": (
        "aws:ssm/document:Document",
        {
            "content": json.dumps(
                {
                    "schemaVersion": "2.2",
                    "mainSteps": [
                        {
                            "action": "aws:runShellScript",
                            "inputs": {"runCommand": ["P=redis-server", "apt-get install -y $P"]},
                        }
                    ],
                }
            )
        },
    ),
    "the same in YAML": (
        "aws:ssm/document:Document",
        {
            "documentFormat": "YAML",
            "content": "schemaVersion: '2.2'\nmainSteps:\n- inputs:\n    runCommand:\n    - yum install -y redis\n",
        },
    ),
    "an association": ("aws:ssm/association:Association", {"parameters": {"commands": "yum install -y redis"}}),
    "a component of Image Builder": (
        "aws:imagebuilder/component:Component",
        {
            "data": (
                "phases:\n- name: build\n  steps:\n  - action: ExecuteBash\n    inputs:\n"
                "      commands: ['yum install -y redis6']\n"
            )
        },
    ),
    "a recipe of Image Builder": (
        "aws:imagebuilder/containerRecipe:ContainerRecipe",
        {"dockerfileTemplateData": "FROM {{{ imagebuilder:parentImage }}}\nRUN yum install -y redis\n"},
    ),
    "steps": (
        "aws:sfn/stateMachine:StateMachine",
        {
            "definition": json.dumps(
                {"Parameters": {"Overrides": {"ContainerOverrides": [{"Name": "a", "Command": ["redis-server"]}]}}}
            )
        },
    ),
    "an event": (
        "aws:cloudwatch/eventTarget:EventTarget",
        {
            "ecsTarget": {"taskCount": 1},
            "input": json.dumps({"containerOverrides": [{"name": "a", "command": ["redis-server", "--save", ""]}]}),
        },
    ),
    "an event that is put together": (
        "aws:cloudwatch/eventTarget:EventTarget",
        {
            "ecsTarget": {"taskCount": 1},
            "inputTransformer": {
                "inputTemplate": json.dumps({"containerOverrides": [{"command": ["sh", "-c", "redis-server & x"]}]})
            },
        },
    ),
    "a schedule": (
        "aws:scheduler/schedule:Schedule",
        {
            "target": {
                "ecsParameters": {"taskCount": 1},
                "input": json.dumps({"containerOverrides": [{"name": "a", "command": ["redis-server"]}]}),
            }
        },
    ),
    "a schedule that calls another way": (
        "aws:scheduler/schedule:Schedule",
        {
            "target": {
                "arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand",
                "input": json.dumps(
                    {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["yum install -y redis6"]}}
                ),
            }
        },
    ),
    "a schedule that runs a task another way": (
        "aws:scheduler/schedule:Schedule",
        {
            "target": {
                "arn": "arn:aws:scheduler:::aws-sdk:ecs:runTask",
                "input": json.dumps({"Overrides": {"ContainerOverrides": [{"Command": ["redis-server"]}]}}),
            }
        },
    ),
    "an event that runs commands on machines": (
        "aws:cloudwatch/eventTarget:EventTarget",
        {
            "arn": "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
            "runCommandTargets": [{"key": "tag:role", "values": ["web"]}],
            "input": json.dumps({"commands": ["yum install -y redis6"]}),
        },
    ),
    "recipes of an association": (
        "aws:ssm/association:Association",
        {"name": "AWS-ApplyChefRecipes", "parameters": {"RunList": "recipe[redis]"}},
    ),
    "a job of Nomad": ("nomad:index/job:Job", {"jobspec": 'job "x" {\n  config {\n    image = "redis:7"\n  }\n}'}),
    "a script of Linode": ("linode:index/stackScript:StackScript", {"script": "apt-get install -y redis"}),
    "a template of instances": (
        "gcp:compute/instanceTemplate:InstanceTemplate",
        {"metadata": {"startup-script": "apt-get install -y redis"}},
    ),
}


@pytest.mark.parametrize(("kind", "inputs"), PLACES.values(), ids=PLACES.keys())
def test_every_place_that_says_what_runs_is_read(kind: str, inputs: dict[str, Any]) -> None:
    assert verdicts(resource(kind, "it", inputs)) == {"it": "violation"}
    text = json.dumps(inputs)
    for name in ("redis6", "redis-server", "redis", "valkey-cluster", "valkey"):
        text = text.replace(name, "nginx")
    assert verdicts(resource(kind, "it", json.loads(text.replace("6379", "3000")))) == {}


@pytest.mark.parametrize(("kind", "inputs"), PLACES.values(), ids=PLACES.keys())
def test_what_the_program_only_reads_is_somebody_else_s(kind: str, inputs: dict[str, Any]) -> None:
    assert verdicts(resource(kind, "it", outputs=inputs, external=True)) == {}


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("aws:cloudwatch/eventTarget:EventTarget", {"arn": "arn:aws:sqs:us-east-1:1:jobs", "input": "redis-server"}),
        (
            "aws:scheduler/schedule:Schedule",
            {"target": {"arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "input": '{"Body": "redis-server"}'}},
        ),
    ],
)
def test_an_event_that_starts_nothing_is_not_read(kind: str, inputs: dict[str, Any]) -> None:
    assert verdicts(resource(kind, "it", inputs)) == {}


def test_a_function_whose_image_is_unknown_is_no_place_for_a_server() -> None:
    assert verdicts(resource("aws:lambda/function:Function", "f", {"imageUri": Unknown()})) == {}
    assert verdicts(resource("kubernetes:core/v1:Pod", "p", {"spec": {"containers": [{"image": Unknown()}]}})) == {
        "p": "unproven"
    }
    assert verdicts(resource("kubernetes:core/v1:Pod", "p", {"spec": Secret()})) == {"p": "unproven"}


def test_an_image_that_the_plan_pulls_or_builds_is_known_by_its_name() -> None:
    pulled = resource("docker:index/remoteImage:RemoteImage", "pulled", {"name": "redis:7"})
    pod: dict[str, Any] = {"spec": {"containers": [{"image": whole(pulled, "repoDigest")}]}}
    assert verdicts(pulled, resource("kubernetes:core/v1:Pod", "p", pod)) == {"p": "violation"}
    built = resource("docker-build:index:Image", "shop")
    pod = {"spec": {"containers": [{"image": whole(built, "ref")}]}}
    assert verdicts(built, resource("kubernetes:core/v1:Pod", "p", pod)) == {}


def test_a_description_with_what_only_deployment_tells_is_hidden_where_that_decides() -> None:
    assert {kind for kind, _ in described_sightings([{"image": MARK}])} == {"hidden"}
    assert {kind for kind, _ in described_sightings([{"image": f"{MARK}/shop:1"}])} == set()
    assert {kind for kind, _ in described_sightings([{"image": "shop", "command": [MARK]}])} == {"hidden"}
    assert {kind for kind, _ in described_sightings([{"image": "shop", "args": [MARK]}])} == set()


REDIS_PARTS = ["redis", "valkey", "keydb", "dragonfly", "redis-ha", "redis-cluster"]
HIDDEN: list[Any] = [Secret(), Unknown(), opaque()]


def chart(name: Any = "gitlab", **inputs: Any) -> Any:
    return resource("kubernetes:helm.sh/v3:Release", "it", {"chart": name, **inputs})


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_chart_that_is_hidden_may_bring_a_server(hidden: Any) -> None:
    assert verdicts(chart(hidden)) == {"it": "unproven"}
    assert "installs a chart that only deployment tells" in findings(chart(hidden))[0].message
    assert verdicts(chart(values=hidden)) == {"it": "unproven"}
    assert "has values that are" in findings(chart(values=hidden))[0].message
    assert verdicts(chart(values={"image": {"tag": hidden}})) == {}
    assert verdicts(chart("redis", values=hidden)) == {"it": "violation"}


@pytest.mark.parametrize("part", REDIS_PARTS)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_part_of_a_chart_that_is_hidden_may_be_switched_on(part: str, hidden: Any) -> None:
    for values in ({part: hidden}, {part: {"enabled": hidden}}):
        assert verdicts(chart(values=values)) == {"it": "unproven"}
        assert f"may switch on the chart's {part}" in findings(chart(values=values))[0].message
    assert verdicts(chart(values={part: {"password": hidden, "enabled": False}})) == {}
    assert verdicts(chart(values={part: {"password": hidden, "enabled": "true"}})) == {"it": "violation"}


def test_a_chart_is_known_by_the_end_of_its_address() -> None:
    registry = resource("aws:ecr/repository:Repository", "charts")
    at = Reference(registry.urn, "registryId")
    assert verdicts(registry, chart(template("oci://{}.example.com/charts/redis", at))) == {"it": "violation"}
    assert verdicts(registry, chart(template("oci://{}.example.com/charts/gitlab", at))) == {}
    assert verdicts(registry, chart(template("oci://example.com/charts/{}", at))) == {"it": "unproven"}
