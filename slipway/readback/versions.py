"""The versions of a Worker among which requests are dealt out, as the state has them and as Cloudflare has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from slipway.readback.bindings import Binding, compared, declared_bindings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slipway.readback.api import Api

WORKER = "cloudflare:index/worker:Worker"
_VERSION = "cloudflare:index/workerVersion:WorkerVersion"
DEPLOYMENT = "cloudflare:index/workersDeployment:WorkersDeployment"
_SHOWN = 8  # letters of a version's id, as Cloudflare's dashboard shows it

Pair = tuple[str, str | None, str | None]
"""What a setting is called, as what it is declared, and what Cloudflare has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What is declared of one version. None stands for what the program says nothing of, or hides."""

    id: str
    percent: float
    """Of 100 requests, how many it is given."""
    told: bool = True
    """Whether the program makes it; of another's nothing but its share is known."""
    compatibility_date: str | None = None
    compatibility_flags: tuple[str, ...] = ()
    migration_tag: str | None = None
    bindings: Mapping[str, Binding] | None = None


def declared_versions(resources: Sequence[Mapping[str, Any]], name: str) -> tuple[Version, ...]:
    """The versions that the state's resources let answer for the Worker of that name: any JSON, hence `Any`."""
    made = {each["id"]: each for each in resources if each.get("type") == _VERSION and isinstance(each.get("id"), str)}
    deployments = [each.get("inputs") or {} for each in resources if each.get("type") == DEPLOYMENT]
    listed = [share for each in deployments if each.get("scriptName") == name for share in each.get("versions") or ()]
    return tuple(
        _version(share["versionId"], float(share["percentage"]), made.get(share["versionId"]), resources)
        for share in listed
        if isinstance(share, dict)
        and isinstance(share.get("versionId"), str)
        and isinstance(share.get("percentage"), (int, float))
    )


def _version(
    identity: str, percent: float, made: Mapping[str, Any] | None, resources: Sequence[Mapping[str, Any]]
) -> Version:
    if made is None:
        return Version(id=identity, percent=percent, told=False, bindings={})
    said = made.get("inputs") or {}
    date, migrations, flags = said.get("compatibilityDate"), said.get("migrations"), said.get("compatibilityFlags")
    tag = migrations.get("newTag") if isinstance(migrations, dict) else None
    return Version(
        id=identity,
        percent=percent,
        compatibility_date=date if isinstance(date, str) else None,
        compatibility_flags=tuple(sorted(map(str, flags))) if isinstance(flags, list) else (),
        migration_tag=tag if isinstance(tag, str) else None,
        bindings=declared_bindings(made, resources),
    )


def version_pairs(api: Api, script: str, versions: Sequence[Version]) -> Iterator[Pair]:
    """Who is given requests, and how each version runs; `script` is the Worker's address in the API.

    Raises `ReadBackError` where Cloudflare cannot be asked.
    """
    if not versions:
        return
    yield "requests", _shares({each.id: each.percent for each in versions}), _shares(_answering(api, script))
    for each in versions:
        if each.told:
            yield from _pairs(each, api.get(f"{script}/versions/{quote(each.id, safe='')}"))


def _pairs(version: Version, answer: Any) -> Iterator[Pair]:
    of = f"of the version {version.id[:_SHOWN]}"
    if answer is None:
        yield f"the file {of}", "there", None
        return
    resources = _map(_map(answer).get("resources"))
    runtime = _map(resources.get("script_runtime"))
    if version.compatibility_date is not None:
        yield f"compatibility_date {of}", version.compatibility_date, _text(runtime.get("compatibility_date"))
    flags = runtime.get("compatibility_flags")
    there = ", ".join(sorted(map(str, flags))) if isinstance(flags, list) else ""
    yield f"compatibility_flags {of}", ", ".join(version.compatibility_flags) or None, there or None
    if version.migration_tag is not None:
        yield f"Durable Object migrations {of}", version.migration_tag, _text(runtime.get("migration_tag"))
    for name, declared, found in compared(version.bindings, resources.get("bindings")):
        yield f"{name} {of}", declared, found


def _answering(api: Api, script: str) -> Mapping[str, float]:
    """By version, of 100 requests how many it is given: Cloudflare lists the newest deployment first."""
    listed = _map(api.get(f"{script}/deployments")).get("deployments")
    newest = _map(listed[0]) if isinstance(listed, list) and listed else {}
    shares = newest.get("versions")
    return {
        str(each.get("version_id")): float(each["percentage"])
        for each in (shares if isinstance(shares, list) else ())
        if isinstance(each, dict) and isinstance(each.get("percentage"), (int, float))
    }


def _shares(shares: Mapping[str, float]) -> str | None:
    return ", ".join(f"{percent:g} % to {each[:_SHOWN]}" for each, percent in sorted(shares.items())) or None


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
