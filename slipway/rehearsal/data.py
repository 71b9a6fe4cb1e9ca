"""A change that would replace data is stopped: by the engine where it is protected, by the gate where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.urns import name_of, type_of
from slipway.danger.facts import facts_of
from slipway.exit_codes import ENDANGERED
from slipway.orphans.records import resources
from slipway.rehearsal.stage import BrokenError, NotApplicableError, Stage, said
from slipway.rehearsal.steps import Step
from slipway.simulated.faults import Fault, write_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slipway.rehearsal.likeness import World

_PROTECTS = "protect"  # in what the engine says, in either of its forms


def data() -> list[Step]:
    """One step for what is protected, one for what is not."""
    return [
        Step(
            "protected data", "a change that would replace protected data is refused by the engine", _refused, ("up",)
        ),
        Step("other data", "a change that would replace other data is stopped by the gate", _stopped, ("up",)),
    ]


def holding(stage: Stage, *, protected: bool) -> list[str]:
    """The URNs in the state that hold data which a replacement would lose."""
    found = []
    for each in resources(stage.state()):
        facts = facts_of(each["type"], each, custom=each.get("custom", False))
        if facts.holds and not facts.rewritten and bool(each.get("protect")) == protected and not each.get("external"):
            found.append(each["urn"])
    return found


def data_in(world: World) -> dict[str, str]:
    """The ids of all that holds data, by URN."""
    return {
        each["urn"]: each["id"]
        for each in resources(world.deployment)
        if each.get("custom") and facts_of(each["type"], each, custom=True).holds
    }


def _refused(stage: Stage) -> str:
    urns = holding(stage, protected=True)
    if not urns:
        raise NotApplicableError("the stack protects nothing")
    before = stage.inventory()
    with _Replacing(stage, urns):
        result = stage.run("up", "--yes")
    _must_be_there(stage, before)
    if result.ok:
        raise BrokenError("protected data was to be replaced, and the deployment was not refused")
    told = [each for each in result.diagnostics if each.severity == "error" and _PROTECTS in each.message]
    silent = [urn for urn in urns if not any(urn in (each.urn, *each.message.split('"')) for each in told)]
    if silent:
        raise BrokenError(
            f"the deployment failed, but not for the protection of:\n{_lines(silent)}\n{said(result.errors)}"
        )
    return f"{_counted(urns)}: each is refused and still there"


def _stopped(stage: Stage) -> str:
    urns = holding(stage, protected=False)
    if not urns:
        raise NotApplicableError("all data of the stack is protected, or it has none")
    before = stage.inventory()
    with _Replacing(stage, urns):
        result = stage.gate("up")
    _must_be_there(stage, before)
    if result.exit_code != ENDANGERED:
        raise BrokenError(
            f"{len(urns)} data resources were to be replaced without approval, and `tools/gate up` did not end with "
            f"{ENDANGERED}, but with {result.exit_code}: {said(result.stdout + result.stderr)}"
        )
    missed = [urn for urn in urns if urn not in result.unapproved]
    if missed:
        raise BrokenError(f"would be replaced without a word from the gate:\n{_lines(missed)}")
    return f"{_counted(urns)}: each is stopped without an approval (exit {ENDANGERED}) and still there"


class _Replacing:
    """The provider demands replacements, as its next version may."""

    def __init__(self, stage: Stage, urns: Iterable[str]) -> None:
        self._cloud = stage.workspace.cloud
        self._faults = [
            Fault(kind="replace", operation="diff", type=type_of(urn), name=name_of(urn), times=0) for urn in urns
        ]

    def __enter__(self) -> None:
        write_faults(self._cloud, self._faults)

    def __exit__(self, *_: object) -> None:
        write_faults(self._cloud, ())


def _must_be_there(stage: Stage, before: Sequence[object]) -> None:
    if stage.inventory() != before:
        raise BrokenError("the cloud changed although the change was to be stopped")


def _counted(urns: Sequence[str]) -> str:
    return f"{len(urns)} {'resource holds' if len(urns) == 1 else 'resources hold'} data"


def _lines(urns: Iterable[str]) -> str:
    return "\n".join(f"  {urn}" for urn in urns)
