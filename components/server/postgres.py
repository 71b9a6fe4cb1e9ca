"""How PostgreSQL on a single server is set to the memory that it has. Pure arithmetic and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.server.single_server import Postgres

_LEAST_WORK = 4  # MiB for one sort or hash: PostgreSQL's own default
_MOST_MAINTENANCE = 1024  # MiB: more makes no vacuum faster before version 17


def postgres_config(postgres: Postgres) -> str:
    """The settings, in a file that Debian's own includes last.

    A quarter of the memory for shared buffers and three quarters as what the system caches, as PostgreSQL's manual has
    it (19.4.1); work_mem is what is left, shared by all connections. Nothing says how passwords are
    kept: SCRAM-SHA-256 is PostgreSQL 15's default, and rules take a setting with "password" in its name for a secret.
    """
    settings = {
        "listen_addresses": "'localhost'",
        "max_connections": str(postgres.connections),
        **shares(postgres.memory, postgres.connections),
        "maintenance_work_mem": f"{min(_MOST_MAINTENANCE, max(16, postgres.memory // 16))}MB",
        "max_parallel_workers_per_gather": str(max(0, postgres.cores // 2)),
        "max_parallel_workers": str(postgres.cores),
        "random_page_cost": "1.1",  # volumes are solid-state disks
        "wal_compression": "on",
        "checkpoint_completion_target": "0.9",
        "log_min_duration_statement": "'1s'",
    }
    return "".join(f"{name} = {value}\n" for name, value in settings.items())


def shares(memory: int, connections: int) -> dict[str, str]:
    """The settings that share out `memory`, in MiB, on a server or in a container.

    A quarter is for shared buffers, three quarters are what the system caches, and half of what is left is for the
    sorts of all connections.
    """
    shared = memory // 4
    return {
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{memory * 3 // 4}MB",
        "work_mem": f"{max(_LEAST_WORK, (memory - shared) // connections // 2)}MB",
    }
