from components.aws.aurora_database import AuroraDatabase, AuroraDatabaseArgs
from config.values import Deletion

database: AuroraDatabaseArgs = {
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "version": "17",
    "min_capacity": 0.5,
    "max_capacity": 4,
    "servers": 2,
    "read": True,
    "backups": 30,
    "name": "shop",
    "user": "shop_web",
    "password": "plain-password-of-the-example",
    "max_connections": 200,
    "slow_query_ms": 1000,
    "deletion": Deletion.PROTECT,
}


def make(guarded):
    AuroraDatabase("aurora", database)
    AuroraDatabase("aurora-retained", {**database, "deletion": Deletion.RETAIN})
    AuroraDatabase("aurora-small", {**database, "servers": 1, "read": False, "deletion": Deletion.DESTROY})
    AuroraDatabase("guarded-aurora", {**database, "deletion": Deletion.DESTROY}, guarded("aurora"))
