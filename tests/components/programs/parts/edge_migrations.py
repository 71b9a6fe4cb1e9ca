from components.cloudflare.edge_data import EdgeDatabase
from components.cloudflare.edge_migrations import EdgeMigrations
from config.values import Deletion

account = "0123456789abcdef0123456789abcdef"
first = {"name": "0001_tables.sql", "sha256": "a" * 64}
second = {"name": "0002_rooms.sql", "sha256": "b" * 64}


def make(guarded):
    database = {"account_id": account, "database_name": "shop-production", "deletion": Deletion.PROTECT}
    made = EdgeDatabase("edge-migrated-database", database)
    args = {
        "account_id": account,
        "database_id": made.database_id,
        "database_name": "shop-production",
        "directory": "database/migrations",
        "files": [first, second],
        "program": "tools/apply-d1-migrations --remote",
    }
    EdgeMigrations("edge-migrations", args)
    EdgeMigrations("guarded-edge-migrations", args, guarded("edge-migrations"))
