"""The undisturbed life of a stack: preview, deployment, nothing left to do, drift, an update, a release and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.urns import name_of, type_of
from slipway.rehearsal.data import data_in
from slipway.rehearsal.drift import delete_by_hand, edit_by_hand
from slipway.rehearsal.likeness import unlike
from slipway.rehearsal.quiet import CHANGES, nothing_to_do
from slipway.rehearsal.release import unexplained
from slipway.rehearsal.stage import BrokenError, NotApplicableError, Stage, counted, must, said
from slipway.rehearsal.steps import Step
from slipway.releases import release_of, without_candidate

if TYPE_CHECKING:
    from slipway.engine.gated import Stage as GateStage
    from slipway.engine.results import RunResult
    from slipway.rehearsal.changes import Settings

PREVIEW, UP = "preview", "up"
_WITHOUT_RULES = "\nA project that does not answer to these rules is rehearsed with --no-policy-pack."


def life() -> list[Step]:
    """The steps up to the release. The first ends the rehearsal where rules find something."""
    return [
        Step(PREVIEW, "the engine plans the stack, and the rules find nothing in it", _preview),
        Step(UP, "the stack is deployed", _up, (PREVIEW,)),
        Step("nothing to do", "a preview after it changes nothing", nothing_to_do, (UP,)),
        Step("refresh", "a refresh finds nothing changed", _refresh, (UP,)),
        Step("drift", "what is edited or deleted by hand is found and repaired", _drift, (UP,)),
        Step("update", "one more tag updates in place and replaces nothing", _update, (UP,)),
        Step("release", "another release changes what runs it and nothing else", _release, (UP,)),
        Step(
            "rollback", "one command brings the release before it back, and all is what it was", _rollback, ("release",)
        ),
    ]


def settings_of(stage: Stage) -> Settings:
    """The settings of the stack. Raises `NotApplicableError` where they are of a kind that we do not know."""
    if stage.subject.settings is None:
        raise NotApplicableError("the project is no Slipway: which setting does this in it is not known")
    return stage.subject.settings


def _preview(stage: Stage) -> str:
    return _through_the_gate(stage, "preview")


def _up(stage: Stage) -> str:
    return _through_the_gate(stage, "up")


def _through_the_gate(stage: Stage, what: GateStage) -> str:
    """What a pipeline runs, script and all: rules, a look at what becomes of data, and with `up` the deployment."""
    result = stage.gate(what)
    if not result.ok:
        found = [
            f"{each.policy}: {each.urn or 'the stack'}: {each.message}"
            for each in result.violations
            if each.level == "mandatory"
        ]
        told = [result.headline, result.detail, *found]
        raise BrokenError(
            f"`tools/gate {what}` ends with {result.exit_code}: "
            + said("\n".join(line for line in told if line) or result.stderr)
            + (_WITHOUT_RULES if found else ""),
            result.exit_code,
        )
    return counted(result.changes) + ("" if stage.subject.judged else "; no rule was asked")


def _deployed(stage: Stage) -> str:
    result = stage.up()
    must(result, "the deployment")
    stage.subject.undisturbed.set_result(stage.world())
    return counted(result.changes)


UNDISTURBED = Step(UP, "the stack is deployed", _deployed)


def _refresh(stage: Stage) -> str:
    result = stage.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    if result.operations:
        raise BrokenError(f"a refresh right after the deployment has changes:\n{_listed(result)}")
    must(result, "the refresh")
    # Nothing has disturbed this world so far: what recovers from a crash is held against it.
    stage.subject.undisturbed.set_result(stage.world())
    return counted(result.changes)


def _drift(stage: Stage) -> str:
    before = stage.world()
    edited, deleted = edit_by_hand(stage), delete_by_hand(stage)
    made = {urn: operation for operation, urn in ((("update", edited),) if edited else ())}
    made |= {deleted: "delete"} if deleted else {}
    if not made:
        raise NotApplicableError("the stack has nothing that could be edited or deleted by hand")
    found = stage.run("refresh", "--preview-only", "--expect-no-changes")
    seen = {urn: operation for operation, urn in found.operations}
    if found.exit_code != CHANGES or seen != made:
        raise BrokenError(f"by hand: {made}; `pulumi refresh --preview-only` found: {seen or said(found.errors)}")
    repaired = stage.up("--refresh")
    must(repaired, "the repair, `pulumi up --refresh`,")
    left = unlike(stage.world(), before)
    if left:
        raise BrokenError("after the repair the stack is not what it was:\n" + said("\n".join(left)))
    told = [f"{'edited' if operation == 'update' else 'deleted'} {_short(urn)}" for urn, operation in made.items()]
    return f"{' and '.join(told)}: found, and repaired by `up --refresh`"


def _update(stage: Stage) -> str:
    stage.change(settings_of(stage).tagged())
    result = stage.up()
    must(result, "the update")
    other = [f"{operation} {urn}" for operation, urn in result.operations if operation != "update"]
    if other:
        raise BrokenError("one more tag is no harmless update:\n" + said("\n".join(other)))
    if not result.operations:
        raise BrokenError("one more tag changed nothing: no resource carries the stack's tags")
    return counted(result.changes)


def _release(stage: Stage) -> str:
    changes, gone = settings_of(stage).released(stage.workspace.folder / "release")
    stage.before_release = stage.world()
    stage.change(changes)
    result = stage.up()
    must(result, "the release")
    wrong = unexplained(stage.before_release.deployment, result.operations, gone)
    if wrong:
        raise BrokenError("a release changes more or less than it must:\n" + said("\n".join(wrong)))
    if not result.operations:
        raise NotApplicableError("nothing in the stack runs its release")
    return f"{counted(result.changes)}: {', '.join(sorted({_short(urn) for _, urn in result.operations}))}"


def _rollback(stage: Stage) -> str:
    before = stage.before_release
    if before is None:
        raise NotApplicableError("no release was deployed that could be left again")
    told = _through_the_gate(stage, "rollback")
    settings, now = settings_of(stage), stage.world()
    named = release_of(stage.workspace.project.config_in(stage.workspace.stacks.file(stage.stack)).objects)
    declared = release_of(settings.values)
    if named != (without_candidate(declared) if declared is not None else None):
        raise BrokenError(f"the stack file does not say which release is deployed, but: {named}")
    stage.change(settings.restored())  # what the script has written into the copy of the stack's file
    if named != declared:  # a way back ends a trial: it is begun anew
        must(stage.up(), "the trial of a release after the rollback")
        now = stage.world()
    if left := unlike(now, before):
        raise BrokenError("after the rollback the stack is not what it was:\n" + said("\n".join(left)))
    if data_in(now) != data_in(before):
        raise BrokenError("the rollback has replaced data")
    return told


def _listed(result: RunResult) -> str:
    return said("\n".join(f"{operation} {urn}" for operation, urn in result.operations))


def _short(urn: str) -> str:
    """Type and name of a URN, for a person."""
    return f"{type_of(urn).rpartition(':')[2]} {name_of(urn)}"
