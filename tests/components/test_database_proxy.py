"""What the proxy before a database guarantees."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph


def test_a_proxy_takes_no_connection_without_tls_and_writes_down_no_statement(parts: Graph) -> None:
    proxy = the_part(parts, "proxy", "Proxy")
    assert proxy.inputs["requireTls"] is True
    assert proxy.inputs["debugLogging"] is False


def test_only_members_of_the_clients_group_reach_a_proxy_and_it_joins_those_of_the_database(parts: Graph) -> None:
    (way_in,) = part_of(parts, "proxy", "SecurityGroupIngressRule")
    assert target(way_in.inputs["securityGroupId"]) == "proxy-sg"
    assert target(way_in.inputs["referencedSecurityGroupId"]) == "proxy-clients-sg"
    assert (way_in.inputs["fromPort"], way_in.inputs["toPort"], way_in.inputs["ipProtocol"]) == (5432, 5432, "tcp")
    groups = the_part(parts, "proxy", "Proxy").inputs["vpcSecurityGroupIds"]
    assert isinstance(groups, list)
    assert [target(each) if isinstance(each, Unknown) else each for each in groups] == [
        "proxy-sg",
        "sg-database-clients",
    ]


def test_a_proxy_logs_in_with_a_secret_of_its_own_that_nothing_shows(parts: Graph) -> None:
    proxy, version = the_part(parts, "proxy", "Proxy"), the_part(parts, "proxy", "SecretVersion")
    assert target(inside(proxy.inputs, "auths", 0, "secretArn")) == "proxy-login"
    assert inside(proxy.inputs, "auths", 0, "clientPasswordAuthType") == "POSTGRES_SCRAM_SHA_256"
    assert target(version.inputs["secretId"]) == "proxy-login"
    assert isinstance(version.inputs["secretStringWo"], Secret)
    assert isinstance(version.inputs["secretStringWoVersion"], Secret)
    assert "secretStringWoVersion" in version.options.additional_secret_outputs


def test_a_proxy_may_read_its_secret_and_nothing_else_and_rds_alone_acts_as_it(parts: Graph) -> None:
    policy, role = the_part(parts, "proxy", "RolePolicy"), the_part(parts, "proxy", "Role")
    document = policy.inputs["policy"]
    assert isinstance(document, Unknown)
    (statement,) = json.loads(document.text)["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": f"${{{the_part(parts, 'proxy', 'Secret').urn}#arn}}",
    }
    assert json.loads(str(role.inputs["assumeRolePolicy"]))["Statement"][0]["Principal"] == {
        "Service": "rds.amazonaws.com"
    }


def test_what_a_proxy_needs_is_there_before_it(parts: Graph) -> None:
    proxy = the_part(parts, "proxy", "Proxy")
    for kind in ("SecretVersion", "RolePolicy", "LogGroup"):
        assert the_part(parts, "proxy", kind).urn in proxy.dependencies, kind


def test_a_proxy_s_log_forgets_and_has_its_name(parts: Graph) -> None:
    log, proxy = the_part(parts, "proxy", "LogGroup"), the_part(parts, "proxy", "Proxy")
    name, written = proxy.inputs["name"], log.inputs["name"]
    assert isinstance(name, Unknown)
    assert isinstance(written, Unknown)
    assert written.text == f"/aws/rds/proxy/{name.text}"
    assert log.inputs["retentionInDays"] == 90


def test_other_subnets_which_make_another_proxy_give_it_another_name(parts: Graph) -> None:
    suffix, proxy = the_part(parts, "proxy", "RandomId"), the_part(parts, "proxy", "Proxy")
    keepers, subnets = suffix.inputs["keepers"], proxy.inputs["vpcSubnetIds"]
    assert isinstance(keepers, dict)
    assert isinstance(subnets, list)
    assert set(keepers.values()) == {"subnet-a", "subnet-b"} == set(subnets)


def test_some_connections_are_left_for_people_who_look_after_the_database(parts: Graph) -> None:
    lent = the_part(parts, "proxy", "ProxyDefaultTargetGroup")
    assert inside(lent.inputs, "connectionPoolConfig", "maxConnectionsPercent") == 95


def test_clients_get_the_proxy_s_name_and_the_proxy_leads_to_the_database(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:DatabaseProxy") if found.name == "proxy"]
    assert the_part(parts, "proxy", "ProxyTarget").inputs["dbInstanceIdentifier"] == "shop-db"
    host = owner.outputs["host"]
    assert isinstance(host, Unknown)
    assert [(found.urn, found.property) for found in host.references] == [
        (the_part(parts, "proxy", "Proxy").urn, "endpoint")
    ]
    assert target(owner.outputs["clientSecurityGroupId"]) == "proxy-clients-sg"


def test_a_proxy_before_a_cluster_leads_to_the_cluster(parts: Graph) -> None:
    led = the_part(parts, "proxy-cluster", "ProxyTarget").inputs
    assert led["dbClusterIdentifier"] == "shop-cluster"
    assert "dbInstanceIdentifier" not in led


@pytest.mark.parametrize("given", [(), ("instance_identifier", "cluster_identifier")])
def test_a_proxy_leads_to_one_database_and_not_to_none_or_two(given: tuple[str, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the SDK warns of its own modules while they are loaded
        from components.aws.database_proxy import one_target  # noqa: PLC0415  # pulumi is slow to import

    with pytest.raises(ValueError, match="shop: give it an instance or a cluster to lead to; one of the two"):
        one_target("shop", given)
