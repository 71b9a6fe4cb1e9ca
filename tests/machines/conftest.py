"""Fixtures of the tests of what runs on machines. They are made in modules of their own."""

from __future__ import annotations

from tests.machines.backed_up import kept, server
from tests.machines.copied import copying, filled, litestream, written
from tests.machines.poolers import pooled
from tests.machines.root import debian, disk, image
from tests.machines.servers import database, node, postgres_server, redis_server, release_tools
from tests.uploads.conftest import s3_client, s3_port

__all__ = [
    "copying",
    "database",
    "debian",
    "disk",
    "filled",
    "image",
    "kept",
    "litestream",
    "node",
    "pooled",
    "postgres_server",
    "redis_server",
    "release_tools",
    "s3_client",
    "s3_port",
    "server",
    "written",
]
