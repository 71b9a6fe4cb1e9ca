"""Hypothesis strategies over whole stack files: sound ones for each application, as plain data.

`stack_files()` yields what `yaml.safe_load` would make of a sound `Pulumi.<stack>.yaml`; `text_of` writes it down. What
one draws depends on what was drawn before, as in the models: that is why most of it are composite strategies.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from config.services import PORT
from tests.config.drawn import NOTHING, Data, maybe
from tests.config.edge_strategies import FITTING, edge_file
from tests.config.engine_strategies import engine_file
from tests.config.machine_strategies import TYPES, Group, machines
from tests.config.server_strategies import server_file
from tests.config.site_strategies import pages
from tests.config.task_strategies import schedules, sessions, tasks

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

APPLICATIONS = ("drops", "helpdesk", "mentors", "orders", "videochat")
_PUBLIC = {
    "drops": ["app"],
    "helpdesk": ["web", "chat"],
    "mentors": ["web"],
    "orders": ["api"],
    "videochat": ["signal"],
}
_ONE_MACHINE = "helpdesk"  # its services share a SQLite file
_RATE_LIMITED = "videochat"
_WITH_FILES = "orders"  # Vite builds its frontend
_MANAGED_REDIS = ("drops", "orders")
_REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-2")
_NAT_TYPES = {"amd64": "t3.nano", "arm64": "t4g.nano"}
_KNOWS_DATABASE = ("drops", "mentors", "orders")
IN_AWS, AT_THE_EDGE, ONE_SERVER, ON_AN_ENGINE = ("aws-ec2", "aws-ecs"), "cloudflare", "vps", "docker"
_OTHERS = {AT_THE_EDGE: edge_file, ONE_SERVER: server_file, ON_AN_ENGINE: engine_file}
_KINDS = (*IN_AWS, *_OTHERS)


def stack_files(applications: tuple[str, ...] = APPLICATIONS, kinds: tuple[str, ...] = _KINDS) -> SearchStrategy[Data]:
    """Sound stack files of these applications in these topologies, as far as each fits."""
    unfit = {(_ONE_MACHINE, "aws-ecs"), *((app, AT_THE_EDGE) for app in APPLICATIONS if app not in FITTING)}
    fitting = [(app, kind) for app in applications for kind in kinds if (app, kind) not in unfit]
    return st.sampled_from(fitting).flatmap(
        lambda each: _OTHERS[each[1]](each[0]) if each[1] in _OTHERS else _stack_file(*each)
    )


def text_of(data: Data) -> str:
    """A stack file as text: JSON, which is YAML too, with one key in a line."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


@st.composite
def _stack_file(draw: DrawFn, app: str, kind: str) -> Data:
    environment = draw(st.sampled_from(["development", "staging", "production"]))
    managed = app == "drops" or (app == "orders" and draw(st.booleans()))
    overrides = draw(_overrides(app, kind))
    if app == "orders" and managed:
        overrides.setdefault("data", {})["postgres"] = {"kind": "managed", "name": "orders", "user": "orders"}
        overrides["secrets"] = {"DATABASE_PASSWORD": None}
    topology = draw(_topology(app, environment, kind, closable=managed or app == _ONE_MACHINE))
    topology |= draw(_front(app, environment, overrides))
    _grow(draw, app, topology, overrides, managed=managed)
    existing = draw(_existing(app, topology["zones"], managed=managed))
    if "network" in existing:
        topology.pop("nat_image", None)  # for nobody makes a NAT instance
    for settings in existing.values():
        if "password" in settings:
            overrides.setdefault("secrets", {})[settings["password"]] = {"min_length": 20}
    return {
        "config": {
            "slipway:app": app,
            "slipway:environment": environment,
            **draw(
                maybe("slipway:tags", st.dictionaries(st.sampled_from(["owner", "cost:center"]), _words, max_size=2))
            ),
            "slipway:topology": {**topology, **({"existing": existing} if existing else {})},
            **({"slipway:overrides": overrides} if overrides else draw(maybe("slipway:overrides", NOTHING))),
            "pulumi:disable-default-providers": ["*"],
        }
    }


_words = st.text("abcxyz 019", min_size=1, max_size=12)


@st.composite
def _topology(draw: DrawFn, app: str, environment: str, kind: str, *, closable: bool) -> Data:
    region = draw(st.sampled_from(_REGIONS))
    letters = draw(st.lists(st.sampled_from("abcdef"), min_size=2, max_size=3, unique=True))
    architecture = "arm64" if kind == "aws-ecs" else draw(st.sampled_from(sorted(TYPES)))
    network = draw(_network(architecture, closable=closable))
    careful = environment == "production"
    run = (
        tasks(_PUBLIC[app][0], region, network, careful=careful)
        if kind == "aws-ecs"
        else machines(Group(app, _PUBLIC[app][0], careful, app == _ONE_MACHINE), architecture, network)
    )
    return {
        "region": region,
        "zones": [f"{region}{letter}" for letter in letters],
        **draw(run),
        **({"network": network} if network else {}),
        **draw(_data(environment)),
        **draw(_accounts(environment)),
        **draw(maybe("role_arn", st.just("arn:aws:iam::123456789012:role/deploy"))),
        **draw(maybe("log_days", st.sampled_from([7, 14, 30, 60, 90, 180, 365]))),
        **draw(maybe("alarms", st.sampled_from([{}, {"emails": []}, {"emails": ["team@example.com"]}]))),
    }


def _grow(draw: DrawFn, app: str, topology: Data, overrides: Data, *, managed: bool) -> None:
    """More than one server of data, which services must ask for, and the frontend's files, which need a name."""
    derived: Data = {}
    if managed and (count := draw(st.integers(0, 2))):
        topology.setdefault("database", {})["replicas"] = count
        derived["DATABASE_READ_URL"] = "postgres.read_url"
    if app in _MANAGED_REDIS and (count := draw(st.integers(0, 3))):
        topology.setdefault("cache", {})["shards"] = count
        overrides.setdefault("data", {})["redis"] = {"kind": "managed", "cluster": True}
        derived["REDIS_CLUSTER"] = "redis.cluster"
    if derived:
        service = overrides.setdefault("services", {}).setdefault(_PUBLIC[app][0], {})
        service["derived"] = {**service.get("derived", {}), **derived}
    named = topology.get("dns", {}).get("kind") in ("route53", "cloudflare")
    hosts = overrides.get("services", {}).get(_PUBLIC[app][0], {}).get("hosts")
    https = topology["load_balancer"]["listener"]["kind"] == "https"
    if app == _WITH_FILES and named and https and hosts == [f"api.{app}.example.com"]:
        topology |= draw(maybe("frontend", st.one_of(st.just({"kind": "cloudfront"}), pages())))
        if topology.get("frontend", {}).get("previews", {}).get("admitted"):
            service = overrides["services"][_PUBLIC[app][0]]
            service["derived"] = {**service.get("derived", {}), "CORS_PREVIEWS": "frontend.previews"}


def _accounts(environment: str) -> SearchStrategy[Data]:
    """The accounts, which production must name."""
    account = st.text("0123456789", min_size=12, max_size=12)
    if environment == "production":
        return st.lists(account, min_size=1, max_size=2).map(lambda accounts: {"account_ids": accounts})
    return maybe("account_ids", st.lists(account, max_size=2))


@st.composite
def _network(draw: DrawFn, architecture: str, *, closable: bool) -> Data:
    gateway = maybe("per_zone", st.booleans()).map(lambda more: {"kind": "nat-gateway", **more})
    machine = maybe("instance_type", st.just(_NAT_TYPES[architecture])).map(
        lambda more: {"kind": "nat-instance", **more}
    )
    egress = gateway | machine | (st.just({"kind": "none"}) if closable else gateway)
    blocks = st.sampled_from(["10.0.0.0/16", "10.64.0.0/18", "172.20.8.0/22", "192.168.0.0/20"])
    return {
        **draw(maybe("egress", egress)),
        **draw(maybe("cidr", blocks)),
        **draw(maybe("avoid", st.lists(st.sampled_from(["10.240.0.0/16", "172.31.0.0/16"]), max_size=2))),
        **draw(maybe("flow_logs", st.booleans())),
    }


@st.composite
def _data(draw: DrawFn, environment: str) -> Data:
    careful = environment == "production"
    fates = st.sampled_from(["protect", "retain"] if careful else ["protect", "retain", "destroy"])
    storage = draw(st.integers(20, 200))
    cache = {
        **draw(maybe("node_type", st.sampled_from(["cache.t3.small", "cache.t4g.micro", "cache.r7g.large"]))),
        **draw(maybe("version", st.sampled_from(["7.2", "8.0", "8.1"]))),
        **draw(maybe("replicas", st.integers(1 if careful else 0, 5))),
        **draw(maybe("snapshots", st.integers(1 if careful else 0, 35))),
        **draw(maybe("deletion", fates)),
    }
    database = {
        "storage": storage,
        "max_storage": draw(st.integers(storage * 11 // 10 + 1, 1000)),
        **draw(maybe("version", st.sampled_from(["15", "16", "17"]))),
        **draw(maybe("multi_az", st.just(value=True) if careful else st.booleans())),
        **draw(maybe("backups", st.integers(7 if careful else 1, 35))),
        **draw(maybe("deletion", fates)),
    }
    recovery = st.integers(7, 30) if careful else st.just(0) | st.integers(7, 30)
    secrets = {**draw(maybe("recovery", recovery)), **draw(maybe("deletion", fates))}
    parts = {"cache": cache, "database": database, "secrets": secrets}
    chosen = draw(st.sets(st.sampled_from(sorted(parts))))
    return {part: parts[part] for part in sorted(chosen)} | draw(maybe("uploads", maybe("deletion", fates)))


@st.composite
def _front(draw: DrawFn, app: str, environment: str, overrides: Data) -> Data:
    """Listener and names; the hosts of services go into the overrides."""
    domain = f"{app}.example.com"
    zone = draw(st.sampled_from(["example.com", domain]))
    route53 = {"kind": "route53", "zone": zone, "zone_id": "Z0123456789ABC"}
    cloudflare = {
        "kind": "cloudflare",
        "zone": zone,
        "zone_id": "0123456789abcdef" * 2,
        **draw(maybe("proxied", st.booleans())),
    }
    dns = draw(st.sampled_from([None, {"kind": "elsewhere"}, route53, cloudflare]))
    hosts = draw(st.sampled_from([[], [f"api.{domain}"], [domain, f"www.{domain}"]])) if dns else []
    if hosts:
        for service in _PUBLIC[app]:
            overrides.setdefault("services", {}).setdefault(service, {})["hosts"] = hosts
    provable = bool(hosts) and dns in (route53, cloudflare)
    named = {"kind": "https", "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/" + "0" * 36}
    listeners = [
        named,
        *([{"kind": "https"}] if provable else []),
        *([{"kind": "http"}] if environment == "development" else []),
    ]
    balancer = {
        "listener": draw(st.sampled_from(listeners)),
        **draw(maybe("deletion_protection", st.just(value=True) if environment == "production" else st.booleans())),
        **draw(maybe("access_logs", st.integers(0, 3650))),
        **({"firewall": True} if app == _RATE_LIMITED else draw(maybe("firewall", st.booleans()))),
    }
    return {"load_balancer": balancer, **({"dns": dns} if dns else {})}


@st.composite
def _existing(draw: DrawFn, app: str, zones: list[str], *, managed: bool) -> Data:
    def subnets(tier: int) -> Data:
        return {zone: f"subnet-0000{tier}{number:03}" for number, zone in enumerate(zones)}

    by_ids = {
        "kind": "ids",
        "vpc_id": "vpc-0123456789abcdef0",
        "public_subnet_ids": subnets(1),
        "compute_subnet_ids": subnets(2),
        "data_subnet_ids": subnets(3),
    }
    found = draw(maybe("network", st.sampled_from([by_ids, {"kind": "stack", "stack": "acme/slipway/shared"}])))
    place = {"client_security_group_id": "sg-0123456789abcdef0"}
    if app in _MANAGED_REDIS:
        found |= draw(
            maybe("cache", st.just({**place, "host": "cache.internal.example.com", "password": "CACHE_PASSWORD"}))
        )
    if managed:
        database = {
            **place,
            "host": "db.internal.example.com",
            "name": "shop",
            "user": "shop",
            "password": "SHOP_PASSWORD",
        }
        found |= draw(maybe("database", st.just(database)))
    return found


@st.composite
def _overrides(draw: DrawFn, app: str, kind: str) -> Data:
    name = _PUBLIC[app][0]
    kept = sessions(name).map(lambda settings: {"sessions": settings}) if app in _KNOWS_DATABASE else NOTHING
    service = {
        **draw(maybe("port", st.sampled_from([443, 1024, 4000, 65535]))),
        **draw(maybe("health_interval", st.integers(6, 300))),
        **draw(maybe("env", st.sampled_from([{"GREETING": "héllo ✓"}, {"LOG_FORMAT": None}, {"RETRIES": "3"}]))),
        **draw(maybe("derived", st.just({PORT: "port"}))),
    }
    return {
        **({"services": {name: service}} if service else {}),
        **(draw(maybe("data", kept)) if app in _KNOWS_DATABASE else {}),
        **(draw(maybe("schedules", schedules(name))) if kind == "aws-ecs" else {}),
        **draw(maybe("budget", st.sampled_from([None, {"monthly": 0.5}, {"monthly": 5000}]))),
        **draw(
            maybe(
                "alerts",
                st.sampled_from(
                    [
                        None,
                        {"nobody-answers": None},
                        {"errors": {"metric": "error-rate", "above": 2.5, "severity": "warning"}},
                    ]
                ),
            )
        ),
        **draw(maybe("usage", st.just({"users": {"low": 1, "high": 2}}))),
    }
