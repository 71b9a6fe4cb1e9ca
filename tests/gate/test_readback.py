"""`tools/gate readback`, and the same after an `up`: its verdicts, with stand-ins for engine and API."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.results import Step
from slipway.gate.engine import Engine
from slipway.gate.readback import followed_by_reading, read_back
from slipway.gate.supervision import Limits
from slipway.gate.verdict import Judgement, Verdict
from slipway.project import Project
from tests.gate.test_command import PETS, run
from tests.readback.edge import SCRIPT, TOKEN, Edge, answering, as_declared, hidden, state
from tests.readback.gradual import DEPLOYMENTS, on_trial, trial

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URN = "urn:pulumi:dev::pets::cloudflare:index/workersScript:WorkersScript::w"
DEPLOYED = replace(
    Verdict.ended("up", "dev", Judgement(0, "1 create.")), deployed=True, simulated=False, steps=(Step("create", URN),)
)


@pytest.fixture
def edge() -> Iterator[Edge]:
    with answering(Edge(as_declared())) as up:
        yield up


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, edge: Edge) -> Engine:
    """An engine whose backend has the state of a Worker."""
    kept = tmp_path / "state.json"
    kept.write_text(json.dumps(state()))
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(f'#!/bin/sh\n[ "$1 $2" = "stack export" ] && exec cat {kept}\nexit 9\n')
    pulumi.chmod(0o755)
    monkeypatch.setenv("SLIPWAY_PULUMI", str(pulumi))
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", TOKEN)
    monkeypatch.setenv("CLOUDFLARE_BASE_URL", edge.base)
    monkeypatch.delenv("SLIPWAY_SIMULATED_STATE", raising=False)
    return Engine(project=Project.find(PETS), stack="dev", limits=Limits(seconds=60, grace=9))


def test_what_is_as_declared_passes(engine: Engine) -> None:
    verdict = read_back(engine)
    assert (verdict.exit_code, verdict.stage) == (0, "readback")
    assert verdict.headline == "Cloudflare has desk-production as the program declares."


@pytest.mark.parametrize(("told", "there"), [(state(), as_declared()), (trial(), on_trial())])
def test_a_worker_with_a_secret_is_compared_as_a_whole(
    engine: Engine,
    edge: Edge,
    tmp_path: Path,
    told: dict[str, Any],
    there: dict[str, Any],  # Any: JSON
) -> None:
    (tmp_path / "state.json").write_text(json.dumps(hidden(told)))
    edge.has = there
    assert read_back(engine).headline == "Cloudflare has desk-production as the program declares."


def test_a_state_that_does_not_tell_what_a_worker_is_bound_to_is_said_so(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(json.dumps(state(bindings={"ciphertext": "c2VjcmV0"})))
    verdict = read_back(engine)
    assert verdict.exit_code == 0
    assert verdict.headline.endswith("Bindings of desk-production are hidden in the state, and were not compared.")


def test_what_was_dropped_is_a_finding_with_what_to_do(engine: Engine, edge: Edge) -> None:
    edge.has[f"{SCRIPT}/settings"]["observability"] = {"enabled": False}
    verdict = read_back(engine)
    assert verdict.exit_code == 3
    assert verdict.headline == "Cloudflare has 1 setting of desk-production otherwise than the program declares."
    assert "observability is declared as on, and Cloudflare has off.\nDeploy again." in verdict.detail


def test_a_deployment_is_followed_by_reading_and_its_verdict_says_both(engine: Engine, edge: Edge) -> None:
    passed = followed_by_reading(engine, DEPLOYED)
    assert (passed.exit_code, passed.headline) == (0, "1 create.")
    assert "as the program declares" in passed.detail
    edge.has[f"{SCRIPT}/settings"]["placement"] = {}
    failed = followed_by_reading(engine, DEPLOYED)
    assert (failed.exit_code, failed.deployed) == (3, True)
    assert "1 create." in failed.detail


def test_a_deployment_that_cannot_be_read_back_says_that_it_is_deployed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "")
    verdict = followed_by_reading(engine, DEPLOYED)
    assert (verdict.exit_code, verdict.deployed) == (1, True)
    assert verdict.headline == "it is deployed, and what Cloudflare has of it could not be read."
    assert "CLOUDFLARE_API_TOKEN is not set" in verdict.detail


def test_a_reading_that_is_cancelled_does_not_say_that_nothing_was_changed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(_: Engine) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Engine, "state", cancelled)
    verdict = followed_by_reading(engine, DEPLOYED)
    assert (verdict.exit_code, verdict.headline.partition(";")[0]) == (130, "it is deployed")


def test_nobody_is_asked_where_nothing_was_deployed_or_no_worker_is_there(engine: Engine, edge: Edge) -> None:
    for verdict in (
        replace(DEPLOYED, deployed=False),
        replace(DEPLOYED, exit_code=1),
        replace(DEPLOYED, steps=(Step("create", URN.replace("workersScript:WorkersScript", "zone:Zone")),)),
    ):
        assert followed_by_reading(engine, verdict) == verdict
    assert edge.asked == []


def test_a_simulated_cloud_is_not_asked_and_says_so(
    engine: Engine, edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPWAY_SIMULATED_STATE", "anywhere")
    verdict = followed_by_reading(engine, DEPLOYED)
    assert (verdict.exit_code, verdict.detail) == (0, "Cloudflare is simulated here, and was not asked what it has.")
    assert edge.asked == []


def test_a_backend_that_cannot_be_asked_is_a_failure(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "pulumi").write_text("#!/bin/sh\necho error: no stack named dev >&2\nexit 255\n")
    assert read_back(engine).exit_code != 0


def test_a_stack_without_a_worker_has_nothing_to_read(engine: Engine, tmp_path: Path, edge: Edge) -> None:
    (tmp_path / "state.json").write_text('{"deployment": {"resources": []}}')
    assert read_back(engine).headline == "no Worker is deployed: there is nothing to read back."
    assert edge.asked == []


def test_it_is_a_command_with_a_verdict_of_its_own(
    engine: Engine, edge: Edge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    edge.has[f"{SCRIPT}/schedules"] = {"schedules": []}
    out = tmp_path / "out"
    assert run(monkeypatch, "readback", engine.stack, "--project", str(PETS), "--out", str(out)) == 3
    verdict = json.loads((out / "verdict.json").read_text())
    assert (verdict["stage"], verdict["exitCode"]) == ("readback", 3)
    assert "cron triggers" in verdict["detail"]
    assert TOKEN not in json.dumps(verdict)


def test_a_deployment_of_a_worker_whose_releases_are_versions_is_read_back_too(
    engine: Engine, edge: Edge, tmp_path: Path
) -> None:
    (tmp_path / "state.json").write_text(json.dumps(trial()))
    edge.has = on_trial()
    step = Step("replace", "urn:pulumi:dev::pets::cloudflare:index/workersDeployment:WorkersDeployment::d")
    for urn in (step, Step("create", "urn:pulumi:dev::pets::cloudflare:index/worker:Worker::w")):
        assert "as the program declares" in followed_by_reading(engine, replace(DEPLOYED, steps=(urn,))).detail
    edge.has[DEPLOYMENTS]["deployments"].pop(0)
    failed = followed_by_reading(engine, replace(DEPLOYED, steps=(step,)))
    assert (failed.exit_code, failed.deployed) == (3, True)
    assert "requests is declared as" in failed.detail
