"""What a deployed program declares of its Workers, out of the state that the engine keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slipway.readback.bindings import declared_bindings
from slipway.readback.versions import DEPLOYMENT, WORKER, declared_versions
from slipway.readback.wanted_ways import consumers, routes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slipway.readback.bindings import Binding
    from slipway.readback.versions import Version
    from slipway.readback.wanted_ways import Consumer

SCRIPT = "cloudflare:index/workersScript:WorkersScript"
KINDS = frozenset({SCRIPT, WORKER, DEPLOYMENT})
"""The types that tell of a Worker: one whose releases answer at once; one of versions, and what deals them out."""
_CRONS = "cloudflare:index/workersCronTrigger:WorkersCronTrigger"
_DOMAIN = "cloudflare:index/workersCustomDomain:WorkersCustomDomain"
_SUBDOMAIN = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is declared of one Worker. None stands for what the program says nothing of, or hides."""

    account: str
    name: str
    compatibility_date: str | None = None
    compatibility_flags: tuple[str, ...] = ()
    observability: bool | None = None
    placement: str | None = None
    migration_tag: str | None = None
    bindings: Mapping[str, Binding] | None = None
    crons: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    subdomain: Mapping[str, bool] = field(default_factory=dict)
    """Whether it answers under workers.dev: `enabled` and `previews_enabled`, where that is declared."""
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the id of the zone, the patterns that lead to it."""
    consumers: tuple[Consumer, ...] = ()
    versions: tuple[Version, ...] | None = None
    """The versions that answer, each with what holds for it alone; None where the Worker has none of its own."""

    @property
    def hides_bindings(self) -> bool:
        """Whether the state hides what something of it is bound to."""
        return any(each.bindings is None for each in (self.versions if self.versions is not None else (self,)))


def wanted(state: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """The Workers of a state, as `pulumi stack export` prints it: any JSON, hence `Any`. No secret's value is read.

    A Worker whose account or name is hidden is left out.
    """
    deployment = state.get("deployment")
    listed = deployment.get("resources") if isinstance(deployment, dict) else None
    resources = [each for each in listed or () if isinstance(each, dict) and not each.get("delete")]
    return tuple(_workers(resources))


def _workers(resources: Sequence[Mapping[str, Any]]) -> Iterator[Wanted]:
    for made in (each for each in resources if each.get("type") == SCRIPT):
        script = made.get("inputs") or {}
        account, name = script.get("accountId"), script.get("scriptName")
        if not isinstance(account, str) or not isinstance(name, str):
            continue
        yield Wanted(
            account=account,
            name=name,
            compatibility_date=_text(script.get("compatibilityDate")),
            compatibility_flags=tuple(sorted(_texts(script.get("compatibilityFlags")))),
            observability=_flag(script.get("observability"), "enabled"),
            placement=_text((script.get("placement") or {}).get("mode")) if _is_map(script.get("placement")) else None,
            migration_tag=_tag(script.get("migrations")),
            bindings=declared_bindings(made, resources),
            crons=_crons(resources, name),
            hosts=_hosts(resources, name),
            routes=routes(resources, name),
            consumers=consumers(resources, name),
            subdomain=_switches(each for each in _inputs(resources, _SUBDOMAIN) if each.get("scriptName") == name),
        )
    for worker in _inputs(resources, WORKER):
        account, name = worker.get("accountId"), worker.get("name")
        if not isinstance(account, str) or not isinstance(name, str):
            continue
        subdomain = worker.get("subdomain")
        yield Wanted(
            account=account,
            name=name,
            observability=_flag(worker.get("observability"), "enabled"),
            crons=_crons(resources, name),
            hosts=_hosts(resources, name),
            routes=routes(resources, name),
            consumers=consumers(resources, name),
            subdomain=_switches([subdomain] if isinstance(subdomain, dict) else []),
            versions=declared_versions(resources, name),
        )


def _hosts(resources: Sequence[Mapping[str, Any]], name: str) -> tuple[str, ...]:
    domains = [each for each in _inputs(resources, _DOMAIN) if each.get("service") == name]
    return tuple(sorted(str(each["hostname"]) for each in domains if isinstance(each.get("hostname"), str)))


def _switches(subdomains: Iterable[Mapping[str, Any]]) -> Mapping[str, bool]:
    """Under the names that Cloudflare has for them."""
    return {
        theirs: each[ours]
        for each in subdomains
        for theirs, ours in (("enabled", "enabled"), ("previews_enabled", "previewsEnabled"))
        if isinstance(each.get(ours), bool)
    }


def _inputs(resources: Sequence[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    return [each.get("inputs") or {} for each in resources if each.get("type") == kind]


def _crons(resources: Sequence[Mapping[str, Any]], name: str) -> tuple[str, ...]:
    triggers = [each for each in _inputs(resources, _CRONS) if each.get("scriptName") == name]
    listed = [each for trigger in triggers for each in trigger.get("schedules") or ()]
    return tuple(sorted(str(each["cron"]) for each in listed if isinstance(each, dict)))


def _tag(migrations: Any) -> str | None:
    return _text(migrations.get("newTag")) if _is_map(migrations) else None


def _flag(settings: Any, key: str) -> bool | None:
    value = settings.get(key) if _is_map(settings) else None
    return value if isinstance(value, bool) else None


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
