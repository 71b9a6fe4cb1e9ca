"""The stage that asks Cloudflare what it has of a stack's Workers: the provider is known to drop settings unsaid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plan.urns import type_of
from slipway.engine.cli import EngineError
from slipway.exit_codes import CANCELLED, CLEAN, FAILED, FINDINGS
from slipway.gate.engine import is_simulated
from slipway.gate.verdict import Judgement, Verdict, failure
from slipway.readback.api import ReadBackError, api
from slipway.readback.compare import differences
from slipway.readback.wanted import KINDS, wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.gate.engine import Engine
    from slipway.readback.wanted import Wanted

STAGE = "readback"
_SIMULATED = "Cloudflare is simulated here, and was not asked what it has."
_REMEDY = "Deploy again. What stays so is a fault of the provider: set it in the dashboard, and read back once more."


def read_back(engine: Engine) -> Verdict:
    """Compare what is declared of the stack's Workers with what Cloudflare has. Nothing is changed.

    Raises `ReadBackError` where Cloudflare cannot be asked.
    """
    return Verdict.ended(STAGE, engine.stack, _judged(engine))


def followed_by_reading(engine: Engine, verdict: Verdict) -> Verdict:
    """The verdict on a deployment and what Cloudflare then has. It stands as it is where that is not to be asked."""
    has_workers = any(type_of(step.urn) in KINDS for step in verdict.steps)
    if not verdict.deployed or verdict.exit_code != CLEAN or not has_workers:
        return verdict
    try:
        judgement = _judged(engine)
    except ReadBackError as error:
        judgement = Judgement(FAILED, "it is deployed, and what Cloudflare has of it could not be read.", str(error))
    except KeyboardInterrupt:
        headline = "it is deployed; reading back what Cloudflare has of it was cancelled."
        judgement = Judgement(CANCELLED, headline, f"Run tools/gate readback {engine.stack}.")
    if judgement.exit_code == CLEAN:
        return replace(verdict, detail="\n".join(part for part in (verdict.detail, judgement.headline) if part))
    detail = "\n".join(part for part in (verdict.detail, verdict.headline, judgement.detail) if part)
    return replace(verdict, exit_code=judgement.exit_code, headline=judgement.headline, detail=detail)


def _judged(engine: Engine) -> Judgement:
    if is_simulated():
        return Judgement(CLEAN, _SIMULATED)
    try:
        state = engine.state()
    except EngineError as error:
        return failure(FAILED, str(error), engine.stack, "what is deployed could not be read.")
    workers = wanted(state)
    if not workers:
        return Judgement(CLEAN, "no Worker is deployed: there is nothing to read back.")
    asked = api()
    found = [each for worker in workers for each in differences(asked, worker)]
    if found:
        what = "1 setting" if len(found) == 1 else f"{len(found)} settings"
        headline = f"Cloudflare has {what} of {_names(workers)} otherwise than the program declares."
        return Judgement(FINDINGS, headline, "\n".join([*map(str, found), _REMEDY]))
    hidden = [worker.name for worker in workers if worker.hides_bindings]
    more = f" Bindings of {', '.join(hidden)} are hidden in the state, and were not compared." if hidden else ""
    return Judgement(CLEAN, f"Cloudflare has {_names(workers)} as the program declares.{more}")


def _names(workers: Sequence[Wanted]) -> str:
    return ", ".join(worker.name for worker in workers)
