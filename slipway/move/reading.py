"""One side of a move, read from a stack's settings and its plan.

Longer than 300 lines because each fact of a side is read here and nowhere else, by a few lines each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.aws_topology import AwsTopology
from config.cloudflare import Cloudflare
from config.data import (
    ExternalPostgres,
    ExternalRedis,
    ManagedPostgres,
    ManagedRedis,
    NoPostgres,
    NoRedis,
    PostgresSessions,
    UploadedFiles,
)
from config.data import (
    Sqlite as SqliteFile,
)
from config.docker import Docker
from config.frontend import ViteFrontend
from config.variables import CACHE_TOKEN
from config.vps import Vps
from plan.model import Unknown
from slipway.move.facts import Job, Made, Name, Postgres, Redis, Service, Side, Sqlite, Uploads
from slipway.releases import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.stack import StackSettings
    from plan.model import Plan, Resource

_ALIAS_SECONDS = 60  # what Route 53 gives an alias of a load balancer, and nobody can change
_SEEN_AT_ONCE = 0  # a name that Cloudflare answers leads to the same addresses whatever stands behind it
_TYPES = {
    "group": "aws:autoscaling/group:Group",
    "service": "aws:ecs/service:Service",
    "tasks": "aws:appautoscaling/target:Target",
    "door": "aws:lb/targetGroup:TargetGroup",
    "balancer": "aws:lb/loadBalancer:LoadBalancer",
    "worker": "cloudflare:index/workersScript:WorkersScript",
    "gradual": "cloudflare:index/worker:Worker",
    "d1": "cloudflare:index/d1Database:D1Database",
    "r2": "cloudflare:index/r2Bucket:R2Bucket",
    "bucket": "aws:s3/bucket:Bucket",
    "schedule": "aws:scheduler/schedule:Schedule",
    "alarm": "aws:cloudwatch/metricAlarm:MetricAlarm",
    "sg": "aws:ec2/securityGroup:SecurityGroup",
    "container": "docker:index/container:Container",
}
_DATABASES = {"aws:rds/cluster:Cluster": "endpoint", "aws:rds/instance:Instance": "address"}
_CACHES = ("aws:elasticache/replicationGroup:ReplicationGroup",)


def side(word: str, settings: StackSettings, plan: Plan) -> Side:
    """The side. `word` is FROM or TO."""
    return _Reader(settings, plan).side(word)


class _Reader:
    def __init__(self, settings: StackSettings, plan: Plan) -> None:
        self._settings, self._plan = settings, plan
        self._app, self._topology, self._data = settings.application, settings.topology, settings.application.data

    def side(self, word: str) -> Side:
        app, topology = self._app, self._topology
        aws = topology if isinstance(topology, AwsTopology) else None
        public = app.public_services()
        services = tuple(self._services())
        return Side(
            word=word,
            stack=self._plan.stack,
            app=app.name,
            environment=self._settings.environment.value,
            topology=self._shape(),
            region=aws.region if aws else getattr(getattr(topology, "uploads", None), "region", ""),
            account=aws.account_ids[0] if aws and aws.account_ids else getattr(topology, "account_id", ""),
            cloud=self._cloud(),
            runs=self._runs(),
            services=services,
            drain=max(
                (
                    *(_number(each, "deregistrationDelay") for each in self._of("door")),
                    *(service.seconds for service in services),
                ),
                default=0,
            ),
            scheme=topology.scheme(),
            front=self._first("balancer", "dnsName"),
            hosts=self._hosts(),
            names=tuple(self._names()),
            health={name: service.ready_path or service.health_path or "/" for name, service in public.items()},
            edge_zone=topology.zone.id if isinstance(topology, Cloudflare) else "",
            site=self._site(),
            frontend=isinstance(app.frontend, ViteFrontend),
            release=shown(topology.release.model_dump(mode="json", exclude_none=True)),
            postgres=self._postgres(),
            sqlite=self._sqlite(),
            redis=self._redis(),
            uploads=self._uploads(),
            sessions=isinstance(self._data.sessions, PostgresSessions),
            given=tuple(name for name, secret in self._settings.used_secrets().items() if not secret.generate),
            optional=frozenset(name for name, secret in self._settings.used_secrets().items() if secret.optional),
            generated=tuple(name for name in app.named_secrets() if app.secrets[name].generate),
            jobs=tuple(self._jobs()),
            webhooks=app.webhooks(),
            mail=getattr(app.email, "domain", ""),
            mail_records=any(each.inputs.get("type") in ("TXT", "MX") for each in self._records()),
            entries=tuple(getattr(topology, "namespaces", ())),
            queues=tuple(getattr(topology, "queues", ())),
            objects=tuple(topology.worker.objects) if isinstance(topology, Cloudflare) else (),
            alarms=bool(self._of("alarm")),
            alerts=tuple(
                f"{name}: {alert.name or alert.metric.value} above {alert.above:g} for {alert.seconds} s"
                for name, alert in app.alerts.items()
            ),
            emails=aws.alarms.emails if aws else (),
            groups=self._client_groups(),
            users=self._users(),
            operators=bool(getattr(getattr(topology, "ssh", None), "operators", ())),
            engine=topology.engine.host if isinstance(topology, Docker) else "",
            proxy=self._container("proxy-nginx"),
            proxy_port=self._proxy_port(),
            claims={}
            if self._runs() == "worker"
            else {name: (each.hosts, each.paths) for name, each in public.items()},
        )

    def _shape(self) -> str:
        """The topology, as a person tells it from another one: images on a server are another shape than programs."""
        topology = self._topology
        return "vps, images" if isinstance(topology, Vps) and topology.images is not None else topology.kind

    def _cloud(self) -> str:
        for kind, cloud in ((AwsTopology, "aws"), (Cloudflare, "cloudflare"), (Docker, "engine")):
            if isinstance(self._topology, kind):
                return cloud
        return "server"

    def _container(self, role: str) -> Made | None:
        """The container of a part of the application. Its name is the engine's, which Pulumi made up."""
        return self._named("container", f"{self._app.name}-{role}", "name")

    def _proxy_port(self) -> int:
        for each in self._of("container"):
            if each.name == f"{self._app.name}-proxy-nginx":
                ports = each.inputs.get("ports")
                return int(ports[0]["internal"]) if isinstance(ports, list | tuple) else 0
        return 0

    def _of(self, key: str) -> list[Resource]:
        return [each for each in self._plan.resources if each.type == _TYPES.get(key, key) and not each.external]

    def _first(self, key: str, output: str) -> Made | None:
        return next((Made(each.type, each.name, output) for each in self._of(key)), None)

    def _named(self, key: str, name: str, output: str = "id") -> Made | None:
        return next((Made(each.type, each.name, output) for each in self._of(key) if each.name == name), None)

    def _runs(self) -> str:
        known = {
            "service": "tasks", "group": "machines", "worker": "worker", "gradual": "worker", "container": "containers",
        }  # fmt: skip
        return next((word for key, word in known.items() if self._of(key)), "server")

    def _services(self) -> Iterator[Service]:
        runs, app = self._runs(), self._app.name
        if runs == "worker":
            made = self._first("worker", "scriptName") or self._first("gradual", "name")
            yield Service(name="worker", unit=self._worker_name(), made=made)
            return
        shared = next((each.name.removesuffix("-machines") for each in self._of("group")), "")
        for name in self._app.services:
            unit = f"{app}-{name}"
            door = self._named("door", f"{app}-lb-{name}", "arn")
            if runs == "tasks":
                running = next((each for each in self._of("service") if each.name == f"{unit}-service"), None)
                yield Service(
                    name=name,
                    unit=unit,
                    count=_number(running, "desiredCount"),
                    least=_number(next((one for one in self._of("tasks") if one.name == f"{unit}-tasks"), None), "minCapacity"),
                    made=self._named("service", f"{unit}-service", "name"),
                    scaling=self._named("tasks", f"{unit}-tasks", "resourceId"),
                    door=door,
                )  # fmt: skip
            elif runs == "containers":
                running = next((each for each in self._of("container") if each.name == f"{unit}-container"), None)
                made = self._container(f"{name}-container")
                yield Service(name=name, unit=unit, made=made, seconds=_number(running, "destroyGraceSeconds"))
            else:
                own = self._named("group", f"{unit}-machines", "name") or self._named(
                    "group", f"{shared}-machines", "name"
                )
                yield Service(name=name, unit=unit, made=own, door=door)

    def _worker_name(self) -> str:
        for each in (*self._of("worker"), *self._of("gradual")):
            name = each.inputs.get("scriptName") or each.inputs.get("name")
            if isinstance(name, str):
                return name
        return ""

    def _hosts(self) -> tuple[str, ...]:
        own = [host for service in self._app.public_services().values() for host in service.hosts]
        return tuple(dict.fromkeys(own))

    def _frontend_host(self) -> str:
        url = self._app.frontend.url if isinstance(self._app.frontend, ViteFrontend) else None
        return (url or "").partition("://")[2].partition(":")[0]

    def _records(self) -> list[Resource]:
        ends = ("record:Record", "dnsRecord:DnsRecord", "domainRecord:DomainRecord", "zoneRecord:ZoneRecord")
        return [each for each in self._plan.resources if each.type.endswith(ends)]

    def _names(self) -> Iterator[Name]:
        for host in self._hosts():
            yield self._name(host, "services")
        if isinstance(self._topology, Vps):
            yield from (self._name(host, "redirect") for host in self._topology.redirects)
        host = self._frontend_host()
        if host and host not in self._hosts() and (self._settings.site is not None or self._found(host)):
            yield self._name(host, "frontend")

    def _found(self, host: str) -> list[Resource]:
        wanted = {host, f"{host}."}
        addresses = ("A", "AAAA", "CNAME")
        records = [
            each
            for each in self._records()
            if each.inputs.get("name") in wanted and each.inputs.get("type", "A") in addresses
        ]
        return records + [each for each in self._plan.resources if each.inputs.get("hostname") in wanted]

    def _name(self, host: str, part: str) -> Name:
        found = next(iter(self._found(host)), None)
        if found is None:
            return Name(host=host, part=part, keeper="elsewhere", zone=self._zone())
        kind, inputs = found.type, found.inputs
        record = inputs.get("type")
        known = {"host": host, "part": part, "record": record if isinstance(record, str) else "CNAME"}
        zone = inputs.get("zoneId")
        known["zone"] = zone if isinstance(zone, str) else ""
        if kind.startswith("cloudflare:") and inputs.get("hostname"):
            return Name(**known, keeper="cloudflare", form="worker", ttl=_SEEN_AT_ONCE)
        if kind.startswith("cloudflare:"):
            form = "proxied" if inputs.get("proxied") is True else "plain"
            return Name(
                **known, keeper="cloudflare", form=form, ttl=_SEEN_AT_ONCE if form == "proxied" else _ttl(inputs)
            )
        if kind.startswith("aws:"):
            form = "alias" if inputs.get("aliases") else "plain"
            return Name(**known, keeper="route53", form=form, ttl=_ALIAS_SECONDS if form == "alias" else _ttl(inputs))
        return Name(**known, keeper="elsewhere", ttl=_ttl(inputs))

    def _zone(self) -> str:
        return str(getattr(getattr(self._topology, "dns", None), "zone_id", ""))

    def _site(self) -> Made | None:
        cdn, pages = "aws:cloudfront/distribution:Distribution", "cloudflare:index/pagesProject:PagesProject"
        if self._settings.site is None:
            return None
        name = f"{self._app.name}-site"
        found = [each for each in self._plan.resources if each.type in (cdn, pages) and each.name.startswith(name)]
        return (
            Made(found[0].type, found[0].name, "domainName" if found[0].type == cdn else "subdomain") if found else None
        )

    def _postgres(self) -> Postgres | None:
        said = self._data.postgres
        if isinstance(said, NoPostgres):
            return None
        if isinstance(said, ExternalPostgres):
            return Postgres(
                kind="external", host=said.host, port=said.port, name=said.name, user=said.user, secret=said.password,
                pooled=said.pooling.value != "none", tls=said.tls, authority=said.ca_file or "",
            )  # fmt: skip
        existing = self._topology.existing.database if isinstance(self._topology, AwsTopology) else None
        if existing is not None:
            return Postgres(
                kind="existing", host=existing.host, port=existing.port, name=existing.name, user=existing.user,
                secret=existing.password,
            )  # fmt: skip
        for kind, output in _DATABASES.items():
            for each in self._of(kind):
                if each.inputs.get("replicateSourceDb") is None and isinstance(said, ManagedPostgres):
                    version = str(each.inputs.get("engineVersion") or "").partition(".")[0]
                    return Postgres(
                        kind="managed", name=said.name, user=said.user, secret="DATABASE_PASSWORD",  # noqa: S106 - a name
                        version=int(version) if version.isdigit() else 0, gib=_number(each, "allocatedStorage"),
                        made=Made(each.type, each.name, output),
                    )  # fmt: skip
        contained = self._container("database-postgres")
        return Postgres(
            kind="container" if contained else "local", host="" if contained else "127.0.0.1", name=said.name,
            user=said.user, secret="DATABASE_PASSWORD", made=contained,  # noqa: S106 - a name
        )  # fmt: skip

    def _sqlite(self) -> Sqlite | None:
        said = self._data.sqlite
        if not isinstance(said, SqliteFile):
            return None
        for each in self._of("d1"):
            return Sqlite(kind="d1", path=str(each.inputs.get("name")), gib=said.size, made=Made(each.type, each.name))
        return Sqlite(kind="volume" if self._of("container") else "file", path=said.path, gib=said.size)

    def _redis(self) -> Redis | None:
        said = self._data.redis
        if isinstance(said, NoRedis):
            return None
        if isinstance(said, ExternalRedis):
            return Redis(
                kind="external", host=said.host, port=said.port, user=said.user, secret=said.password, tls=said.tls
            )
        existing = self._topology.existing.cache if isinstance(self._topology, AwsTopology) else None
        if existing is not None:
            return Redis(kind="existing", host=existing.host, port=existing.port, secret=existing.password)
        cluster = isinstance(said, ManagedRedis) and said.cluster
        for kind in _CACHES:
            for each in self._of(kind):
                output = "configurationEndpointAddress" if cluster else "primaryEndpointAddress"
                made = Made(each.type, each.name, output)
                return Redis(kind="managed", secret="REDIS_AUTH_TOKEN", cluster=cluster, made=made)  # noqa: S106 - a name
        contained = self._container("cache-redis")
        if contained:
            return Redis(kind="container", tls=False, made=contained, guarded=self._guarded_redis())
        return Redis(kind="local", host="127.0.0.1", tls=False)

    def _guarded_redis(self) -> tuple[str, ...]:
        """The volume and the password of a Redis in a container, as far as they go when they leave the program."""
        names = (f"{self._app.name}-cache-volume", f"{self._app.name}-secrets-{CACHE_TOKEN}-value")
        return tuple(
            each.urn for each in self._plan.resources if each.name in names and not each.options.retain_on_delete
        )

    def _uploads(self) -> Uploads | None:
        said = self._data.uploads
        if not isinstance(said, UploadedFiles):
            return None
        for each in self._of("r2"):
            return Uploads(kind="r2", made=Made(each.type, each.name, "name"), account=self._topology.account_id)  # type: ignore[union-attr] # R2 is Cloudflare's
        for each in self._of("bucket"):
            if each.name.startswith(f"{self._app.name}-uploads"):
                return Uploads(kind="s3", made=Made(each.type, each.name, "bucket"))
        return Uploads(kind="folder", folder=said.directory)

    def _jobs(self) -> Iterator[Job]:
        for each in self._of("schedule"):
            yield Job(name=each.name, made=Made(each.type, each.name))
        if isinstance(self._topology, Cloudflare):
            for cron in self._topology.worker.crons:
                yield Job(name=cron)
        elif not self._of("schedule"):
            for name in self._app.schedules:
                yield Job(name=name)

    def _client_groups(self) -> tuple[Made, ...]:
        """The security groups of whoever may reach database and internet, for a machine that stands between."""
        names = [f"{self._app.name}-database-clients-sg", f"{self._app.name}-cache-clients-sg"]
        names += [f"{self._app.name}-{next(iter(self._app.services))}-sg"]
        return tuple(found for name in names if (found := self._named("sg", name)))

    def _users(self) -> str:
        usage = self._app.usage.concurrent_users
        return f"{usage.low:,} to {usage.high:,} users at a time" if usage else ""


def _ttl(inputs: Mapping[str, Any]) -> int:
    value = inputs.get("ttl")
    return int(value) if isinstance(value, int | float) else 0


def _number(resource: Resource | None, name: str) -> int:
    value = resource.inputs.get(name) if resource else None
    return int(value) if isinstance(value, int | float) and not isinstance(value, Unknown) else 0
