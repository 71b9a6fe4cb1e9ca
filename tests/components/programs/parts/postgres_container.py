from components.docker.postgres_container import PostgresContainer, PostgresContainerArgs
from config.values import Deletion

postgres: PostgresContainerArgs = {
    "image": f"docker.io/library/postgres@sha256:{'5b0c5a1f' * 8}",
    "alias": "postgres",
    "networks": {"data": "data"},
    "database": "shop",
    "user": "shop",
    "password": "hunter2",
    "memory": 512,
    "connections": 100,
    "deletion": Deletion.PROTECT,
}


def make(guarded):
    PostgresContainer("postgres", postgres)
    PostgresContainer("postgres-to-lose", {**postgres, "memory": 128, "deletion": Deletion.DESTROY})
    PostgresContainer("guarded-postgres", {**postgres, "deletion": Deletion.DESTROY}, guarded("postgres"))
