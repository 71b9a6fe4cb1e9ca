"""`slipway orphans`: from the user's arguments to what was found, without printing."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from slipway.engine.plugins import installed_sdks
from slipway.errors import ProgramError, UsageError
from slipway.files import write
from slipway.orphans.account import Account
from slipway.orphans.coverage import NotCovered, not_covered
from slipway.orphans.engines import SimulatedEngine, UsersEngine, read_exports, simulation
from slipway.orphans.finding import Found, find_orphans, import_file_of
from slipway.orphans.import_file import Existing, find_urn
from slipway.orphans.names import keep_names
from slipway.orphans.records import resources
from slipway.orphans.scope import Scope, scope_of
from slipway.settings import has_settings, settings_of
from slipway.simulated.aws_api import AwsApi
from slipway.simulated.values import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from config.stack import StackSettings
    from plan.model import Plan
    from slipway.orphans.engines import Engine, Export
    from slipway.orphans.import_file import ImportFile
    from slipway.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the user asked for. `tags` and `regions` are the user's own, `states` files in place of the backend."""

    project: Project
    plan: Plan
    states: Sequence[Path] = ()
    regions: Sequence[str] = ()
    tags: Mapping[str, str]
    simulated: Path | None = None
    answers: Path | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, and where it was looked for. `states` are the states that were read, and their resources."""

    found: Found
    missing: tuple[NotCovered, ...]
    scope: Scope
    account: str
    states: Mapping[str, int]
    own: Mapping[str, Any]
    simulated: bool

    def to_json(self, plan: Plan) -> dict[str, Any]:
        """What `--json` prints."""
        found = self.found
        return {
            "project": plan.project,
            "stack": plan.stack,
            "simulated": self.simulated,
            "account": self.account,
            "regions": list(self.scope.regions),
            "tags": sorted({tuple(sorted(tags)) for _, tags in self.scope.queries}),
            "states": dict(self.states),
            "recorded": found.recorded,
            "orphans": [each.to_json() for each in found.orphans],
            "kept": [each.to_json() for each in found.kept],
            "made_by_aws": [each.to_json() for each in found.of_aws],
            "going": [each.to_json() for each in found.going],
            "not_covered": [{"type": each.type, "count": each.count, "reason": each.reason} for each in self.missing],
            "notes": list(found.notes),
        }


def look_for_orphans(look: Look) -> Looked:
    """Ask AWS, or the simulated one, and compare. Nothing is changed."""
    files = dict(zip(map(str, look.states), read_exports(look.states), strict=True))
    configured = look.project.config(look.plan.stack).values.get("aws:region")
    scope = scope_of(look.plan, look.regions, look.tags, configured)
    with _surroundings(look, scope) as (engine, account):
        states, notes = (files, []) if files else _states(look, engine)
        own = _own(look, files) if files else states[look.plan.stack]
        others = [export for export in states.values() if export is not own]
        found = find_orphans(account, scope, look.plan, own, others)
        found = replace(found, notes=(*notes, *found.notes))
    types = [each.type for each in look.plan.resources if each.custom and not each.external]
    planned = {each.urn for each in look.plan.resources}
    types += [each["type"] for each in resources(own) if each.get("custom") and each["urn"] not in planned]
    sdk = next((sdk.folder for sdk in installed_sdks(look.project.python, os.environ) if sdk.name == "aws"), None)
    counted = {name: len(resources(export)) for name, export in states.items()}
    return Looked(found, not_covered(types, sdk), scope, account.id, counted, own, look.simulated is not None)


def write_import_file(looked: Looked, plan: Plan, file: Path, named: Sequence[str]) -> ImportFile:
    """Write what can be taken over; `named` are `TYPE::NAME=ID` of the user's. The file is whole or not there."""
    made = import_file_of(looked.found.orphans, plan, looked.own, [_named(each, plan) for each in named])
    if made.taken:
        write(file, json.dumps(made.document, indent=2) + "\n")
    return made


@dataclass(frozen=True, slots=True)
class Kept:
    """The URNs of what keeps its automatic name, and the file with the state as it was; None where nothing changed."""

    changed: tuple[str, ...]
    before: Path | None


def keep_names_of(look: Look, file: Path) -> Kept:
    """Let the state keep the automatic names of what an import file took over.

    The whole state is put back, so the old one is written beside the file first, and a state that somebody else has
    changed in the meantime is left alone: `ProgramError`.
    """
    try:
        imported = json.loads(file.read_text(encoding="utf-8"))
        imported["resources"]
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError, KeyError):
        raise UsageError(f"{file}: is no import file. Give the one that --import has written.") from None
    stack = look.plan.stack
    with _engine(look) as engine:
        export = _export(engine, stack)
        kept, changed = keep_names(export, look.plan, imported)
        if not changed:
            return Kept((), None)
        before = write(_unused(file), json.dumps(export, indent=2) + "\n", mode=0o600)
        if _export(engine, stack) != export:
            before.unlink()
            raise ProgramError(
                f"the state of {stack} has just been changed by somebody else, so it was left as it is. Repeat the "
                "command when no other run is under way."
            )
        engine.put(stack, kept)
    return Kept(changed, before)


def _unused(file: Path) -> Path:
    """A name beside an import file for the state as it was: one that is earlier stays."""
    numbered = (file.with_name(f"{file.stem}.state-{number}.json") for number in count(1))
    return next(name for name in numbered if not name.exists())


@contextlib.contextmanager
def _engine(look: Look) -> Iterator[Engine]:
    if look.simulated is None:
        yield UsersEngine(look.project)
    else:
        with simulation(look.project, look.simulated, look.answers) as workspace:
            yield SimulatedEngine(workspace)


@contextlib.contextmanager
def _surroundings(look: Look, scope: Scope) -> Iterator[tuple[Engine | None, Account]]:
    """The states' engine, and the account; an engine is not needed where the states are in files."""
    with contextlib.ExitStack() as opened:
        engine = opened.enter_context(_engine(look)) if look.simulated or not look.states else None
        endpoint = None
        if look.simulated:
            account = scope.accounts[0] if scope.accounts else ACCOUNT
            endpoint = opened.enter_context(AwsApi(look.simulated / "cloud", account)).url
        yield engine, Account(endpoint=endpoint, role_arn=scope.role_arn, allowed=scope.accounts)


def _states(look: Look, engine: Engine | None) -> tuple[dict[str, Export], list[str]]:
    """The states of the backend that are to be read, by stack, the stack's own first; a note for each that is not."""
    assert engine is not None  # noqa: S101 - without files there is one
    states = {look.plan.stack: _export(engine, look.plan.stack)}
    notes = []
    for name in _siblings(look):
        export = engine.export(name)
        if export is not None:
            states[name] = export
        else:
            notes.append(
                f"the backend has no stack {name!r}: if it was deployed from another one, what it has looks like "
                "orphans here; give its state too, with --state."
            )
    return states, notes


def _export(engine: Engine, stack: str) -> Export:
    export = engine.export(stack)
    if export is None:
        raise ProgramError(
            f"the backend has no stack {stack!r}: log in to the one that has it (pulumi login). If its state is lost, "
            "say so with a state that records nothing: echo '{}' > none.json, then --state none.json."
        )
    return export


def _own(look: Look, states: Mapping[str, Export]) -> Export:
    """Of several files, the state of the stack itself; a file without resources may be any stack's."""
    start = f"urn:pulumi:{look.plan.stack}::{look.plan.project}::"
    own = [export for export in states.values() if any(each["urn"].startswith(start) for each in resources(export))]
    empty = [export for export in states.values() if not resources(export)]
    found = next(iter([*own, *empty]), None)
    if found is None:
        raise UsageError(f"none of the files of --state is of the stack {look.plan.stack!r} of {look.plan.project}.")
    return found


def _siblings(look: Look) -> list[str]:
    """The project's other stacks whose things may carry the same tags: no tag names the stack itself.

    What the file of a stack says may be wrong today, and was not when the stack was deployed: then its state is read.
    """
    others = [name for name in look.project.stacks() if name != look.plan.stack]
    if not has_settings(look.project):
        return others
    own = settings_of(look.project, look.plan.stack).stack
    return [name for name in others if _tagged_alike(look.project, name, own)]


def _tagged_alike(project: Project, name: str, own: StackSettings) -> bool:
    try:
        other = settings_of(project, name).stack
    except UsageError:
        return True
    return (other.app, other.environment) == (own.app, own.environment)


def _named(text: str, plan: Plan) -> Existing:
    place, _, identifier = text.partition("=")
    kind, _, name = place.partition("::")
    if not (kind and name and identifier):
        raise UsageError(f"--resource: given {text!r}; allowed is TYPE::NAME=ID, as in aws:ec2/vpc:Vpc::vpc=vpc-0123.")
    urn = find_urn(plan, kind, name)
    if urn is None:
        raise UsageError(f"--resource: the program has no (single) {place}; `slipway plan --json` lists its resources.")
    return Existing(urn, identifier)
