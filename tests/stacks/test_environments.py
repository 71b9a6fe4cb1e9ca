"""Staging is production, smaller: what is tried there is what runs here."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tests.stacks.machines import scripts
from tests.stacks.project import graph, planned

if TYPE_CHECKING:
    from collections.abc import Iterator

# What may differ, by the type and the path of an input: sizes, accounts, the zone, who connects to the database.
ALLOWED = (
    r"pulumi:providers:aws (?:allowedAccountIds|assumeRoles)",
    r"aws:autoscaling/group:Group (?:maxSize|tags\[1\]\.value)",  # the tag of the environment
    r"aws:ec2/launchTemplate:LaunchTemplate (?:instanceType|userData)",  # user data is compared as text
    r"aws:elasticache/replicationGroup:ReplicationGroup nodeType",
    r"aws:route53/record:Record zoneId",
    r"cloudflare:index/pages(Domain:PagesDomain|Project:PagesProject) accountId",
    r"aws:ssm/parameter:Parameter:DATABASE_URL insecureValue",
)


def alike(text: str) -> str:
    """A text in which staging has production's names."""
    for old, new in (
        ("staging.orders.example.com", "orders.example.com"),
        ("orders-staging", "orders-production"),
        ("ordersstage", "ordersdb"),
    ):
        text = text.replace(old, new)
    return re.sub(r'(environment(?:\\*"|): ?\\*")staging', r"\1production", text)


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def inputs(stack: str) -> dict[tuple[str, str], object]:
    """Each leaf of each resource's inputs, by URN and path; of an unknown one, what it is made of."""
    document = json.loads(alike(json.dumps(planned(stack).document)))
    found = {}
    for resource in document["resources"]:
        unknown = {path: told.get("text", "") for path, told in resource["unknowns"].items()}
        for path, leaf in leaves(resource["inputs"]):
            found[resource["urn"], path] = unknown.get(path, leaf)
    return found


def differences() -> set[str]:
    staging, production = inputs("orders-staging"), inputs("orders-production")
    found = set()
    for urn, path in staging.keys() | production.keys():
        if staging.get((urn, path)) != production.get((urn, path)):
            kind, name = urn.split("::")[-2].rpartition("$")[2], urn.rpartition("::")[2]
            found.add(f"{kind}:{name.rpartition('-')[2]} {path}" if kind.endswith("Parameter") else f"{kind} {path}")
    return found


def test_staging_and_production_have_the_same_resources() -> None:
    staging, production = ({alike(each.urn) for each in graph(f"orders-{name}").plan.resources} for name in
                           ("staging", "production"))  # fmt: skip
    assert staging == production


def test_staging_differs_from_production_in_sizes_accounts_and_names_only() -> None:
    found = differences()
    assert found - {each for each in found if any(re.fullmatch(rule, each) for rule in ALLOWED)} == set()
    assert "aws:autoscaling/group:Group maxSize" in found, "a comparison that sees nothing compares nothing"


def test_machines_of_staging_become_what_machines_of_production_are() -> None:
    staging, production = (scripts(graph(f"orders-{name}")) for name in ("staging", "production"))
    assert {name: alike(text) for name, text in staging.items()} == production


def test_development_costs_less_and_forgets_more() -> None:
    found = graph("orders-dev")
    (cache,) = found.of_type("aws:elasticache/replicationGroup:ReplicationGroup")
    assert cache.inputs["numCacheClusters"] == 1
    assert not cache.protect
    assert len(found.of_type("aws:ec2/natGateway:NatGateway")) == 1
    assert found.of_type("aws:ec2/flowLog:FlowLog") == ()
    assert {each.inputs["recoveryWindowInDays"] for each in found.of_type("aws:secretsmanager/secret:Secret")} == {0}
