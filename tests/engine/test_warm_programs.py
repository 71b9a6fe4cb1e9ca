"""Programs that are forked from a warm process are the same to the engine as those that it starts anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from slipway.engine.workspace import Workspace
from slipway.simulated.faults import Fault, write_faults

pytestmark = pytest.mark.engine
PROGRAMS = Path(__file__).parent / "programs"


def processes(word: str) -> list[str]:
    """The command lines of running processes that have this word."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = process.read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has ended
            continue
        found += [line] if word in line else []
    return found


def test_the_first_and_the_later_ones_do_what_a_cold_program_does(pulumi_cli: Path) -> None:
    seen = []
    for warm in (False, True):
        with Workspace(PROGRAMS / "shop", pulumi=pulumi_cli, autoname=False, warm=warm) as workspace:
            previews = [workspace.preview("dev") for _ in range(3 if warm else 1)]
            seen += [
                sorted((step.urn, step.op, str(step.new and step.new.get("inputs"))) for step in each.steps)
                for each in previews
            ]
            assert all(each.ok for each in previews), [each.errors for each in previews]

    assert len({str(steps) for steps in seen}) == 1


@pytest.mark.parametrize("program", ["raises", "exits-badly", "exits-well", "own-modules", "settings"])
def test_it_ends_as_it_would_have_ended(program: str, pulumi_cli: Path) -> None:
    with Workspace(PROGRAMS / program, pulumi=pulumi_cli) as workspace:
        cold = workspace.preview("dev")
    with Workspace(PROGRAMS / program, pulumi=pulumi_cli, warm=True) as workspace:
        workspace.preview("dev")
        warm = workspace.preview("dev")

    assert (warm.exit_code, warm.errors) == (cold.exit_code, cold.errors)
    assert sorted(map(str, warm.diagnostics)) == sorted(map(str, cold.diagnostics))


def test_one_that_the_engine_cancels_is_gone_and_the_next_one_runs(pulumi_cli: Path, tmp_path: Path) -> None:
    with Workspace(PROGRAMS / "faulty", folder=tmp_path / "w", pulumi=pulumi_cli, warm=True) as workspace:
        assert workspace.preview("dev").ok
        write_faults(workspace.cloud, [Fault(kind="fail", message="no more")])
        failed = workspace.up("dev")
        write_faults(workspace.cloud, ())

        assert "no more" in failed.errors
        assert "Traceback" not in failed.errors + failed.stderr
        assert workspace.up("dev").ok
    assert processes(str(tmp_path)) == []


def test_nothing_of_it_is_left_at_the_end(pulumi_cli: Path) -> None:
    with Workspace(PROGRAMS / "shop", pulumi=pulumi_cli, warm=True) as workspace:
        socket = workspace.cli.environment["SLIPWAY_WARM_PROGRAMS"]
        assert Path(socket).exists()
        assert any(socket in line for line in processes("runner.py"))

    assert not Path(socket).parent.exists()
    assert not any(socket in line for line in processes("runner.py"))


def test_without_it_programs_are_started_as_ever(pulumi_cli: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    with Workspace(PROGRAMS / "shop", pulumi=pulumi_cli, warm=True) as workspace:
        assert "SLIPWAY_WARM_PROGRAMS" not in workspace.cli.environment
        assert workspace.preview("dev").ok
