"""What the engine does when something goes wrong, and what the next command does about it (docs/engine.md).

Longer than 300 lines because the whole table of the guide is shown in one place.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from concurrent import futures
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.workspace import Workspace
from slipway.simulated.faults import Fault, write_faults
from slipway.simulated.inventory import inventory
from tests.engine.test_processes import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from slipway.engine.results import RunResult

PROGRAM = Path(__file__).parent / "programs" / "faulty"
OBJECTS, SUBNETS = 6, 3
ALL = {"same": 1 + OBJECTS}
SUBNET = "aws:ec2/subnet:Subnet"
PET = "random:index/randomPet:RandomPet"  # nothing refuses a second one
GATEWAY = "aws:ec2/internetGateway:InternetGateway"
PATIENCE = 60  # seconds for a busy machine
EXIT_CANCELLED = 8


@pytest.fixture
def engine(pulumi_cli: Path, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(PROGRAM, folder=tmp_path, pulumi=pulumi_cli) as workspace:
        yield workspace


def up_with(engine: Workspace, *faults: Fault) -> RunResult:
    write_faults(engine.cloud, faults)
    ended = engine.up("dev")
    write_faults(engine.cloud, ())
    return ended


def recorded(engine: Workspace) -> set[str]:
    """The ids that the state holds of cloud objects."""
    return {each["id"] for each in resources(engine) if "id" in each and not each["type"].startswith("pulumi:")}


def resources(engine: Workspace) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = engine.export("dev")["deployment"].get("resources", [])
    return found


def pending(engine: Workspace) -> list[str]:
    """What the state says of operations that were never finished."""
    return [each["type"] for each in engine.export("dev")["deployment"].get("pending_operations") or ()]


def made(engine: Workspace) -> set[str]:
    return {each.id for each in inventory(engine.cloud)}


def assert_recovers(engine: Workspace, changes: Mapping[str, int]) -> None:
    """The next `up` does this; then the cloud, the state and the program say the same."""
    again = engine.up("dev")
    assert again.changes == changes, again.errors
    assert engine.preview("dev").changes == ALL
    assert made(engine) == recorded(engine)
    assert len(made(engine)) == OBJECTS


class Running:
    """An engine command in a process group of its own."""

    def __init__(self, engine: Workspace, *command: str) -> None:
        settings = ["--stack", "dev", "--config-file", str(engine.stacks.settings("dev")), "--non-interactive"]
        self._said = engine.folder / f"said-{command[0]}"
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                [engine.cli.program, *command, *settings], cwd=PROGRAM, env=dict(engine.cli.environment),
                stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self._said.read_text()

    def interrupt(self) -> None:
        """What a terminal does for ctrl-C."""
        os.killpg(self.process.pid, signal.SIGINT)

    def ended(self) -> int:
        return self.process.wait(timeout=PATIENCE)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not get that far"
        time.sleep(0.05)


@pytest.fixture
def hanging(engine: Workspace) -> Iterator[Callable[[Fault], Running]]:
    """Return a function: an `up` in which everything is done and recorded but for what meets the fault."""
    started: list[Running] = []
    file = engine.folder / "backend" / ".pulumi" / "stacks" / "faulty" / "dev.json"

    def is_recorded() -> bool:
        """Whether all but what hangs is written: an engine that is killed while it writes leaves half a file."""
        try:
            state = json.loads(file.read_text())["checkpoint"]["latest"]
        except (FileNotFoundError, json.JSONDecodeError):
            return False
        known = {each.get("id") for each in state.get("resources") or ()}
        return made(engine) <= known and len(state.get("pending_operations") or ()) == 1

    def start(fault: Fault) -> Running:
        write_faults(engine.cloud, [fault])
        started.append(Running(engine, "up", "--yes", "--skip-preview"))
        wait_until(lambda: len(made(engine)) == OBJECTS - 1)
        wait_until(is_recorded)
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()


def test_one_failure_leaves_the_rest_and_the_next_up_makes_what_is_missing(engine: Workspace) -> None:
    failed = up_with(engine, Fault(kind="fail", type=SUBNET, nth=3, message="SubnetLimitExceeded"))

    assert failed.exit_code == 1
    assert "SubnetLimitExceeded" in failed.errors
    assert pending(engine) == []
    assert made(engine) == recorded(engine)
    assert len(made(engine)) == OBJECTS - 1
    assert_recovers(engine, {"create": 1, "same": OBJECTS})


@pytest.mark.slow
def test_throttling_is_not_seen_by_the_engine_unless_it_goes_on(engine: Workspace) -> None:
    exhausted = up_with(engine, Fault(kind="throttle", type=GATEWAY, times=0))
    shortly = up_with(engine, Fault(kind="throttle", type=GATEWAY, times=2))

    assert exhausted.exit_code == 1
    assert "ThrottlingException: Rate exceeded" in exhausted.errors
    assert shortly.ok, shortly.errors
    assert shortly.changes == {"create": 1, "same": OBJECTS}


@pytest.mark.parametrize(("kind", "orphans"), [pytest.param("die-before", 0, marks=pytest.mark.slow), ("die-after", 1)])
def test_a_provider_that_dies_leaves_nothing_pending_and_after_the_change_an_orphan(
    engine: Workspace, kind: str, orphans: int
) -> None:
    died = up_with(engine, Fault(kind=kind, type="random:*"))

    assert died.exit_code == 1
    assert "exited prematurely" in died.errors
    assert pending(engine) == []
    assert len(made(engine) - recorded(engine)) == orphans

    assert engine.refresh("dev").ok
    assert engine.up("dev").ok
    assert engine.preview("dev").changes == ALL
    assert len(made(engine) - recorded(engine)) == orphans
    assert recorded(engine) < made(engine) or not orphans


@pytest.mark.slow
def test_what_is_made_but_not_well_is_recorded_so_and_repaired(engine: Workspace) -> None:
    ill = up_with(engine, Fault(kind="unhealthy", type=GATEWAY, message="never became healthy"))
    errors = {each["type"]: each["initErrors"] for each in resources(engine) if each.get("initErrors")}

    assert ill.exit_code == 1
    assert errors == {GATEWAY: ["never became healthy"]}
    assert_recovers(engine, {"update": 1, "same": OBJECTS})
    assert not any(each.get("initErrors") for each in resources(engine))


@pytest.mark.slow
def test_a_provider_that_dies_in_an_update_changes_no_state_and_the_next_up_updates(
    engine: Workspace, pulumi_cli: Path, tmp_path: Path
) -> None:
    engine.up("dev")
    answers = tmp_path / "answers.yaml"
    answers.write_text("config: {size: '2'}\n")
    with Workspace(PROGRAM, folder=tmp_path, pulumi=pulumi_cli, answers=answers) as larger:
        died = up_with(larger, Fault(kind="die-before", operation="update"))
        tags = [each["inputs"]["tags"] for each in resources(larger) if "tags" in each.get("inputs", {})]

        assert "exited prematurely" in died.errors
        assert tags == [{"size": "1"}]
        assert pending(larger) == []
        assert_recovers(larger, {"update": 1, "same": OBJECTS})


@pytest.mark.slow
def test_a_failing_delete_leaves_the_rest_for_the_next_destroy(engine: Workspace) -> None:
    engine.up("dev")
    write_faults(engine.cloud, [Fault(kind="fail", operation="delete", type=SUBNET, message="DependencyViolation")])
    failed = engine.destroy("dev")
    left = made(engine)
    again = engine.destroy("dev")

    assert failed.exit_code == 1
    assert "DependencyViolation" in failed.errors
    assert left
    assert again.ok, again.errors
    assert made(engine) == recorded(engine) == set()


@pytest.mark.slow
def test_a_replacement_that_only_the_provider_wants_is_planned_and_done(engine: Workspace) -> None:
    engine.up("dev")
    before = made(engine)
    write_faults(engine.cloud, [Fault(kind="replace", operation="diff", type=PET, times=0)])
    planned, replaced = engine.preview("dev"), engine.up("dev")
    write_faults(engine.cloud, ())

    assert planned.step("::pet").op == "replace"
    assert planned.step("::pet").replace_reasons == ("length",)
    assert replaced.changes == {"replace": 1, "same": OBJECTS}
    assert len(made(engine) - before) == len(before - made(engine)) == 1
    assert engine.preview("dev").changes == ALL


def test_ctrl_c_ends_what_hangs_and_the_next_up_goes_on(engine: Workspace, hanging: Callable[[Fault], Running]) -> None:
    running = hanging(Fault(kind="hang", type=GATEWAY))
    running.interrupt()
    code = running.ended()
    write_faults(engine.cloud, ())

    assert code != 0
    assert "create was cancelled" in running.said
    assert pending(engine) == []
    assert made(engine) == recorded(engine)
    assert_recovers(engine, {"create": 1, "same": OBJECTS})


@pytest.mark.slow
def test_a_second_ctrl_c_ends_what_is_deaf_and_leaves_it_pending_until_a_refresh_that_is_told_so(
    engine: Workspace, hanging: Callable[[Fault], Running]
) -> None:
    running = hanging(Fault(kind="deaf", type=GATEWAY))
    running.interrupt()
    wait_until(lambda: "cancelling" in running.said)  # two that come together are taken for one
    running.interrupt()
    code = running.ended()
    write_faults(engine.cloud, ())

    assert code == EXIT_CANCELLED
    assert pending(engine) == ["creating"]
    again = engine.up("dev")
    assert again.ok, again.errors
    assert any("interrupted while" in each.message for each in again.diagnostics if each.severity == "warning")
    assert pending(engine) == ["creating"]  # success does not end it

    cleared = Running(engine, "refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    assert cleared.ended() == 0, cleared.said
    assert pending(engine) == []
    assert made(engine) == recorded(engine)


def test_an_engine_that_is_killed_leaves_a_lock_which_cancel_removes(
    engine: Workspace, hanging: Callable[[Fault], Running]
) -> None:
    running = hanging(Fault(kind="deaf", type=GATEWAY))
    running.process.kill()
    running.ended()
    wait_until(lambda: not processes(engine.folder))  # a provider that is deaf does not outlive its engine
    write_faults(engine.cloud, ())

    locked = engine.up("dev")
    assert locked.exit_code != 0
    assert "currently locked by 1 lock(s)" in locked.errors
    engine.cli.must("cancel", "--yes", "--stack", "dev", folder=engine.stacks.folder("dev"))
    assert engine.up("dev").ok
    assert pending(engine) == ["creating"]
    assert made(engine) == recorded(engine)


def test_two_stacks_may_change_one_cloud_at_once_and_share_its_faults(engine: Workspace) -> None:
    write_faults(engine.cloud, [Fault(kind="fail", type=SUBNET, nth=6)])
    for stack in ("one", "two"):
        engine.stacks.settings(stack)
    with futures.ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(engine.up, ("one", "two")))

    assert sorted(each.exit_code for each in ended) == [0, 1]
    found = inventory(engine.cloud)
    # The stack that failed may have had other things to begin, which its engine then leaves.
    assert sum(each.type == SUBNET for each in found) == 2 * SUBNETS - 1
    assert len(found) == len({each.id for each in found})
    by_stack = Counter(each.urn.split(":")[2] for each in found)
    assert [by_stack[name] == OBJECTS for name in ("one", "two")] == [each.ok for each in ended]


@pytest.mark.slow
def test_what_no_state_records_is_imported_and_what_is_nowhere_is_not(engine: Workspace, tmp_path: Path) -> None:
    up_with(engine, Fault(kind="die-after", type=GATEWAY))
    (orphan,) = (each for each in inventory(engine.cloud) if each.id not in recorded(engine))
    wanted = tmp_path / "import.json"

    def bring(identifier: str) -> tuple[int, str]:
        entry = {"type": orphan.type, "name": orphan.urn.rsplit("::", 1)[1], "id": identifier}
        wanted.write_text(json.dumps({"resources": [entry]}))
        flags = ("--yes", "--skip-preview", "--generate-code=false", "--protect=false")
        running = Running(engine, "import", "--file", str(wanted), *flags)
        return running.ended(), running.said

    code, said = bring("igw-nowhere")
    assert code != 0
    assert "igw-nowhere" in said
    code, said = bring(orphan.id)
    assert code == 0, said

    assert orphan.id in recorded(engine)
    assert engine.up("dev").ok
    assert made(engine) == recorded(engine)
    assert len(made(engine)) == OBJECTS


@pytest.mark.slow
def test_a_program_may_have_the_engine_try_again_by_a_hook(pulumi_cli: Path, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: again\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(
        "import pulumi\n"
        "hook = pulumi.ErrorHook('again', lambda _: True)\n"
        "options = pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(on_error=[hook]))\n"
        "pulumi.CustomResource('random:index/randomPet:RandomPet', 'pet', {'length': 2}, options)\n"
    )
    with Workspace(tmp_path, pulumi=pulumi_cli) as workspace:
        write_faults(workspace.cloud, [Fault(kind="fail", times=2, message="not yet")])
        ended = workspace.up("dev")

        assert ended.ok, ended.errors
        assert len(inventory(workspace.cloud)) == 1
