"""The order of things. Until the state says otherwise, what served is what serves: `resume` makes it so."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from . import copier, front, slots
from .document import Service
from .fetching import NODE, bring
from .running import active, apart, remove, run
from .saying import LOGS, Failed, say, size
from .state import State, link, other, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .document import Document

TOOLS = "/opt/slipway"
PROGRAMS = "/usr/local/lib/slipway"
MIGRATION = 7200  # seconds that a migration may take
WATCH = 10  # seconds for which the one before waits, even where nobody is connected to it any more


class Change(NamedTuple):
    """What shall serve."""

    release: str
    settings: str
    services: tuple[Service, ...]
    variables: Mapping[str, str]
    """The text of each service's variables."""
    whole: bool = True
    """Whether these are all services."""


def folder_of(app: str, release: str) -> Path:
    """Where a release is."""
    return Path("/opt", app, "releases", release)


def serving(state: State) -> tuple[Service, ...]:
    """The services that serve."""
    return tuple(Service(**each) for each in state.services)


def deploy(state: State, document: Document) -> None:
    """Bring a release to serve, with its settings; nothing happens where it does."""
    if state.app not in {"", document.app}:
        raise Failed(f"this server is that of {state.app}, and {document.app} is not {state.app}")
    _keep(document.credentials)
    copier.install(document)
    new, settings = document.id, document.settings()
    if (state.serving, state.settings) == (new, settings):
        say(f"release {new[:12]} serves already, with the same settings")
        return
    state.app = document.app
    folder = folder_of(document.app, new)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir():
        state.releases.pop(new, None)
        prune(state, document.keep, spare=1)
        say(f"bringing release {new[:12]}")
        bring(document, folder)
    state.releases.setdefault(new, {"migrated": False, "services": []})["at"] = time.time()
    state.save()
    for service in document.services:
        file = folder / service.directory / service.entry
        if not file.is_file():
            raise Failed(f"{service.name}: the release has no {service.directory}/{service.entry}")
    variables = {each.name: slots.env_text(each) for each in document.services}
    change = Change(new, settings, document.services, variables)
    targets = _prepare(state, change)
    _migrate(state, document, folder, targets)
    _exchange(state, change, targets)
    if document.sessions:
        run("systemctl", "enable", "--now", "slipway-sessions.timer")
    prune(state, document.keep)
    say(f"release {new[:12]} serves")


def _keep(credentials: Mapping[str, str]) -> None:
    """Write what the server itself shows others, and forget what it no longer does."""
    folder = slots.ETC / "credentials"
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, text in credentials.items():
        write(folder / name, text, 0o600)
    for file in folder.iterdir():
        if file.name not in credentials:
            file.unlink()


def rollback(state: State, wanted: str) -> None:
    """Let a former release serve, with the variables that serve now."""
    kept = [name for name, each in state.releases.items() if each["services"] and name != state.serving]
    found = [each for each in kept if each.startswith(wanted or state.former or "-")]
    if len(found) != 1:
        there = ", ".join(each[:12] for each in kept) or "none"
        raise Failed(f"no release that has served is called {wanted or 'the former one'}; there are: {there}")
    services = tuple(Service(**each) for each in state.releases[found[0]]["services"])
    if missing := {each.name for each in services} - set(state.slots):
        raise Failed(
            f"{found[0][:12]} has {', '.join(missing)}, which has no settings now; deploy it with its settings"
        )
    change = Change(found[0], "", services, _variables(state, services))
    _exchange(state, change, _prepare(state, change))
    say(f"release {found[0][:12]} serves again")


def restart(state: State, name: str) -> None:
    """Let a service start anew in its other slot."""
    services = tuple(each for each in serving(state) if each.name == name)
    if not services:
        raise Failed(f"no service {name} serves; there are: {', '.join(state.slots) or 'none'}")
    change = Change(state.serving, state.settings, services, _variables(state, services), whole=False)
    _exchange(state, change, _prepare(state, change))
    say(f"{name} serves anew")


def resume(state: State, *, anew: bool = True) -> None:
    """Make what the state says true: after an interruption, after a failure, after a start of the server.

    What nginx has read is known only when this process let it read; else it reads `anew` where something was begun.
    """
    deadline = time.monotonic() + MIGRATION
    if active("slipway-migration"):
        say("waiting for a migration that an interrupted deployment began")
    while active("slipway-migration") and time.monotonic() < deadline:
        time.sleep(1)
    run("systemctl", "stop", "slipway-build", ok=(0, 5))
    services = serving(state)
    idle = {each.unit: other(state.slots[each.name]) for each in services} | state.begun
    for service in services:
        if not service.overlap and active(f"{service.unit}@{idle[service.unit]}"):
            slots.stop(service.unit, idle[service.unit])
    _raise([each for each in services if not active(f"{each.unit}@{state.slots[each.name]}")], state.slots)
    texts = {each.name: front.lines(each, state.slots[each.name]) for each in services}
    unborn = {name: text for name, text in state.first.items() if name not in texts}
    if texts or (unborn and state.begun):
        front.lead(unborn | texts, anew=anew and bool(state.begun))
    for unit, slot in idle.items():
        if active(f"{unit}@{slot}"):
            slots.stop(unit, slot)
    if services:
        _links(state.app, state.serving, state.former)
        _publish(state, services)
    if state.begun:
        state.begun = {}
        state.save()


def _raise(down: list[Service], where: Mapping[str, str]) -> None:
    """Start what serves and is down. That it does not get well is only said: a deployment may mend it."""
    begun = {each: size(LOGS / f"{each.unit}.log") for each in down}
    for service in down:
        run("systemctl", "start", f"{service.unit}@{where[service.name]}")
    try:
        slots.gate(begun, where)
    except Failed as error:
        say(str(error))


def prune(state: State, keep: int, spare: int = 0) -> None:
    """Remove what is neither serving, nor the one before, nor among the newest."""
    needed = {state.serving, state.former} - {""}
    newest = sorted(set(state.releases) - needed, key=lambda each: -float(state.releases[each]["at"]))
    for each in newest[max(0, keep - spare - len(needed)) :]:
        say(f"removing release {each[:12]}")
        del state.releases[each]
        state.save()
    for path in Path("/opt", state.app, "releases").iterdir():
        if path.name not in state.releases:
            remove(path)


def _variables(state: State, services: Iterable[Service]) -> dict[str, str]:
    return {each.name: slots.env_file(each.name, state.slots[each.name]).read_text() for each in services}


def _prepare(state: State, change: Change) -> dict[str, str]:
    """Make the idle slots ready; which these are."""
    targets = {each.name: other(state.slots.get(each.name)) for each in change.services}
    for service in change.services:
        slots.stop(service.unit, targets[service.name])
        folder = folder_of(state.app, change.release)
        slots.prepare(service, targets[service.name], folder, change.variables[service.name])
    return targets


def _migrate(state: State, document: Document, folder: Path, targets: Mapping[str, str]) -> None:
    """Do to the database what the release needs, once, before anything of the release runs."""
    shared = ("SupplementaryGroups=slipway-data", "UMask=0007") if document.shared_data else ()
    units = {each.unit: each for each in document.services}

    def work(part: Mapping[str, str], words: list[str]) -> None:
        log, service = LOGS / "migration.log", units[part["unit"]]
        also = (
            f"EnvironmentFile={slots.env_file(service.name, targets[service.name])}",
            f"StandardError=append:{log}",
            f"RuntimeMaxSec={MIGRATION}",
            *shared,
        )
        env = {"SLIPWAY_TOOLS": TOOLS, "PATH": f"{NODE}:/usr/bin:/bin"}
        apart("migration", part["unit"], folder / part["directory"], words, env=env, log=log, also=also)

    migration = document.migration
    if migration and not state.releases[document.id]["migrated"]:
        runner = [f"{NODE}/node", f"{PROGRAMS}/migrate.mjs", "--release", document.id, "--wait", str(MIGRATION), "--"]
        say("migrating")
        work(migration, [*(runner if migration["postgres"] else []), *migration["command"]])
        state.releases[document.id]["migrated"] = True
        state.save()
    if document.sessions:
        work(document.sessions, [f"{NODE}/node", f"{PROGRAMS}/sessions.mjs"])


def _exchange(state: State, change: Change, targets: dict[str, str]) -> None:
    """Start what shall serve, let it serve, and stop what served; or leave everything as it was."""
    for service in change.services:
        if service.name not in state.slots and front.upstream(service.name).exists():
            state.first.setdefault(service.name, front.upstream(service.name).read_text())
    state.begun = {each.unit: targets[each.name] for each in change.services}
    state.save()
    try:
        say(f"starting {', '.join(f'{name}@{slot}' for name, slot in targets.items())}")
        slots.start([each for each in change.services if each.overlap], targets)
        for service in change.services:
            if not service.overlap:
                if service.name in state.slots:
                    say(f"{service.name} is away until its new process is well: two of it must never run")
                    slots.stop(service.unit, state.slots[service.name])
                slots.start([service], targets)
        former = state.serving if state.serving != change.release else state.former
        _links(state.app, change.release, former)
        front.lead({each.name: front.lines(each, targets[each.name]) for each in change.services})
        for service in change.services:
            front.check(service)
        leaving = [each for each in serving(state) if change.whole or each.name in targets]
        _watch(change, targets, [each for each in leaving if each.overlap], state.slots)
    except BaseException:
        _steadfast()
        say(f"this failed; {state.serving[:12] or 'nothing'} serves as before")
        resume(state)
        raise
    _steadfast()
    gone = {each.unit: state.slots[each.name] for each in leaving}
    if change.whole:
        state.slots, state.services = {}, [each.saved() for each in change.services]
        state.releases[change.release]["services"] = state.services
    state.serving, state.former, state.settings, state.begun = change.release, former, change.settings, gone
    state.slots = {**state.slots, **targets}
    state.save()
    resume(state, anew=False)


def _steadfast() -> None:
    """From here on nothing stops this but an end without notice, after which `resume` does the rest."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)


def _watch(change: Change, targets: Mapping[str, str], old: list[Service], slot: Mapping[str, str]) -> None:
    """Give requests and sockets of the old slot time to end, while the new one is asked on whether it is well."""
    ports = {port for each in old for port in each.ports(slot[each.name])}
    longest = max((each.drain_seconds for each in old), default=0)
    begun = time.monotonic()
    ill: dict[int, int] = {}
    while (passed := time.monotonic() - begun) < longest and (passed < WATCH or _connected(ports)):
        time.sleep(slots.PAUSE)
        for service in change.services:
            for port in service.ports(targets[service.name]):
                wrong = slots.problem(service, port)
                ill[port] = ill.get(port, 0) + 1 if wrong else 0
                if ill[port] >= slots.ILL:
                    raise Failed(f"{service.name} was well, but now port {port} {wrong}")


def _connected(ports: set[int]) -> bool:
    """Whether anybody is connected to one of these ports."""
    established = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return any(line[3] == "01" and int(line[1].rpartition(":")[2], 16) in ports for line in established)


def _links(app: str, serves: str, former: str) -> None:
    """Where nginx finds the files of the release that serves, and those that pages of the one before still ask for."""
    for name, release in (("previous", former), ("current", serves)):
        if release:
            link(Path("/opt", app, name), folder_of(app, release))


def _publish(state: State, services: Iterable[Service]) -> None:
    """The variables that serve, under a name that timers and backups know."""
    for service in services:
        text = slots.env_file(service.name, state.slots[service.name]).read_text()
        file = slots.env_file(service.name)
        if not file.exists() or file.read_text() != text:
            write(file, text, 0o600)
