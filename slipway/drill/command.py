"""The drill: from the bucket to counted data, with the time that it took."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.vps import Vps
from config.vps_data import BackupPlace
from slipway.drill import scratch
from slipway.drill.continuous import PART, Continuous, try_copy
from slipway.drill.manifest import KINDS
from slipway.drill.outcome import Outcome
from slipway.drill.programs import Broken, check_programs, contents
from slipway.drill.repository import Repository
from slipway.errors import ProgramError, UsageError
from slipway.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.application import Application
    from slipway.project import Project

YOUNG = 26 * 3600  # seconds; as on the server


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be tried."""

    repository: Repository
    snapshot: str | None
    """The snapshot; None is the newest, which must be young."""
    kept: tuple[str, ...]
    """What the server keeps, so that it must be in the backup."""
    continuous: Continuous | None = None
    """Where the SQLite file is copied all the time; None where it is not."""


def wanted(project: Project, stack: str, repository: str | None, snapshot: str | None) -> Wanted:
    """What a stack's settings say of its backups. Raises `UsageError` where they say nothing and nobody else does."""
    settings = settings_of(project, stack, builds=False).stack
    topology = settings.topology
    if not isinstance(topology, Vps):
        raise UsageError(f"{stack}: its topology is {topology.kind}; a drill restores backups of single servers (vps).")
    if repository is None and not isinstance(topology.backups, BackupPlace):
        raise UsageError(f"{stack}: its topology.backups names no bucket; name one there, or give --repository.")
    place = repository or (topology.backups.repository(stack) if isinstance(topology.backups, BackupPlace) else "")
    kept = topology.keeps(settings.application)
    return Wanted(Repository(place, stack), snapshot, kept, _continuous(topology, settings.application, stack))


def _continuous(topology: Vps, application: Application, stack: str) -> Continuous | None:
    place = topology.backups
    if topology.continuous(application) is None or not isinstance(place, BackupPlace):
        return None
    return Continuous(f"https://{place.endpoint}", place.region(), place.bucket, place.replica(stack))


def drill(order: Wanted) -> Outcome:
    """Restore and compare. Raises `ProgramError` where there is nothing to compare."""
    order.repository.check()
    id_ = order.repository.chosen(order.snapshot)
    try:
        manifest = order.repository.manifest(id_)
    except Broken as error:
        raise ProgramError(f"{order.repository.place}: snapshot {id_[:8]}: {error}.") from None
    parts = manifest["parts"]
    for kind in parts:
        check_programs(kind)
    if order.continuous is not None:
        order.continuous.check()
    taken = min((str(part["taken"]) for part in parts.values()), default="")
    if not taken:
        raise ProgramError(f"{order.repository.place}: snapshot {id_[:8]}: there is no data in it.")
    age = (datetime.now(UTC) - datetime.fromisoformat(taken)).total_seconds()
    outcome = Outcome(order.repository.stack, order.repository.place, id_[:8], taken, age)
    outcome.faults += [
        f"{kind}: the server keeps it, and the backup has none" for kind in order.kept if kind not in parts
    ]
    if order.snapshot is None and age > YOUNG:
        outcome.faults.append(f"the newest backup is {age / 3600:.0f} hours old: backups were missed")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="slipway-drill-") as name:
        work = Path(name)
        work.chmod(0o711)  # PostgreSQL, who is another user, passes through to a folder of its own
        _restore(order.repository, id_, manifest, work, outcome)
        if order.continuous is not None:
            with _step(PART, outcome):
                try_copy(order.continuous, parts.get("sqlite"), work, outcome)
    outcome.time = time.monotonic() - begun
    return outcome


def _restore(repository: Repository, id_: str, manifest: Mapping[str, Any], work: Path, outcome: Outcome) -> None:
    folder = work / "restored"
    folder.mkdir(mode=0o700)
    with _step("restore", outcome):
        repository.restore(id_, folder)
    outcome.faults += _files(manifest["files"], folder)
    for kind in KINDS:
        if (part := manifest["parts"].get(kind)) is None:
            continue
        with _step(kind, outcome):
            outcome.compare(kind, part["contents"], _contents(kind, part, folder, work, outcome))


def _contents(kind: str, part: Mapping[str, Any], folder: Path, work: Path, outcome: Outcome) -> dict[str, Any]:
    file = folder / str(part["file"])
    if not file.is_file():
        raise Broken(f"{file.name} did not come back")
    if kind == "postgres":
        return scratch.postgres(part, folder, work, outcome.faults)
    return scratch.redis(part, folder, work) if kind == "redis" else dict(json.loads(contents(kind, file)))


@contextlib.contextmanager
def _step(name: str, outcome: Outcome) -> Iterator[None]:
    """Take the time; what is broken is a fault, and the next step goes on."""
    begun = time.monotonic()
    try:
        yield
    except Broken as error:
        outcome.faults.append(f"{name}: {error}")
    outcome.steps[name] = time.monotonic() - begun


def _files(told: Mapping[str, Any], folder: Path) -> list[str]:
    """What differs from the bytes that the server sent."""
    faults = []
    for name, each in told.items():
        file = folder / name
        if not file.is_file():
            faults.append(f"{name}: the file did not come back")
        elif (size := file.stat().st_size) != each["bytes"]:
            faults.append(f"{name}: {size} bytes came back of {each['bytes']}")
        elif _digest(file) != each["sum"]:
            faults.append(f"{name}: its bytes are not those that the server sent")
    return faults


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
