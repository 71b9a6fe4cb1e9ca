"""What is tried in staging is what runs in production: the two differ in sizes, names and accounts, in nothing else."""

from __future__ import annotations

from config.aws_ec2 import AwsEc2
from config.effective import effective
from config.errors import dotted
from tests.config.conftest import ROOT

# Every setting in which they may differ, and what kind of difference it is.
SIZES = {
    "topology.services.api.instance_type",
    "topology.services.api.max",
    "topology.cache.node_type",
}
NAMES = {
    "environment",
    "topology.dns.zone",
    "topology.dns.zone_id",
    "application.services.api.hosts[0]",
    "application.services.api.env.SUPABASE_URL",
    "application.frontend.url",
    "application.data.postgres.user",
}
ACCOUNTS = {"topology.account_ids[0]", "topology.role_arn", "topology.frontend.account_id"}


def leaves(stack: str) -> dict[str, object]:
    return {dotted(setting.path): setting.value for setting in effective(ROOT, stack).settings}


def different(one: dict[str, object], other: dict[str, object]) -> set[str]:
    """The settings that only one has or that differ in value."""
    return {key for key in one | other if key not in one or key not in other or one[key] != other[key]}


def test_staging_and_production_differ_in_sizes_names_and_accounts_only() -> None:
    found = different(leaves("orders-staging"), leaves("orders-production"))
    assert "environment" in found
    assert sorted(found - SIZES - NAMES - ACCOUNTS) == []


def test_staging_is_no_larger_than_production() -> None:
    staging, production = (effective(ROOT, f"orders-{name}").stack.topology for name in ("staging", "production"))
    assert isinstance(staging, AwsEc2)
    assert isinstance(production, AwsEc2)
    assert staging.machines("api").max <= production.machines("api").max
    assert staging.machines("api").min == production.machines("api").min


def test_each_has_accounts_of_its_own() -> None:
    accounts = [set(effective(ROOT, f"orders-{name}").stack.aws.account_ids) for name in ("staging", "production")]
    assert all(accounts)
    assert not set.intersection(*accounts)
