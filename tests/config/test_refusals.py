"""Every refusal says where, what was given, what is allowed and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.config.conftest import Files

SECOND_SERVICE = """\
  web:
    port: {port}
    {public}
    health: {{path: /}}
    runtime: {{kind: node, version: "26.10.0"}}
redis: {{kind: managed}}"""


def test_an_unknown_key_is_refused_with_the_nearest_known_one(files: Files) -> None:
    files.replace(files.application, "    public: true", "    publik: true")
    line = files.line(files.application, "publik")
    assert files.messages() == (
        (
            f"apps/orders.yaml:{line}: services.api.publik: unknown key; allowed: port, runtime, health, public,"
            " websockets, hosts, paths, env, secrets; did you mean 'public'? take it out or correct it"
        ),
    )


def test_a_missing_key_is_named_with_what_it_means(files: Files) -> None:
    files.replace(files.application, "    port: 3001\n", "")
    assert files.messages() == (
        "apps/orders.yaml:5: services.api.port: missing; the TCP port that the service listens on, 1 to 65535; add it",
    )


def test_production_in_one_zone_is_refused(files: Files) -> None:
    files.replace(files.stack, "development", "production")
    files.replace(files.stack, "[us-east-1a, us-east-1b]", "[us-east-1a]")
    line = files.line(files.stack, "zones")
    assert (
        f'Pulumi.orders-dev.yaml:{line}: slipway:topology.zones: given ["us-east-1a"];'
        " production needs at least two zones; add a zone of us-east-1"
    ) in files.messages()


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("load_balancer.listener.kind", "production needs https"),
        ("services.api.min", "production needs at least 2 machines"),
        ("cache.deletion", "production needs data that outlives a mistake"),
        ("cache.replicas", "production needs a replica to fail over to"),
        ("cache.snapshots", "production needs daily snapshots"),
    ],
)
def test_production_refuses_what_is_only_good_enough_for_development(files: Files, path: str, rule: str) -> None:
    files.replace(files.stack, "development", "production")
    files.replace(files.stack, "deletion: destroy", "deletion: destroy, replicas: 0, snapshots: 0")
    assert [message for message in files.messages() if f"topology.{path}: " in message and rule in message]


def test_staging_refuses_plain_http(files: Files) -> None:
    files.replace(files.stack, "development", "staging")
    (message,) = files.messages()
    assert "staging needs https" in message


@pytest.mark.parametrize(
    ("old", "new", "path", "rule"),
    [
        ("min: 1, max: 2", "min: 3, max: 2", "services.api.min", "given 3; min may not be above max, which is 2"),
        ("us-east-1b]", "eu-west-1a]", "zones[1]", 'given "eu-west-1a"; a zone of us-east-1 is wanted'),
        ("us-east-1b]", "us-east-1a]", "zones[1]", "each zone may stand here once"),
        ("t3.small", "t4g.small", "services.api.instance_type", "the image is for amd64, and this type is not"),
        ("      api: {", "      apo: {", "services.apo", "the application's services are api; did you mean 'api'?"),
        ('"20260923"', "20260923", "image.serial", "given 20260923; a text is wanted; put it in quotes"),
        ("kind: aws-ec2", "kind: aws-ec3", "kind", "given \"aws-ec3\"; allowed: 'aws-ec2'"),
        ("kind: http}", "kind: https}", "load_balancer.listener.certificate_arn", "missing;"),
        ("kind: http}", "kind: ftp}", "load_balancer.listener.kind", "given \"ftp\"; allowed: 'http', 'https'"),
        ("region: us-east-1", "region: cn-north-1", "region", "a commercial AWS region is wanted"),
        ("deletion: destroy", "deletion: delete", "cache.deletion", "allowed: 'protect', 'retain' or 'destroy'"),
    ],
)
def test_a_wrong_topology_is_refused(files: Files, old: str, new: str, path: str, rule: str) -> None:
    files.replace(files.stack, old, new)
    line = files.line(files.stack, new.splitlines()[0].strip().split(",")[0])
    found = [message for message in files.messages() if f"slipway:topology.{path}: " in message]
    assert len(found) == 1
    assert found[0].startswith(f"Pulumi.orders-dev.yaml:{line}: ")
    assert rule in found[0]


@pytest.mark.parametrize(
    ("network", "rule"),
    [
        ("cidr: 10.0.0.0/26", "/16 to /22 are allowed"),
        ("cidr: 10.0.0.0/15", "/16 to /22 are allowed"),
        ("cidr: 10.0.1.0/16", "has host bits set"),
        ("cidr: 8.8.0.0/16", "a private block is wanted"),
        ("cidr: 10.0.0.0/16, avoid: [10.0.3.0/24]", "it overlaps 10.0.3.0/24"),
    ],
)
def test_an_address_block_that_cannot_work_is_refused(files: Files, network: str, rule: str) -> None:
    files.replace(files.stack, "    load_balancer:", f"    network: {{{network}}}\n    load_balancer:")
    (message,) = files.messages()
    assert "slipway:topology.network.cidr: given " in message
    assert rule in message


def test_two_services_on_one_port_are_refused(files: Files) -> None:
    service = SECOND_SERVICE.format(port=3001, public="public: false")
    files.replace(files.application, "redis: {kind: managed}", service)
    line = files.line(files.application, "  web:") + 1
    assert files.messages() == (
        (
            f"apps/orders.yaml:{line}: services.web.port: given 3001; services.api listens on this port already;"
            " give each service its own"
        ),
    )


def test_a_public_service_without_a_health_path_is_refused(files: Files) -> None:
    files.replace(files.application, "    health: {path: /health}\n", "")
    (message,) = files.messages()
    assert "services.api.health: missing; how to ask whether the service is well, as in {path: /health}" in message


def test_two_public_services_that_claim_everything_are_refused(files: Files) -> None:
    service = SECOND_SERVICE.format(port=3002, public="public: true")
    files.replace(files.application, "redis: {kind: managed}", service)
    (message,) = files.messages()
    assert (
        "services.web.public: given true; only one public service may take what no host and no path claims" in message
    )


def test_a_topology_with_a_load_balancer_refuses_an_application_without_public_services(files: Files) -> None:
    files.replace(files.application, "public: true", "public: false")
    (message,) = files.messages()
    assert "slipway:topology.load_balancer: given a mapping; no service of the application is public" in message


@pytest.mark.parametrize("name", ["aws", "slipway", "pulumi"])
def test_a_reserved_service_name_is_refused(files: Files, name: str) -> None:
    files.replace(files.application, "  api:", f"  {name}:")
    (message,) = files.messages()
    assert f'services.{name}: given "{name}"' in message
    assert "are reserved; take another name" in message


def test_names_that_would_not_fit_a_target_group_are_refused(files: Files) -> None:
    files.replace(files.application, "  api:", "  notification:")
    files.replace(files.application, "name: orders", "name: orders1")
    messages = files.messages()
    assert any(
        "services.notification: given" in message and "18 characters together" in message for message in messages
    )


def test_a_variable_that_the_rest_of_the_file_decides_is_refused(files: Files) -> None:
    files.replace(files.application, "NODE_ENV: production", 'PORT: "80"\n      REDIS_URL: redis://localhost')
    assert [message.split(": ")[1] for message in files.messages()] == [
        "services.api.env.PORT",
        "services.api.env.REDIS_URL",
    ]


def test_a_health_check_that_outlasts_its_interval_is_refused(files: Files) -> None:
    files.replace(files.application, "{path: /health}", "{path: /health, interval: 5, timeout: 5}")
    (message,) = files.messages()
    assert "services.api.health.timeout: given 5; the timeout must be below the interval of 5 s" in message


def test_every_fault_of_one_model_is_told_at_once(files: Files) -> None:
    files.replace(files.application, "port: 3001", 'port: "3001"')
    files.replace(files.application, "public: true", 'public: "yes"')
    files.replace(files.application, "/health", "health")
    assert len(files.messages()) == 3


@pytest.mark.parametrize("tag", ["Name: x", "ENVIRONMENT: x", "aws:owner: x"])
def test_a_tag_that_others_set_is_refused_whatever_its_case(files: Files, tag: str) -> None:
    files.add(files.stack, f"  slipway:tags:\n    {tag}\n")
    (message,) = files.messages()
    assert "are set by others; take another key" in message


@pytest.mark.parametrize(
    "name", ["Orders", "orders_api", "-orders", "orders-", "or--ders", "internal-orders", "sg-x", "o"]
)
def test_an_application_s_name_that_physical_names_cannot_begin_with_is_refused(files: Files, name: str) -> None:
    files.replace(files.application, "name: orders", f"name: {name}")
    assert any(f'name: given "{name}"; 2 to 15 small letters' in message for message in files.messages())
