from components.aws.database import Database, DatabaseArgs
from config.values import Deletion

database: DatabaseArgs = {
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "version": "17",
    "instance_class": "db.t4g.small",
    "storage": 20,
    "max_storage": 100,
    "multi_az": True,
    "backups": 30,
    "name": "shop",
    "user": "shop_web",
    "password": "plain-password-of-the-example",
    "max_connections": 100,
    "slow_query_ms": 1000,
    "deletion": Deletion.PROTECT,
}


def make(guarded):
    Database("database", database)
    Database("database-retained", {**database, "replicas": 1, "deletion": Deletion.RETAIN})
    Database("database-small", {**database, "multi_az": False, "backups": 1, "deletion": Deletion.DESTROY})
    Database("database-read", {**database, "replicas": 2})
    Database("guarded-database", {**database, "deletion": Deletion.DESTROY}, guarded("database"))
