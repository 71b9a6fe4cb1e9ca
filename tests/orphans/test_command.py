"""`slipway orphans` as a user meets it: a crash, what it left, and the way back, all against a simulated cloud."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.workspace import Workspace
from slipway.errors import ProgramError, UsageError
from slipway.orphans.command import Look, keep_names_of, look_for_orphans
from slipway.orphans.engines import SimulatedEngine
from slipway.orphans.run import Wanted, pairs, run
from slipway.planning import Order, plan_stack
from slipway.project import Project
from slipway.simulated.faults import Fault, write_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Plan

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).parent / "programs" / "shop"
CLEAN, ORPHANS = 0, 3


def slipway(*arguments: str | Path, pulumi: Path | None = None) -> subprocess.CompletedProcess[str]:
    more = {"SLIPWAY_PULUMI": str(pulumi)} if pulumi else {}
    return subprocess.run(
        [sys.executable, "-m", "slipway", "orphans", "dev", "--project", PROGRAM, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **more},
        capture_output=True, check=False, encoding="utf-8", timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def crashed(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A deployment whose provider died after it had made the group."""
    with Workspace(PROGRAM, folder=tmp_path_factory.mktemp("shop"), pulumi=pulumi_cli) as shop:
        write_faults(shop.cloud, [Fault(kind="die-after", name="store-shelf-group")])
        assert not shop.up(
            "dev",
        ).ok
        write_faults(shop.cloud, ())
        yield shop


def test_an_orphan_is_named_taken_over_and_keeps_its_name(crashed: Workspace, pulumi_cli: Path) -> None:
    file = crashed.folder / "orphans.json"
    simulated = ("--simulated", crashed.folder)

    told = slipway(*simulated, "--json", "--import", file, pulumi=pulumi_cli)
    found: dict[str, Any] = json.loads(told.stdout)
    group = next(each for each in found["orphans"] if each["type"].endswith(":SecurityGroup"))
    assert told.returncode == ORPHANS
    assert (found["simulated"], found["account"], found["regions"]) == (True, "123456789012", ["us-east-1"])
    assert group["urn"].endswith("::store-shelf-group")
    assert group["delete"] == [f"aws ec2 delete-security-group --group-id {group['id']} --region us-east-1"]
    assert {"urn": group["urn"], "id": group["id"]} in found["import"]["taken"]
    assert "Simulated: no account is touched" in told.stderr

    imported = crashed.take_over("dev", file)
    assert imported.ok, imported.errors
    without = crashed.preview("dev").step("::store-shelf-group").op
    before = crashed.export("dev")
    kept = slipway("--keep-names", file, *simulated, pulumi=pulumi_cli)
    assert kept.returncode == CLEAN, kept.stderr
    assert "store-shelf-group" in kept.stdout
    assert f"The state as it was: {crashed.folder / 'orphans.state-1.json'}" in kept.stdout
    assert json.loads((crashed.folder / "orphans.state-1.json").read_text()) == before
    assert (without, crashed.preview("dev").step("::store-shelf-group").op) == ("replace", "same")

    assert crashed.up("dev").ok
    clean = slipway(*simulated, pulumi=pulumi_cli)
    assert clean.returncode == CLEAN, clean.stdout + clean.stderr
    assert "Orphans  none in dev (simulated account 123456789012, us-east-1)" in clean.stdout
    assert "Not covered" not in clean.stdout  # all that this program makes has tags


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_stack(Order(Project.find(PROGRAM), {}), "dev").plan


def look(plan: Plan, **given: Any) -> Look:
    return Look(plan=plan, **{"project": Project.find(PROGRAM), "tags": {}, **given})


def test_a_person_reads_both_ways_out_and_the_commands_in_order(
    crashed: Workspace, plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing, file = crashed.folder / "nothing.json", crashed.folder / "all.json"
    nothing.write_text("{}")

    document = run(look(plan, simulated=crashed.folder, states=[nothing]), Wanted(file), as_text=True)
    shown = capsys.readouterr().out

    assert len(document["orphans"]) == len(document["import"]["taken"]) > 1
    assert "aws:ec2:SecurityGroup" in shown
    assert "take over: as store-shelf-group (the only one of its type that is missing), with --import FILE" in shown
    assert "delete:    aws ec2 delete-security-group --group-id sg-" in shown
    order = [shown.index(part) for part in (f"--file {file}", f"--keep-names {file}", "preview --stack dev")]
    assert order == sorted(order)


def test_a_resource_that_the_user_names_is_taken_over_too(crashed: Workspace, plan: Plan) -> None:
    nothing, file = crashed.folder / "none.json", crashed.folder / "named.json"
    nothing.write_text("{}")
    wanted = Wanted(file, ("aws:sns/topic:Topic::store=arn:aws:sns:us-east-1:123456789012:other",))

    run(look(plan, simulated=crashed.folder, states=[nothing], tags={"none": "has this"}), wanted, as_text=False)

    assert json.loads(file.read_text())["resources"][-1]["id"].endswith(":other")


@pytest.mark.parametrize(
    ("given", "wanted", "message"),
    [
        ({"simulated": Path("/nowhere")}, Wanted(), "/nowhere: no simulated cloud here"),
        ({"states": [Path("/nowhere.json")]}, Wanted(), "/nowhere.json: cannot be read"),
        ({"states": [PROGRAM / "Pulumi.yaml"]}, Wanted(), "is not JSON. Write it with: pulumi stack export"),
        ({}, Wanted(keep_names=Path("/nowhere.json")), "/nowhere.json: cannot be read"),
        ({}, Wanted(keep_names=PROGRAM / "Pulumi.yaml"), "is no import file"),
        ({"tags": {"a": "b"}}, Wanted(keep_names=Path("/nowhere.json")), "looks for nothing: --tag cannot be given"),
        (
            {"states": [Path("a")], "regions": ["eu-west-1"]},
            Wanted(Path("b"), ("aws:ec2/vpc:Vpc::vpc=vpc-1",), Path("/nowhere.json")),
            "looks for nothing: --import, --resource, --state, --region cannot be given",
        ),
        ({}, Wanted(None, ("aws:ec2/vpc:Vpc::vpc=vpc-1",)), "give both"),
    ],
    ids=["simulated", "no state", "wrong state", "no file", "wrong file", "names and tag", "names and all", "resource"],
)
def test_wrong_usage_says_what_was_given_and_what_to_do(
    plan: Plan, given: dict[str, Any], wanted: Wanted, message: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        run(look(plan, **given), wanted, as_text=False)


@pytest.mark.parametrize("text", ["vpc", "aws:ec2/vpc:Vpc::vpc", "aws:ec2/vpc:Vpc::other=vpc-1"])
def test_a_resource_has_to_be_named_with_type_name_and_id(crashed: Workspace, plan: Plan, text: str) -> None:
    wanted = Wanted(crashed.folder / "x.json", (text,))

    with pytest.raises(UsageError, match="--resource: "):
        run(look(plan, simulated=crashed.folder, tags={"none": "has this"}), wanted, as_text=False)


def test_of_several_states_the_stacks_own_is_known_by_its_urns(crashed: Workspace, plan: Plan) -> None:
    other = {"deployment": {"resources": [{"urn": "urn:pulumi:dev::other::a:b:C::d", "type": "a:b:C"}]}}
    file = crashed.folder / "other.json"
    file.write_text(json.dumps(other))

    with pytest.raises(UsageError, match="none of the files of --state is of the stack 'dev' of shop"):
        run(look(plan, simulated=crashed.folder, states=[file]), Wanted(), as_text=False)


def test_a_state_that_somebody_else_changes_is_left_alone(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = next(each for each in plan.resources if each.type.endswith(":SecurityGroup"))
    entry = {"urn": group.urn, "type": group.type, "id": "sg-1", "inputs": {"name": "made", "__defaults": []}}
    exports = [{"deployment": {"resources": [entry, *more]}} for more in ([], [{"urn": "urn:new", "type": "a:b:C"}])]
    engine = SimpleNamespace(export=lambda _: exports.pop(0), put=lambda *_: pytest.fail("it was put"))
    monkeypatch.setattr("slipway.orphans.command.UsersEngine", lambda _: engine)
    file = tmp_path / "orphans.json"
    file.write_text(json.dumps({"resources": [{"type": group.type, "id": "sg-1"}]}))

    with pytest.raises(ProgramError, match="has just been changed by somebody else"):
        keep_names_of(look(plan), file)

    assert exports == []
    assert list(tmp_path.iterdir()) == [file]


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A copy of the program that has a second stack, `test`."""
    program = shutil.copytree(PROGRAM, tmp_path / "shop")
    shutil.copy(program / "Pulumi.dev.yaml", program / "Pulumi.test.yaml")
    return program


def test_a_stack_beside_it_whose_state_is_not_there_is_told(
    crashed: Workspace, plan: Plan, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = SimulatedEngine.export
    monkeypatch.setattr(SimulatedEngine, "export", lambda self, stack: export(self, stack) if stack == "dev" else None)

    looked = look_for_orphans(look(plan, project=Project.find(beside), simulated=crashed.folder))

    assert [note for note in looked.found.notes if note.startswith("the backend has no stack 'test'")]


def test_the_state_of_a_stack_whose_file_is_wrong_today_is_read_all_the_same(
    crashed: Workspace, plan: Plan, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (beside / "config" / "apps").mkdir(parents=True)
    (beside / "config" / "load.py").touch()
    own = SimpleNamespace(stack=SimpleNamespace(app="shop", environment="dev"))

    def settings(_: Project, stack: str) -> SimpleNamespace:
        if stack != "dev":
            raise UsageError("Pulumi.test.yaml: is wrong today.")
        return own

    monkeypatch.setattr("slipway.orphans.command.settings_of", settings)

    looked = look_for_orphans(look(plan, project=Project.find(beside), simulated=crashed.folder))

    assert list(looked.states) == ["dev", "test"]


def test_a_tag_is_a_key_and_a_value() -> None:
    assert pairs(["application=shop", "empty=", "sum=1+1=2"]) == {"application": "shop", "empty": "", "sum": "1+1=2"}
    for wrong in ("application", "=shop"):
        with pytest.raises(UsageError, match=f"--tag: given '{wrong}'; allowed is KEY=VALUE"):
            pairs([wrong])
