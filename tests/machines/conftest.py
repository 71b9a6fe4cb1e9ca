"""Fixtures of the tests of what runs on machines. They are made in `servers.py`, `poolers.py` and `root.py`."""

from __future__ import annotations

from tests.machines.poolers import pooled
from tests.machines.root import debian
from tests.machines.servers import database, node, postgres_server, redis_server, release_tools

__all__ = ["database", "debian", "node", "pooled", "postgres_server", "redis_server", "release_tools"]
