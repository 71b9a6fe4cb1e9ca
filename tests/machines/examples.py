"""Machines as tests want them: one of each kind, and what all of them share."""

from __future__ import annotations

from dataclasses import replace

from components.aws.machine import ArchiveRelease, GitRelease, ImageRelease, Machine, Migration, Sessions
from components.server.node import NodeService

WEB = NodeService(
    name="web",
    unit="shop-web",
    directory=".",
    entry="dist/index.js",
    port=3001,
    health_path="/health",
    processes="max",
    env={
        "NODE_ENV": "production",
        "CORS_ORIGINS": "https://shop.example.com,https://www.shop.example.com",
        "FRONTEND_URL": "https://shop.example.com",
        "LOG_LEVEL": "info",
    },
    parameter_path="/slipway/shop-prod/web",
    log_group="/slipway/shop-prod/web",
    drain_seconds=30,
    min_secret_lengths={"JWT_SECRET": 32, "SESSION_SECRET": 32},
)
SOCKET = replace(
    WEB,
    name="socket",
    unit="shop-socket",
    directory="packages/socket",
    port=3002,
    processes=1,
    parameter_path="/slipway/shop-prod/socket",
    log_group="/slipway/shop-prod/socket",
    drain_seconds=120,
)
ARCHIVE = Machine(
    stack="shop-prod",
    group="web",
    region="eu-central-1",
    architecture="amd64",
    services=(WEB, SOCKET),
    release=ArchiveRelease("acme-releases", "shop/1.4.2.tar.gz", "5a" * 32),
    node="26.10.0",
    pm2="7.0.4",
    pg="8.23.1",
    agent_version="1.300072.0b1766",
    migration=Migration("npm run migrate", "web", "."),
    sessions=None,
    data_path="/srv/data",
    metric_namespace="Slipway/shop-prod",
    max_secret_age_days={"web": 90, "socket": 30},
    database_ca=True,
)
GIT = replace(ARCHIVE, release=GitRelease("https://github.com/acme/shop.git", "0f" * 20), data_path=None)
IMAGE = replace(
    ARCHIVE,
    release=ImageRelease(f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop@sha256:{'5a' * 32}"),
    data_path=None,
)
LEAST = replace(ARCHIVE, services=(WEB,), migration=None, data_path=None, database_ca=False)
KEEPER = replace(ARCHIVE, services=(WEB,), data_path=None, sessions=Sessions("session", "web", "."))
MACHINES = {
    "archive": ARCHIVE,
    "git": GIT,
    "git with a volume": replace(GIT, data_path="/srv/data", migration=None),
    "image": IMAGE,
    "image with a volume": replace(IMAGE, data_path="/srv/data", migration=None),
    "image without more": replace(LEAST, release=ImageRelease(f"registry.example.com/shop@sha256:{'5a' * 32}")),
    "least": LEAST,
    "archive with sessions": KEEPER,
    "git with sessions": replace(KEEPER, release=GIT.release),
    "image with sessions and no migration": replace(KEEPER, release=IMAGE.release, migration=None),
}
