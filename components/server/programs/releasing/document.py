"""What is to be deployed, as components/server/release.py writes it. Root acts on it, so all of it is looked at."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .age_keys import recipient
from .saying import Failed, hide

_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_PATH = re.compile(r"(?!/)(?!.*//)(?!(?:.*/)?\.\.(?:/|$))[\w@+. /-]{1,200}")
_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_FILE = re.compile(r"(?!\.)[\w.-]{1,100}")
_MADE = re.compile(r"generated/[a-z]{1,40}")
ETC = Path("/etc/slipway")
LITESTREAM = "litestream.yml"
_PLACES = {
    "archive": {"url": re.compile(r"https://[^\s\x00-\x1f]+"), "sha256": re.compile(r"[0-9a-f]{64}")},
    "file": {"file": re.compile(r"(?!\.)[\w.+-]{1,200}"), "sha256": re.compile(r"[0-9a-f]{64}")},
    "git": {"repository": re.compile(r"https://[\w.-]+(?::\d+)?/[\w./~-]+"), "revision": re.compile(r"[0-9a-f]{40}")},
}


@dataclass(frozen=True, eq=False)
class Service:
    """One service; the fields are those of components/server/release.py."""

    name: str
    unit: str
    directory: str
    entry: str
    port: int
    processes: int
    health_path: str | None
    start_seconds: int
    drain_seconds: int
    overlap: bool
    front: dict[str, Any] | None
    pm2: dict[str, Any]
    env: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def ports(self, slot: str) -> range:
        """The ports of its processes in a slot."""
        first = self.port + 100 * (slot == "green")
        return range(first, first + self.processes)

    def saved(self) -> dict[str, Any]:
        """What may be kept: all but its variables."""
        return {**dataclasses.asdict(self), "env": {}, "secrets": {}}


@dataclass(frozen=True)
class Document:
    """The whole."""

    app: str
    release: dict[str, str]
    token: str
    services: tuple[Service, ...]
    migration: dict[str, Any] | None
    sessions: dict[str, Any] | None
    shared_data: bool
    keep: int
    credentials: dict[str, str] = field(default_factory=dict)
    copier: dict[str, str] | None = None
    """What copies the SQLite file all the time, and its sum."""

    @property
    def id(self) -> str:
        """The release's name on this server."""
        return self.release.get("sha256") or self.release["revision"]

    def settings(self) -> str:
        """The digest of all that would make the same release run otherwise."""
        parts = [[dataclasses.asdict(each) for each in self.services], self.migration, self.sessions, self.shared_data]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def read(text: str) -> Document:
    """What the text says; Failed names what it may not say, without a value."""
    try:
        given = json.loads(text)
        for service in given["services"]:
            hide(*service["secrets"].values())
        hide(given.get("token") or "", *given.get("credentials", {}).values())
        _fill_in(given["services"], given.get("made", {}))
        return _document(given)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"{error.args[0]} is missing" if isinstance(error, KeyError) else type(error).__name__
        raise Failed(f"what came is not what components/server/release.py writes: {what}") from None


def _document(given: dict[str, Any]) -> Document:
    _match("app", _NAME, given["app"])
    release = {"kind": given["release"]["kind"]}
    for name, form in _PLACES[release["kind"]].items():
        release[name] = _match(f"release.{name}", form, given["release"][name])
    services = tuple(_service(given["app"], each) for each in given["services"])
    units = {each.unit for each in services}
    for part in ("migration", "sessions"):
        if given[part]:
            _match(f"{part}.directory", _PATH, given[part]["directory"])
            if given[part]["unit"] not in units:
                raise Failed(f"{part}: its unit is that of no service")
    return Document(
        app=given["app"],
        release=release,
        token=given.get("token") or "",
        services=services,
        migration=given["migration"],
        sessions=given["sessions"],
        shared_data=bool(given["shared_data"]),
        keep=int(given["keep"]),
        copier=_copier(given.get("copier")),
        credentials=_credentials(given),
    )


def _credentials(given: dict[str, Any]) -> dict[str, str]:
    found = {_match("credentials", _FILE, name): text for name, text in given.get("credentials", {}).items()}
    if given.get("copier"):
        found[LITESTREAM] = encrypted(found[LITESTREAM])
    return found


def encrypted(text: str) -> str:
    """Litestream's configuration with the public key of the identity that it names, in the place that waits for it."""
    config = json.loads(text)
    for age in (replica["age"] for database in config["dbs"] for replica in database["replicas"]):
        try:
            age["recipients"] = [recipient(each) for each in age["identities"]]
        except ValueError as error:
            raise Failed(f"the secret that backups.sqlite names as its identity: {error}") from None
    return f"{json.dumps(config)}\n"


def _copier(given: dict[str, str] | None) -> dict[str, str] | None:
    return given and {name: _match(f"copier.{name}", form, given[name]) for name, form in _PLACES["archive"].items()}


def _fill_in(services: list[dict[str, Any]], made: dict[str, str]) -> None:
    """Put what this server made itself, such as the password of its database, in the place of what stands for it."""
    for name, place in made.items():
        file = ETC / _match(f"made.{name}", _MADE, place)
        if not file.is_file():
            raise Failed(f"{file} is not there: this server has no {name} of its own")
        secret = file.read_text().strip()
        hide(secret)
        for service in services:
            for variables in (service["env"], service["secrets"]):
                variables.update(
                    {key: value.replace(f"${{server:{name}}}", secret) for key, value in variables.items()}
                )


def _service(app: str, given: dict[str, Any]) -> Service:
    name = _match("service.name", _NAME, given["name"])
    for part, form in (("directory", _PATH), ("entry", _PATH)):
        _match(f"{name}.{part}", form, given[part])
    if given["unit"] != f"{app}-{name}":
        raise Failed(f"{name}: its unit is {app}-{name}")
    if not 1024 <= given["port"] < 60000:  # noqa: PLR2004  # not those of the system
        raise Failed(f"{name}: {given['port']} is no port that a service may have")
    for variable, value in given["secrets"].items():
        if len(value) < (least := given["lengths"].get(variable, 1)):
            raise Failed(f"{name}: {variable} has {len(value)} characters, and at least {least} are required")
    for variable, value in [*given["env"].items(), *given["secrets"].items()]:
        _match(f"{name}: a variable's name", _VARIABLE, variable)
        if "\0" in value:
            raise Failed(f"{name}: {variable} holds a sign that no variable can hold")
    processes = given["processes"] if given["processes"] != "max" else min(os.cpu_count() or 1, 100)
    known = {each.name: given[each.name] for each in dataclasses.fields(Service) if each.name in given}
    if not 1 <= int(processes) <= 100:  # noqa: PLR2004  # as many as a slot has ports
        raise Failed(f"{name}: it cannot have {processes} processes")
    return Service(**{**known, "processes": int(processes)})


def _match(what: str, form: re.Pattern[str], value: str) -> str:
    if not form.fullmatch(value):
        raise Failed(f"{what} is not allowed to be {value!r}")
    return value
