from components.aws.cache import Cache, CacheArgs
from config.values import Deletion

cache: CacheArgs = {
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "node_type": "cache.t4g.small",
    "version": "8.0",
    "replicas": 1,
    "snapshots": 7,
    "auth_token": "plain-token-of-the-example",
    "deletion": Deletion.PROTECT,
}


def make(guarded):
    Cache("cache", cache)
    Cache("cache-retained", {**cache, "deletion": Deletion.RETAIN})
    Cache("cache-alone", {**cache, "replicas": 0, "deletion": Deletion.DESTROY})
    Cache("cache-shards", {**cache, "shards": 2})
    Cache("cache-shards-alone", {**cache, "shards": 1, "replicas": 0, "version": "7.2", "deletion": Deletion.DESTROY})
    Cache("guarded-cache", {**cache, "deletion": Deletion.DESTROY}, guarded("cache"))
