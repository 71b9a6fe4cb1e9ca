"""Fixtures of the tests of what runs on machines. They are made in `servers.py`."""

from __future__ import annotations

from tests.machines.servers import database, node, postgres_server, redis_server, release_tools

__all__ = ["database", "node", "postgres_server", "redis_server", "release_tools"]
