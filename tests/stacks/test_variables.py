"""Every variable of every service reaches its machine exactly once, and no secret lies on the way."""

from __future__ import annotations

import re

import pytest

from config.aws_ec2 import AwsEc2
from plan.model import Unknown
from tests.components.planning import target
from tests.stacks.forms import FORMS
from tests.stacks.machines import POLICY, known, name_of, parameters, scripts, secrets_in, template
from tests.stacks.paths import memberships
from tests.stacks.project import MARK, ON_MACHINES, graph, settings, text

STACKS = (*FORMS, *ON_MACHINES)
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
# Beside the application's own: where Node.js finds the authority of a managed database, and what the machine's program
# keeps for itself.
AUTHORITY, VOLUME = "NODE_EXTRA_CA_CERTS", "DATA_VOLUME_ID"


@pytest.mark.parametrize("stack", STACKS)
def test_every_variable_reaches_the_machine_exactly_once(stack: str) -> None:
    found, application = graph(stack), settings(stack).application
    told = known(found)
    assert set(told) == {f"{application.name}-{name}" for name in application.services}
    first = next(iter(application.services))
    for name, service in application.services.items():
        plain, late = told[f"{application.name}-{name}"], parameters(found, name)
        assert set(plain) & set(late) == set()
        wanted = {"PORT", *service.env, *service.derived, *service.secrets}
        wanted |= {AUTHORITY} if application.data.postgres.kind == "managed" else set()
        wanted |= {VOLUME} if application.data.sqlite.kind == "file" and name == first else set()
        assert {*plain, *late} == wanted
        assert set(service.secrets) <= set(late)


@pytest.mark.parametrize("stack", STACKS)
def test_secrets_are_named_by_what_leads_to_them_and_nowhere_told(stack: str) -> None:
    found, application = graph(stack), settings(stack).application
    for name, service in application.services.items():
        late = parameters(found, name)
        assert {secret: template(late[secret]) for secret in service.secrets} == {
            secret: f"${{secret:{secret}}}" for secret in service.secrets
        }
    for script in scripts(found).values():
        assert MARK not in script
        assert "${secret:arn" not in script
    assert MARK not in text(stack)


@pytest.mark.parametrize("stack", STACKS)
def test_machines_may_read_the_secrets_of_their_services_and_no_others(stack: str) -> None:
    found, topology = graph(stack), settings(stack).aws
    assert isinstance(topology, AwsEc2)
    groups = topology.groups(settings(stack).application)
    for group in memberships(found):
        services = list(groups[group.partition("-")[2]])
        readable: set[str] = set()
        for policy in found.of_type(POLICY):
            document = policy.inputs["policy"]
            words = document.text if isinstance(document, Unknown) else str(document)
            if target(policy.inputs["role"]) == f"{group}-machine" and "secretsmanager:" in words:
                assert isinstance(document, Unknown)
                assert words.count('"Resource"') == 1
                assert "*" not in words
                readable |= {name_of(reference) for reference in document.references}
        assert readable == secrets_in(found, services)


def test_each_group_of_machines_has_secrets_of_its_own() -> None:
    found = graph("orders-jobs")
    assert secrets_in(found, ["api"]) == {"JWT_SECRET", "DATABASE_PASSWORD", "REDIS_AUTH_TOKEN"}
    assert secrets_in(found, ["jobs"]) == {"JOBS_KEY", "REDIS_AUTH_TOKEN"}


@pytest.mark.parametrize("stack", STACKS)
def test_the_name_of_a_secret_leads_to_its_own_value(stack: str) -> None:
    found = graph(stack)
    for version in found.of_type(VERSION):
        assert f"{target(version.inputs['secretId'])}-version" == version.name


def test_addresses_of_data_are_whole_and_encrypted() -> None:
    assert {name: template(value) for name, value in parameters(graph("orders-production"), "api").items()} == {
        "DATABASE_URL": "postgresql://postgres.ordersdb:${secret:DATABASE_PASSWORD}"
        "@aws-0-us-east-1.pooler.supabase.com:5432/postgres"
        "?sslmode=verify-full&sslrootcert=certificates/supabase.crt",
        "REDIS_URL": "rediss://:${secret:REDIS_AUTH_TOKEN}@orders-cache-valkey.primaryEndpointAddress:6379",
        "JWT_SECRET": "${secret:JWT_SECRET}",
    }
    assert {name: template(value) for name, value in parameters(graph("drops-production"), "app").items()} == {
        "DATABASE_URL": "postgresql://drops:${secret:DATABASE_PASSWORD}"
        "@drops-database-postgres.address:5432/drops?sslmode=verify-full",
        "REDIS_URL": "rediss://:${secret:REDIS_AUTH_TOKEN}@drops-cache-valkey.primaryEndpointAddress:6379",
        "SESSION_SECRET": "${secret:SESSION_SECRET}",
    }
    video = {name: template(value) for name, value in parameters(graph("videochat-production"), "signal").items()}
    assert video["REDIS_URL"] == "rediss://default:${secret:REDIS_PASSWORD}@eager-otter-12345.upstash.io:6379"


def test_a_managed_password_is_the_one_that_the_data_is_made_with() -> None:
    found = graph("drops-production")
    (cache,) = found.of_type("aws:elasticache/replicationGroup:ReplicationGroup")
    (database,) = found.of_type("aws:rds/instance:Instance")
    for data, key, secret in (
        (cache, "authTokenWo", "REDIS_AUTH_TOKEN"),
        (database, "passwordWo", "DATABASE_PASSWORD"),
    ):
        (made,) = data.property_dependencies[key]
        assert made.endswith(f"::drops-secrets-{secret}-value")


def test_names_and_ports_are_told_as_they_are() -> None:
    told = known(graph("helpdesk-production"))
    assert told["helpdesk-web"] == {
        "PORT": "8080",
        "NODE_ENV": "production",
        "DATABASE_PATH": "/var/lib/helpdesk/orvale_tickets.db",
    }
    assert told["helpdesk-chat"]["PORT"] == "3001"
    assert known(graph("orders-dev"))["orders-api"]["NODE_ENV"] == "development"


def test_no_two_services_share_a_place_in_the_parameter_store() -> None:
    for stack in STACKS:
        names = [str(each.inputs["name"]) for each in graph(stack).of_type("aws:ssm/parameter:Parameter")]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(rf"/slipway/{re.escape(stack)}/\w+/[A-Z0-9_]+", name) for name in names)
