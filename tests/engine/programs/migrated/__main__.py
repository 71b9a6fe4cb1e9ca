"""A Worker whose database is migrated before it changes; which migrations there are is a setting."""

import pulumi
import pulumi_command as command

from components.cloudflare.edge_application import EdgeApplication
from components.cloudflare.edge_data import EdgeDatabase
from components.cloudflare.edge_migrations import EdgeMigrations
from components.cloudflare.sdk import cloudflare
from config.values import Deletion

settings = pulumi.Config()
account = "0123456789abcdef0123456789abcdef"
placed = pulumi.ResourceOptions(providers=[cloudflare.Provider("cloudflare"), command.Provider("command")])
named = {"account_id": account, "database_name": "desk"}
database = EdgeDatabase("desk-database", {**named, "deletion": Deletion.DESTROY}, placed)
migrated = EdgeMigrations(
    "desk-migrations",
    {
        **named,
        "database_id": database.database_id,
        "directory": "migrations",
        "files": settings.require_object("files"),
        "program": "tools/apply-d1-migrations --remote",
    },
    placed,
)
bare = {"compatibility_flags": [], "secrets": {}, "buckets": {}, "objects": {}, "migrations": [], "crons": [], "hosts": []}
EdgeApplication(
    "desk-edge",
    {
        **bare,
        "account_id": account,
        "script_name": "desk",
        "main": "worker.js",
        "sha256": "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a",
        "compatibility_date": "2026-11-01",
        "variables": {"RELEASE": settings.require("release")},
        "databases": {"DB": migrated.database_id},
        "zone_id": "fedcba9876543210fedcba9876543210",
    },
    placed,
)
