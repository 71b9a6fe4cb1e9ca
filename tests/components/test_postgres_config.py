"""PostgreSQL's settings fit the memory that it is given, whatever that is."""

from __future__ import annotations

from components.server.postgres import postgres_config
from components.server.single_server import Postgres


def settings(memory: int, connections: int = 40, cores: int = 2) -> dict[str, str]:
    """The settings by name."""
    text = postgres_config(Postgres("a", "a", memory, connections, cores))
    return dict(line.split(" = ") for line in text.splitlines())


def mib(memory: int, name: str, connections: int = 40) -> int:
    """A setting in MiB."""
    value = settings(memory, connections)[name]
    assert value.endswith("MB")
    return int(value.removesuffix("MB"))


SIZES = (128, 256, 300, 512, 1000, 1024, 2048, 4096, 10_000, 16_384, 65_536)


def test_more_memory_is_never_less_of_anything() -> None:
    for name in ("shared_buffers", "effective_cache_size", "work_mem", "maintenance_work_mem"):
        values = [mib(memory, name) for memory in SIZES]
        assert values == sorted(values), name


def test_what_is_shared_out_stays_within_the_memory() -> None:
    for memory in SIZES:
        assert mib(memory, "shared_buffers") * 4 <= memory
        assert mib(memory, "effective_cache_size") < memory
        assert 16 <= mib(memory, "maintenance_work_mem") <= 1024
        for connections in (10, 40, 100, 500):
            work = mib(memory, "work_mem", connections)
            assert work >= 4, "PostgreSQL's own default"
            assert work == 4 or work * connections + mib(memory, "shared_buffers") <= memory


def test_it_listens_on_the_loopback_and_sorts_with_no_more_processes_than_cores() -> None:
    found = settings(512, 30, 1)
    assert found["listen_addresses"] == "'localhost'"
    assert found["max_connections"] == "30"
    assert [found["max_parallel_workers"], found["max_parallel_workers_per_gather"]] == ["1", "0"]
    assert settings(512, 30, 4)["max_parallel_workers_per_gather"] == "2"
