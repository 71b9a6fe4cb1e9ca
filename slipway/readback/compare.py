"""A Worker as Cloudflare has it, against the one that is declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from slipway.readback.compare_ways import of_consumers, of_routes, shown
from slipway.readback.wanted import Binding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from slipway.readback.api import Api
    from slipway.readback.compare_ways import Pair
    from slipway.readback.wanted import Version, Wanted

_NOTHING = "nothing"
# What Cloudflare calls that which a binding leads to: its answers have used more than one name.
_LEADS_TO = {
    "d1": ("id", "database_id"),
    "durable_object_namespace": ("class_name",),
    "kv_namespace": ("namespace_id",),
    "queue": ("queue_name",),
    "r2_bucket": ("bucket_name",),
    "service": ("service",),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that Cloudflare has otherwise than it is declared."""

    worker: str
    setting: str
    declared: str
    found: str

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.worker}: {self.setting} is declared as {self.declared}, and Cloudflare has {self.found}."


def differences(api: Api, wanted: Wanted) -> tuple[Difference, ...]:
    """What Cloudflare has otherwise. Raises `ReadBackError` where it cannot be asked."""
    script = f"/accounts/{wanted.account}/workers/scripts/{quote(wanted.name, safe='')}"
    found = _of_script(api, wanted, script) if wanted.versions is None else _of_worker(api, wanted, script)
    if found is None:
        return (Difference(wanted.name, "the Worker", "there", _NOTHING),)
    pairs = [
        *found,
        ("cron triggers", _listed(wanted.crons), _listed(_crons(api.get(f"{script}/schedules")))),
        ("hosts", _listed(wanted.hosts), _listed(_hosts(api, wanted))),
        *of_routes(api, wanted),
        *of_consumers(api, wanted),
    ]
    return tuple(
        Difference(wanted.name, name, declared or _NOTHING, found or _NOTHING)
        for name, declared, found in pairs
        if declared != found
    )


def _of_script(api: Api, wanted: Wanted, script: str) -> list[Pair] | None:
    """The settings of a script; None where it is not there."""
    settings = api.get(f"{script}/settings")
    if settings is None:
        return None
    script_there = _script(api, wanted)
    return [
        # Observability has stood in either place.
        *_of_settings(wanted, {**script_there, **_map(settings)}),
        (
            "Durable Object migrations",
            wanted.migration_tag,
            _text(script_there.get("migration_tag")) if wanted.migration_tag else None,
        ),
        *_of_subdomain(wanted, _map(api.get(f"{script}/subdomain")) if wanted.subdomain else {}),
        *_of_bindings(wanted, _map(settings)),
    ]


def _of_worker(api: Api, wanted: Wanted, script: str) -> list[Pair] | None:
    """The settings of a Worker with versions, which versions answer, and each of them; None where it is not there."""
    worker = f"/accounts/{wanted.account}/workers/workers/{quote(wanted.name, safe='')}"
    there = api.get(worker)
    if there is None:
        return None
    deployments = _map(api.get(f"{script}/deployments")).get("deployments")
    # The first is the one that answers.
    latest = _map(deployments[0]) if isinstance(deployments, list) and deployments else {}
    versions = wanted.versions or ()
    pairs = [
        *_of_observability(wanted, _map(there)),
        *_of_subdomain(wanted, _map(_map(there).get("subdomain"))),
        ("shares of the requests", _shares((each.id, each.percentage) for each in versions), _answering(latest)),
    ]
    for version in versions:
        found = api.get(f"{worker}/versions/{quote(version.id, safe='')}")
        which = f"of version {version.id}"
        if found is None:
            pairs.append((f"the upload {which}", "there", None))
            continue
        pairs += [
            (f"{name} {which}", declared, known)
            for name, declared, known in (*_of_runtime(version, _map(found)), *_of_bindings(version, _map(found)))
        ]
        if version.migration_tag is not None:
            applied = _text(_map(found).get("migration_tag")) or _text(_script(api, wanted).get("migration_tag"))
            pairs.append((f"Durable Object migrations {which}", version.migration_tag, applied))
    return pairs


def _script(api: Api, wanted: Wanted) -> Mapping[str, Any]:
    """What else Cloudflare tells of the script; of a Worker with versions, of the last one that was deployed."""
    service = api.get(f"/accounts/{wanted.account}/workers/services/{quote(wanted.name, safe='')}")
    return _map(_map(_map(service).get("default_environment")).get("script"))


def _answering(deployment: Mapping[str, Any]) -> str | None:
    listed = deployment.get("versions")
    found = [_map(each) for each in listed] if isinstance(listed, list) else []
    return _shares((str(each.get("version_id")), each.get("percentage")) for each in found)


def _shares(versions: Iterable[tuple[str, Any]]) -> str | None:
    """Each version with its share; the order says nothing here."""
    return _listed(tuple(sorted(f"{shown(percentage)} % for {id_}" for id_, percentage in versions)))


def _of_settings(wanted: Wanted, settings: Mapping[str, Any]) -> Iterator[Pair]:
    """The settings that are declared: of what the program says nothing, Cloudflare may have anything."""
    yield from _of_runtime(wanted, settings)
    yield from _of_observability(wanted, settings)
    if wanted.placement is not None:
        yield "placement", wanted.placement, _text(_map(settings.get("placement")).get("mode"))


def _of_runtime(wanted: Wanted | Version, settings: Mapping[str, Any]) -> Iterator[Pair]:
    if wanted.compatibility_date is not None:
        yield "compatibility_date", wanted.compatibility_date, _text(settings.get("compatibility_date"))
    if wanted.compatibility_flags is not None:
        flags = settings.get("compatibility_flags")
        there = tuple(sorted(map(str, flags))) if isinstance(flags, list) else ()
        yield "compatibility_flags", _listed(wanted.compatibility_flags), _listed(there)


def _of_observability(wanted: Wanted, settings: Mapping[str, Any]) -> Iterator[Pair]:
    if wanted.observability is not None:
        enabled = _map(settings.get("observability")).get("enabled") is True
        yield "observability", _switch(on=wanted.observability), _switch(on=enabled)


def _of_subdomain(wanted: Wanted, found: Mapping[str, Any]) -> Iterator[Pair]:
    names = {"enabled": "the address under workers.dev", "previews_enabled": "previews under workers.dev"}
    for key, name in names.items():
        if key in wanted.subdomain:
            yield name, _switch(on=wanted.subdomain[key]), _switch(on=found.get(key) is True)


def _of_bindings(wanted: Wanted | Version, settings: Mapping[str, Any]) -> Iterator[Pair]:
    """By name, each as type and what it leads to; where the program hides them nothing is held against them."""
    if wanted.bindings is None:
        return
    listed = settings.get("bindings")
    found = dict(_bound(each) for each in listed if isinstance(each, dict)) if isinstance(listed, list) else {}
    for name in sorted({*wanted.bindings, *found}):
        declared, there = wanted.bindings.get(name), found.get(name)
        if declared and there and not declared.leads_to:
            there = Binding(there.type)  # known at deployment only, or nothing that has a name
        yield f"the binding {name}", str(declared) if declared else None, str(there) if there else None


def _bound(each: Mapping[str, Any]) -> tuple[str, Binding]:
    kind = str(each.get("type"))
    leads_to = next((each[key] for key in _LEADS_TO.get(kind, ()) if isinstance(each.get(key), str)), "")
    return str(each.get("name")), Binding(kind, leads_to)


def _crons(answer: Any) -> tuple[str, ...]:
    listed = answer.get("schedules") if isinstance(answer, dict) else answer
    return tuple(sorted(str(each.get("cron")) for each in listed or () if isinstance(each, dict)))


def _hosts(api: Api, wanted: Wanted) -> tuple[str, ...]:
    service = quote(wanted.name, safe="")
    listed = api.get(f"/accounts/{wanted.account}/workers/domains?service={service}")
    found = [each for each in listed or () if isinstance(each, dict) and each.get("service") == wanted.name]
    return tuple(sorted(str(each.get("hostname")) for each in found))


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _listed(values: tuple[str, ...]) -> str | None:
    return ", ".join(values) or None


def _switch(*, on: bool) -> str:
    return "on" if on else "off"
