from components.docker.redis_container import RedisContainer, RedisContainerArgs
from config.values import Deletion

redis: RedisContainerArgs = {
    "image": f"docker.io/library/redis@sha256:{'5b0c5a1f' * 8}",
    "alias": "redis",
    "networks": {"data": "data"},
    "password": "hunter2",
    "memory": 128,
    "deletion": Deletion.PROTECT,
}


def make(guarded):
    RedisContainer("redis", redis)
    RedisContainer("redis-to-lose", {**redis, "deletion": Deletion.DESTROY})
    RedisContainer("guarded-redis", {**redis, "deletion": Deletion.DESTROY}, guarded("redis"))
