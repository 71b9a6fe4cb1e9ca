"""What a deployed program declares of its Workers, out of the state that the engine keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SCRIPT = "cloudflare:index/workersScript:WorkersScript"
_VERSION = "cloudflare:index/workerVersion:WorkerVersion"
_CRONS = "cloudflare:index/workersCronTrigger:WorkersCronTrigger"
_DOMAIN = "cloudflare:index/workersCustomDomain:WorkersCustomDomain"
_SUBDOMAIN = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"
# What a binding leads to, by its type: the program's name of it. No values of variables.
_LEADS_TO = {
    "d1": "databaseId",
    "durable_object_namespace": "className",
    "kv_namespace": "namespaceId",
    "queue": "queueName",
    "r2_bucket": "bucketName",
    "service": "service",
}


@dataclass(frozen=True, slots=True)
class Binding:
    """What a Worker finds under a name: of which type, and what it leads to where that is no value."""

    type: str
    leads_to: str = ""

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.type} {self.leads_to}".strip()


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


def has_versions(state: Mapping[str, Any]) -> bool:
    """Whether a state, any JSON and hence `Any`, has Workers that are released as versions: those are not read here."""
    deployment = state.get("deployment")
    listed = deployment.get("resources") if isinstance(deployment, dict) else None
    return any(isinstance(each, dict) and each.get("type") == _VERSION for each in listed or ())


def wanted(state: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """The Workers of a state, as `pulumi stack export` prints it: any JSON, hence `Any`. No secret's value is read.

    A Worker whose account or name is hidden is left out.
    """
    deployment = state.get("deployment")
    listed = deployment.get("resources") if isinstance(deployment, dict) else None
    resources = [each for each in listed or () if isinstance(each, dict) and not each.get("delete")]
    return tuple(_workers(resources))


def _workers(resources: Sequence[Mapping[str, Any]]) -> Iterator[Wanted]:
    for script in _inputs(resources, SCRIPT):
        account, name = script.get("accountId"), script.get("scriptName")
        if not isinstance(account, str) or not isinstance(name, str):
            continue
        subdomains = [each for each in _inputs(resources, _SUBDOMAIN) if each.get("scriptName") == name]
        yield Wanted(
            account=account,
            name=name,
            compatibility_date=_text(script.get("compatibilityDate")),
            compatibility_flags=tuple(sorted(_texts(script.get("compatibilityFlags")))),
            observability=_flag(script.get("observability"), "enabled"),
            placement=_text((script.get("placement") or {}).get("mode")) if _is_map(script.get("placement")) else None,
            migration_tag=_tag(script.get("migrations")),
            bindings=_bindings(script.get("bindings")),
            crons=tuple(sorted(_crons(resources, name))),
            hosts=tuple(
                sorted(
                    str(each["hostname"])
                    for each in _inputs(resources, _DOMAIN)
                    if each.get("service") == name and isinstance(each.get("hostname"), str)
                )
            ),
            subdomain={
                theirs: each[ours]
                for each in subdomains
                for theirs, ours in (("enabled", "enabled"), ("previews_enabled", "previewsEnabled"))
                if isinstance(each.get(ours), bool)
            },
        )


def _inputs(resources: Sequence[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    return [each.get("inputs") or {} for each in resources if each.get("type") == kind]


def _bindings(listed: Any) -> Mapping[str, Binding] | None:
    """By name; None where the whole list is hidden. One that inherits from before is whatever it was."""
    if listed is None:
        return {}
    if not isinstance(listed, list):
        return None
    found = {}
    for each in listed:
        name, kind = (each.get("name"), each.get("type")) if isinstance(each, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(kind, str):
            return None
        if kind != "inherit":
            found[name] = Binding(kind, _text(each.get(_LEADS_TO.get(kind, ""))) or "")
    return found


def _crons(resources: Sequence[Mapping[str, Any]], name: str) -> Iterator[str]:
    for trigger in _inputs(resources, _CRONS):
        if trigger.get("scriptName") == name:
            yield from (each["cron"] for each in trigger.get("schedules") or () if isinstance(each, dict))


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
