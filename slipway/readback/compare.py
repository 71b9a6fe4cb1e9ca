"""A Worker as Cloudflare has it, against the one that is declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from slipway.readback.bindings import compared
from slipway.readback.versions import version_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.readback.api import Api
    from slipway.readback.versions import Pair
    from slipway.readback.wanted import Wanted

_NOTHING = "nothing"


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
    settings = api.get(f"{script}/settings")
    if settings is None:
        return (Difference(wanted.name, "the Worker", "there", _NOTHING),)
    service = api.get(f"/accounts/{wanted.account}/workers/services/{quote(wanted.name, safe='')}")
    script_there = _map(_map(_map(service).get("default_environment")).get("script"))
    # Observability has stood in either place.
    told = {**script_there, **_map(settings)}
    pairs = [
        *_of_all(wanted, told),
        *(_of_script(wanted, told) if wanted.versions is None else version_pairs(api, script, wanted.versions)),
        ("cron triggers", _listed(wanted.crons), _listed(_crons(api.get(f"{script}/schedules")))),
        ("hosts", _listed(wanted.hosts), _listed(_hosts(api, wanted))),
        *_of_subdomain(wanted, _map(api.get(f"{script}/subdomain")) if wanted.subdomain else {}),
    ]
    return tuple(
        Difference(wanted.name, name, declared or _NOTHING, found or _NOTHING)
        for name, declared, found in pairs
        if declared != found
    )


def _of_all(wanted: Wanted, settings: Mapping[str, Any]) -> Iterator[Pair]:
    """What holds for all versions of a Worker, where it is declared."""
    if wanted.observability is not None:
        enabled = _map(settings.get("observability")).get("enabled") is True
        yield "observability", _switch(on=wanted.observability), _switch(on=enabled)


def _of_script(wanted: Wanted, settings: Mapping[str, Any]) -> Iterator[Pair]:
    """What a Worker has that is one release: of what the program says nothing, Cloudflare may have anything."""
    if wanted.compatibility_date is not None:
        yield "compatibility_date", wanted.compatibility_date, _text(settings.get("compatibility_date"))
    flags = settings.get("compatibility_flags")
    there = tuple(sorted(map(str, flags))) if isinstance(flags, list) else ()
    yield "compatibility_flags", _listed(wanted.compatibility_flags), _listed(there)
    if wanted.placement is not None:
        yield "placement", wanted.placement, _text(_map(settings.get("placement")).get("mode"))
    if wanted.migration_tag is not None:
        yield "Durable Object migrations", wanted.migration_tag, _text(settings.get("migration_tag"))
    yield from compared(wanted.bindings, settings.get("bindings"))


def _of_subdomain(wanted: Wanted, found: Mapping[str, Any]) -> Iterator[Pair]:
    names = {"enabled": "the address under workers.dev", "previews_enabled": "previews under workers.dev"}
    for key, name in names.items():
        if key in wanted.subdomain:
            yield name, _switch(on=wanted.subdomain[key]), _switch(on=found.get(key) is True)


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
