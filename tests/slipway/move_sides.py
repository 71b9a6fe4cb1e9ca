"""Sides of a move that no shipped stack has, as facts: a server with everything on it, and a few others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slipway.move.facts import Job, Made, Name, Postgres, Redis, Service, Side, Sqlite, Uploads

_CONTAINER = "docker:index/container:Container"


def database(name: str) -> Postgres:
    """A PostgreSQL on a server itself."""
    return Postgres(kind="local", host="127.0.0.1", name=name, user=name, secret="DATABASE_PASSWORD")  # noqa: S106 - a name


def server(word: str, stack: str, **changes: Any) -> Side:  # Any: any of the facts
    """A server with one service and nothing else."""
    side = Side(
        word=word, stack=stack, app="shop", environment="production", topology="vps", cloud="server", runs="server",
        services=(Service(name="web", unit="shop-web"),), health={"web": "/health"},
    )  # fmt: skip
    return replace(side, **changes)


def container(role: str) -> Made:
    """A container of the shop, by what Pulumi calls it."""
    return Made(_CONTAINER, f"shop-{role}", "name")


def engine(word: str, stack: str, **changes: Any) -> Side:  # Any: any of the facts
    """An engine of one's own with everything in containers and volumes."""
    everything: dict[str, Any] = {
        "postgres": replace(database("shop"), kind="container", host="", made=container("database-postgres")),
        "sqlite": Sqlite(kind="volume", path="/data/shop.db", gib=2),
        "redis": Redis(kind="container", tls=False, made=container("cache-redis")),
        "generated": ("SESSION_SECRET",),
    }
    side = Side(
        word=word, stack=stack, app="shop", environment="production", topology="docker", cloud="engine",
        runs="containers",
        services=(Service(name="web", unit="shop-web", made=container("web-container"), seconds=60),), drain=60,
        health={"web": "/health"}, engine="unix:///var/run/docker.sock", scheme="http", proxy=container("proxy-nginx"),
        proxy_port=8080,
    )  # fmt: skip
    return replace(side, **{**everything, **changes})


def contained_server(word: str, stack: str, **changes: Any) -> Side:  # Any: any of the facts
    """A server that runs images: its database is elsewhere, its Redis in a container."""
    there: dict[str, Any] = {
        "topology": "vps, images", "cloud": "server", "engine": "", "scheme": "https", "postgres": None, "sqlite": None,
    }  # fmt: skip
    return engine(word, stack, **{**there, **changes})


def full_server(word: str, stack: str, **changes: Any) -> Side:  # Any: any of the facts
    """A server with everything on it."""
    host = Name(host="www.shop.example.com", part="services", keeper="elsewhere", ttl=3600, record="A")
    everything: dict[str, Any] = {
        "postgres": database("shop"),
        "sqlite": Sqlite(kind="file", path="/data/shop/shop.db", gib=2),
        "redis": Redis(kind="local", host="127.0.0.1", tls=False),
        "uploads": Uploads(kind="folder", folder="/data/uploads"),
        "jobs": (Job(name="digest"),),
        "names": (host,),
        "hosts": (host.host,),
        "webhooks": ("/api/webhooks/pay",),
        "given": ("DATABASE_PASSWORD", "PAY_KEY"),
        "generated": ("SESSION_SECRET",),
        "drain": 30,
    }
    return server(word, stack, **{**everything, **changes})
