"""What stands right beside a refusal and is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.aws_ec2 import AwsEc2
from config.release import GitRelease
from config.services import Service
from config.vps import Vps
from config.vps_room import needed_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.config.conftest import Files


def test_two_services_may_share_a_sqlite_file_on_one_machine(files_of: Callable[[str], Files]) -> None:
    stack = files_of("helpdesk-dev").read().stack
    assert isinstance(stack.topology, AwsEc2)
    assert stack.topology.groups(stack.application) == {"web": ("web", "chat")}
    assert (stack.topology.machines("web").min, stack.topology.machines("web").max) == (1, 1)


def test_services_on_one_machine_need_one_type_of_its_image_only(files_of: Callable[[str], Files]) -> None:
    files = files_of("helpdesk-dev")
    files.replace(files.stack, 'serial: "20260923"', 'serial: "20260923", architecture: arm64')
    files.replace(files.stack, "web: {", "web: {instance_type: t4g.small, ")
    files.read()


def test_production_takes_one_machine_where_a_sqlite_file_allows_no_second(files_of: Callable[[str], Files]) -> None:
    files = files_of("helpdesk-dev")
    files.replace(files.stack, "development", "production")
    files.replace(files.stack, "    load_balancer:", '    account_ids: ["123456789012"]\n    load_balancer:')
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    files.replace(files.stack, "{kind: http}", f"{{kind: https, certificate_arn: '{certificate}'}}")
    files.read()


def test_a_service_with_long_polling_may_have_several_processes_as_far_as_no_topology_forbids() -> None:
    service = {"port": 3001, "public": True, "health_path": "/health", "long_polling": True, "processes": 4}
    assert Service.model_validate(service).processes == 4


def test_a_privileged_port_is_mapped_and_its_neighbour_stays_free(files_of: Callable[[str], Files]) -> None:
    files = files_of("helpdesk-dev")
    files.replace(files.application, "    port: 3001\n", "    port: 8081\n")
    stack = files.read().stack
    assert [stack.aws.port(service.port) for service in stack.application.services.values()] == [8080, 8081]


@pytest.mark.parametrize(("storage", "most"), [(100, 110), (20, 22), (20, 100)])
def test_a_database_may_have_just_enough_room_to_grow(files: Files, storage: int, most: int) -> None:
    text = f"    database: {{storage: {storage}, max_storage: {most}}}\n    load_balancer:"
    files.replace(files.stack, "    load_balancer:", text)
    assert files.read().stack.aws.database.max_storage == most


@pytest.mark.parametrize("block", ["10.0.0.0/16", "10.0.0.0/22", "172.16.0.0/18", "192.168.4.0/22"])
def test_a_block_may_be_as_large_and_as_small_as_that(files: Files, block: str) -> None:
    text = f"    network: {{cidr: {block}, avoid: [10.1.0.0/16]}}\n    load_balancer:"
    files.replace(files.stack, "    load_balancer:", text)
    assert files.read().stack.aws.network.cidr == block


def test_services_may_share_a_host_by_paths_and_a_path_by_hosts(files_of: Callable[[str], Files]) -> None:
    files = files_of("helpdesk-dev")
    files.replace(files.stack, "    services:", "    dns: {kind: elsewhere}\n    services:")
    files.replace(
        files.application, "    paths: [/socket.io/*]\n", "    hosts: [a.example.com]\n    paths: [/chat/*]\n"
    )
    files.replace(files.application, "    port: 80\n", "    port: 80\n    hosts: [a.example.com]\n")
    files.read()


def test_a_name_may_be_the_zone_s_own(files_of: Callable[[str], Files]) -> None:
    files = files_of("orders-production")
    files.replace(files.stack, "[api.orders.example.com]", "[orders.example.com]")
    files.read()


@pytest.mark.parametrize("kind", ["nat-instance", "nat-gateway"])
def test_an_image_and_a_repository_go_where_there_is_a_way_out(files: Files, kind: str) -> None:
    release = files.stack.read_text().partition("    release:\n")[2].partition("    load_balancer:")[0]
    revision = "0123456789abcdef0123456789abcdef01234567"
    git = f"      kind: git\n      repository: https://github.com/acme/orders.git\n      revision: {revision}\n"
    files.replace(files.stack, release, f"{git}    network: {{egress: {{kind: {kind}}}}}\n")
    release_of_file = files.read().stack.aws.release
    assert isinstance(release_of_file, GitRelease)
    assert release_of_file.revision == revision


def test_nothing_needs_a_way_out_where_all_data_is_managed(files_of: Callable[[str], Files]) -> None:
    files = files_of("drops-dev")
    files.replace(files.stack, "    load_balancer:", "    network: {egress: {kind: none}}\n    load_balancer:")
    assert files.read().stack.aws.network.closed()


@pytest.mark.parametrize("tls", ["true", "false"])
def test_development_may_talk_to_a_database_in_clear(files: Files, tls: str) -> None:
    files.replace(files.application, "    port: 5432\n", f"    port: 5432\n    tls: {tls}\n")
    files.read()


def test_an_empty_value_is_a_source(files: Files) -> None:
    files.replace(files.application, "SUPABASE_URL: https://ordersdev.supabase.co", 'PREFIX: ""')
    assert files.read().stack.application.services["api"].env == {"PREFIX": ""}


@pytest.mark.parametrize(
    ("name", "value"),
    [("ENABLE_SECRET_VALIDATION", "true"), ("TOKEN_LIFETIME", "3600"), ("DOCS", "https://example.com/a@b")],
)
def test_what_only_sounds_secret_is_a_plain_variable(files: Files, name: str, value: str) -> None:
    files.replace(files.application, "SUPABASE_URL: https://ordersdev.supabase.co", f'{name}: "{value}"')
    files.read()


def test_a_server_has_room_for_two_releases_to_the_last_mib_where_no_litestream_runs(
    files_of: Callable[[str], Files],
) -> None:
    files = files_of("helpdesk-server")
    size = "size: {cores: 2, memory: 4, disk: 40}"
    files.replace(files.stack, size, "size: {cores: 2, memory: 2, disk: 40}\n    process_memory: 336")
    stack = files.read().stack
    assert isinstance(stack.topology, Vps)
    assert needed_memory(stack.topology, stack.application) == 2048
