"""A Worker with Durable Objects, whose migrations are settings."""

import pulumi

from components.cloudflare.edge_application import EdgeApplication

settings = pulumi.Config()
bare = {"compatibility_flags": [], "variables": {}, "secrets": {}, "databases": {}, "buckets": {}, "crons": [], "hosts": []}
EdgeApplication(
    "chat",
    {
        **bare,
        "account_id": "0123456789abcdef0123456789abcdef",
        "script_name": "chat",
        "main": "worker.js",
        "sha256": "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a",
        "compatibility_date": "2026-11-01",
        "objects": {"ROOMS": settings.require("class")},
        "migrations": settings.require_object("migrations"),
        "zone_id": "fedcba9876543210fedcba9876543210",
        **({"migrated": settings.get("migrated")} if settings.get("migrated") else {}),
    },
)
