"""Effective settings, and where each comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.aws_network import NatGateways, NatInstance
from config.effective import effective
from config.stack_file import stacks
from tests.config.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.effective import Setting
    from tests.config.conftest import Files

OVERRIDES = """\
  slipway:overrides:
    services:
      api:
        port: 4000
        health_interval: 30
        env: null
"""


def setting(files: Files, path: str) -> Setting:
    """The setting at a dotted path."""
    return next(found for found in files.read().settings if ".".join(map(str, found.path)) == path)


@pytest.mark.parametrize("stack", stacks(ROOT))
def test_every_shipped_stack_is_sound(stack: str) -> None:
    assert effective(ROOT, stack).settings


def test_a_written_setting_names_its_file_and_line(files: Files) -> None:
    found = setting(files, "topology.cache.node_type")
    assert (found.value, found.file, found.line) == (
        "cache.t4g.micro",
        "config/Pulumi.orders-dev.yaml",
        files.line(files.stack, "node_type"),
    )


def test_an_application_s_setting_names_the_application_s_file(files: Files) -> None:
    found = setting(files, "application.services.api.port")
    assert (found.file, found.line) == ("config/apps/orders.yaml", files.line(files.application, "port: 3001"))


def test_an_item_of_a_list_names_its_own_line(files: Files) -> None:
    files.replace(files.stack, "zones: [us-east-1a, us-east-1b]", "zones:\n      - us-east-1a\n      - us-east-1b")
    assert setting(files, "topology.zones.1").line == files.line(files.stack, "us-east-1b")


def test_a_default_names_no_file(files: Files) -> None:
    found = setting(files, "topology.network.cidr")
    assert (found.value, found.file, found.line) == ("10.20.0.0/16", None, None)


def test_overrides_win_and_name_their_line(files: Files) -> None:
    files.override(OVERRIDES)
    found = setting(files, "application.services.api.port")
    assert (found.value, found.line) == (4000, files.line(files.stack, "port: 4000"))
    assert setting(files, "application.services.api.health_interval").value == 30


def test_what_overrides_do_not_name_stays(files: Files) -> None:
    files.override(OVERRIDES)
    found = setting(files, "application.services.api.health_path")
    assert (found.value, found.file) == ("/health", "config/apps/orders.yaml")


def test_what_overrides_delete_falls_back_to_its_default(files: Files) -> None:
    files.override(OVERRIDES)
    assert files.read().stack.application.services["api"].env == {}


def test_a_fault_in_overrides_is_told_at_its_own_line(files: Files) -> None:
    files.override(OVERRIDES.replace("4000", "70000"))
    (message,) = files.messages()
    line = files.line(files.stack, "70000")
    assert message.startswith(f"Pulumi.orders-dev.yaml:{line}: slipway:overrides.services.api.port: given 70000; ")


@pytest.mark.parametrize(
    "declared", [False, True], ids=["of theirs alone", "of another kind in the application's file"]
)
def test_what_a_map_lacks_that_is_the_overrides_own_is_told_at_its_line(
    files_of: Callable[[str], Files], *, declared: bool
) -> None:
    files = files_of("mentors-containers")
    if declared:
        daily = '  digest: {kind: cron, cron: "0 3 * * *", command: npm run digest, service: web}'
        files.replace(files.application, "frontend: {kind: none", f"schedules:\n{daily}\nfrontend: {{kind: none")
    files.override(
        "  slipway:overrides:\n    alerts: null\n    schedules:\n      digest: {kind: rate, command: a, service: web}\n"
    )
    (message,) = files.messages()
    line = files.line(files.stack, "digest: ")
    assert message.startswith(
        f"Pulumi.mentors-containers.yaml:{line}: slipway:overrides.schedules.digest.minutes: missing; "
    )


def test_what_a_map_lacks_that_the_overrides_only_change_is_told_in_the_application_s_file(
    files_of: Callable[[str], Files],
) -> None:
    files = files_of("mentors-containers")
    weekly = '  digest: {kind: cron, cron: "0 3 * * 1", command: npm run digest}'
    files.replace(files.application, "frontend: {kind: none", f"schedules:\n{weekly}\nfrontend: {{kind: none")
    files.override("  slipway:overrides:\n    alerts: null\n    schedules: {digest: {start_within: 60}}\n")
    (message,) = files.messages()
    line = files.line(files.application, "digest: {kind")
    assert message.startswith(f"apps/mentors.yaml:{line}: schedules.digest.service: missing; ")


def test_a_default_in_a_map_of_the_overrides_own_names_no_file(files_of: Callable[[str], Files]) -> None:
    files = files_of("mentors-containers")
    daily = '  digest: {kind: cron, cron: "0 3 * * *", command: a, service: web, start_within: 60}'
    files.replace(files.application, "frontend: {kind: none", f"schedules:\n{daily}\nfrontend: {{kind: none")
    often = "{kind: rate, minutes: 5, command: a, service: web}"
    schedules = f"      digest: {often}\n      more: {often}\n"
    files.override(f"  slipway:overrides:\n    alerts: null\n    schedules:\n{schedules}")
    for name in ("digest", "more"):
        found = setting(files, f"application.schedules.{name}.start_within")
        assert (found.value, found.file, found.line) == (900, None, None)
        assert setting(files, f"application.schedules.{name}.minutes").line == files.line(files.stack, f"{name}: ")


def test_development_is_cheaper_by_default_and_staging_is_not(files: Files) -> None:
    def defaults() -> tuple[bool, ...]:
        made = files.read().stack.aws
        assert isinstance(made.network.egress, NatGateways)
        data = (made.cache.replicas > 0, made.database.multi_az, made.secrets.recovery > 0)
        assert made.load_balancer
        return (made.network.egress.per_zone, made.network.flow_logs, made.load_balancer.deletion_protection, *data)

    assert not any(defaults())
    files.replace(files.stack, "development", "staging")
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    files.replace(files.stack, "{kind: http}", f"{{kind: https, certificate_arn: '{certificate}'}}")
    assert all(defaults())


def test_what_is_written_wins_over_what_the_environment_implies(files: Files) -> None:
    files.replace(files.stack, "deletion: destroy", "deletion: destroy, replicas: 2")
    assert files.read().stack.aws.cache.replicas == 2


def test_another_kind_is_not_mixed_with_what_the_environment_implies(files: Files) -> None:
    files.replace(files.stack, "    load_balancer:", "    network: {egress: {kind: nat-instance}}\n    load_balancer:")
    assert files.read().stack.aws.network.egress == NatInstance(kind="nat-instance")


def test_every_effective_setting_is_told_once(files: Files) -> None:
    paths = [found.path for found in files.read().settings]
    assert len(paths) == len(set(paths))
