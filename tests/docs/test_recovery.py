"""The recovery page leads out of what it describes: its commands are read from it and run, one section after another.

They run in a shell, on the real engine. What is a stand-in: `pulumi` is `tools/simulated-pulumi`, which is told yes;
`slipway orphans` asks the simulated cloud; the page's names are exchanged for those of a small program. The home folder
is the backend's, as it is after `pulumi login --local`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.engine.workspace import Workspace
from slipway.simulated.faults import Fault, happened, write_faults
from slipway.simulated.inventory import inventory
from tests.conftest import without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "recovery.md").read_text()
PROGRAM = ROOT / "tests" / "orphans" / "programs" / "shop"
SECTION = re.compile(r"^<!-- scenario: (?P<name>[\w-]+) -->\n```console\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = {found["name"]: found["text"].removeprefix("$ ").rstrip().split("\n$ ") for found in SECTION.finditer(PAGE)}
NAMES = {
    "orders-dev": "dev",
    "/slipway/": "/shop/",
    "aws:cloudwatch/logGroup:LogGroup::orders-api-logs=/orders/api": "aws:s3/bucket:Bucket::store=shop-store",
}
TOPIC, ORPHANS = "store", 3
SECONDS = 180
QUIET = 1.5  # seconds without a write after which the engine has nothing left to write


@dataclass(frozen=True, slots=True)
class Place:
    """The project, its simulated cloud, and the surroundings that the page's commands run in."""

    shop: Workspace
    environment: dict[str, str]

    def start(self, fault: Fault) -> subprocess.Popen[bytes]:
        """A deployment that meets a fault, in a process group of its own."""
        file = self.shop.folder / "faults.json"
        file.write_text(json.dumps([asdict(fault)]))
        return subprocess.Popen(
            [self.environment["PULUMI_STAND_IN"], "up", "--stack", "dev"],
            cwd=PROGRAM, env={**self.environment, "FAULTS": str(file)}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def run(self, line: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One line of the page."""
        for ours, theirs in NAMES.items():
            line = line.replace(ours, theirs)
        return subprocess.run(
            ["/bin/bash", "-c", line],
            cwd=self.shop.folder / "desk", env={**self.environment, **more},
            capture_output=True, check=False, text=True, timeout=SECONDS,
        )  # fmt: skip

    def state(self) -> dict[str, str]:
        """The ids that the state records, by URN."""
        deployment = self.shop.export("dev")["deployment"]
        assert "pending_operations" not in deployment
        found = {each["urn"]: each.get("id", "") for each in deployment.get("resources", ())}
        return {urn: id_ for urn, id_ in found.items() if "::aws:" in urn or "$aws:" in urn}

    def cloud(self) -> dict[str, str]:
        """The ids that are in the cloud, by URN; a URN that has two is a double."""
        found = inventory(self.shop.cloud)
        assert len({each.urn for each in found}) == len(found)
        return {each.urn: each.id for each in found}


@pytest.fixture
def place(pulumi_cli: Path, tmp_path: Path) -> Iterator[Place]:
    with Workspace(PROGRAM, folder=tmp_path, pulumi=pulumi_cli) as shop:
        desk, home, stand_in = tmp_path / "desk", tmp_path / "backend", tmp_path / "bin" / "pulumi"
        desk.mkdir()
        stand_in.parent.mkdir()
        tool = f"{ROOT}/tools/simulated-pulumi ${{FAULTS:+--faults $FAULTS}} --state {tmp_path} --"
        # Files that are named stand on the desk; the project is where the program is.
        stand_in.write_text(
            '#!/bin/bash\nargs=()\nfor each in "$@"; do\n'
            f'  [[ $each == *.json ]] && each={desk}/$each\n  args+=("$each")\ndone\n'
            f"case $1 in up|refresh|destroy|import) args+=(--yes --skip-preview);; cancel|state) args+=(--yes);; esac\n"
            f'cd {PROGRAM} && exec {tool} "${{args[@]}}"\n'
        )
        slipway = stand_in.with_name("slipway")
        slipway.write_text(
            f'#!/bin/bash\nexec {sys.executable} -m slipway "$@" --project {PROGRAM} --simulated {tmp_path}\n'
        )
        for each in (stand_in, slipway):
            each.chmod(0o755)
        environment = {
            **os.environ,
            "PATH": f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_STAND_IN": str(stand_in),
            "PYTHONPATH": str(ROOT),
            "SLIPWAY_PULUMI": str(pulumi_cli),
            "HOME": str(home),
        }
        yield Place(shop, environment)


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def at_rest(place: Place) -> bool:
    """Whether the state is no longer being written: one operation is pending, all that was made is recorded, and nobody
    has written for a while, as the engine does once more for the outputs of a component."""
    (file,) = place.shop.folder.glob("backend/.pulumi/stacks/shop/dev.json")
    if time.time() - file.stat().st_mtime < QUIET:
        return False
    try:
        latest = json.loads(file.read_text())["checkpoint"]["latest"]
    except ValueError:  # read in the middle of being written
        return False
    known = {each.get("id") for each in latest.get("resources", ())}
    made = {each.id for each in inventory(place.shop.cloud)}
    return len(latest.get("pending_operations", ())) == 1 and made <= known


def broken_off(place: Place, kind: str, *signals: signal.Signals) -> None:
    """A deployment that hangs at the topic and is ended by these signals."""
    deploying = place.start(Fault(kind=kind, name=TOPIC, type="aws:sns/*"))
    try:
        wait_for(lambda: happened(place.shop.cloud))
        wait_for(lambda: len(inventory(place.shop.cloud)) >= 3)  # the rest is made, so that every run is the same
        wait_for(lambda: at_rest(place))
        for number in signals:
            os.killpg(deploying.pid, number)
            time.sleep(1)  # between two: the engine has to see that there are two
        assert deploying.wait(SECONDS) != 0
    finally:
        if deploying.poll() is None:
            os.killpg(deploying.pid, signal.SIGKILL)
            deploying.wait()
    write_faults(place.shop.cloud, ())


def failed(place: Place, fault: Fault) -> None:
    """A deployment that meets a fault."""
    write_faults(place.shop.cloud, [fault])
    assert not place.shop.up("dev").ok
    write_faults(place.shop.cloud, ())


def unrecorded(place: Place, *names: str) -> None:
    """A deployment of which the state does not know these."""
    assert place.shop.up("dev").ok
    state = place.shop.export("dev")
    kept = [each for each in state["deployment"]["resources"] if not each["urn"].endswith(names)]
    state["deployment"]["resources"] = kept if names else []
    file = place.shop.folder / "made.json"
    file.write_text(json.dumps(state))
    folder = place.shop.stacks.folder("dev")
    place.shop.cli.must("stack", "import", "--stack", "dev", "--file", str(file), "--force", folder=folder)


def make_exists(place: Place) -> None:
    unrecorded(place, ":Bucket::store")
    assert "xists" in place.shop.up("dev").errors  # AWS has many spellings of it


def make_deleted(place: Place) -> None:
    assert place.shop.up("dev").ok
    next(place.shop.cloud.glob("aws/topic-*.json")).unlink()


def make_delete_failed(place: Place) -> None:
    assert place.shop.up("dev").ok
    write_faults(place.shop.cloud, [Fault(kind="fail", operation="delete", type="aws:s3/*")])
    assert not place.shop.destroy("dev").ok
    write_faults(place.shop.cloud, ())


def make_older(place: Place) -> None:
    failed(place, Fault(kind="fail", name=TOPIC, type="aws:sns/*"))
    older = max(place.shop.folder.glob("backend/.pulumi/history/shop/dev/*.checkpoint.json"))
    place.environment["CHECKPOINT"] = str(older)
    assert place.shop.up("dev").ok


def make_cut_off(place: Place) -> None:
    """The engine is killed while it writes that the last thing was made, which the state before does not have."""
    broken_off(place, "hang", signal.SIGKILL)
    (file,) = place.shop.folder.glob("backend/.pulumi/stacks/shop/dev.json")
    written = file.read_text()
    before = json.loads(written)
    resources = before["checkpoint"]["latest"]["resources"]
    last = [each for each in resources if each["urn"].endswith("::store-shelf-group")]
    assert last
    resources.remove(*last)
    file.with_suffix(".json.bak").write_text(json.dumps(before))
    file.write_text(written[: len(written) // 2])
    assert "failed to load checkpoint" in place.run("pulumi stack export --stack orders-dev").stderr


EXPIRED = Fault(kind="fail", type="aws:sns/*", message="ExpiredToken: The security token included is expired")
SCENARIOS: dict[str, Callable[[Place], None]] = {
    "killed": lambda place: broken_off(place, "hang", signal.SIGKILL),
    "interrupted": lambda place: broken_off(place, "hang", signal.SIGINT),
    "interrupted-twice": lambda place: broken_off(place, "deaf", signal.SIGINT, signal.SIGINT),
    "crashed": lambda place: failed(place, Fault(kind="die-before", name=TOPIC)),
    "orphan": lambda place: failed(place, Fault(kind="die-after", name="store-shelf-group")),
    "exists": make_exists,
    "expired": lambda place: failed(place, EXPIRED),
    "deleted": make_deleted,
    "delete-failed": make_delete_failed,
    "older": make_older,
    "cut-off": make_cut_off,
    "lost": unrecorded,
}
IN_EVERY_RUN = ("killed",)


def followed(place: Place, name: str, **more: str) -> list[subprocess.CompletedProcess[str]]:
    """The commands of a section, each of which has to end as the page says."""
    done = []
    for line in SECTIONS[name]:
        ended = place.run(line, **more)
        allowed = (0, ORPHANS) if "--import" in line else (0,)
        assert ended.returncode in allowed, f"{line}\n{ended.stdout}{ended.stderr}"
        done.append(ended)
    return done


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in IN_EVERY_RUN else pytest.mark.slow) for name in SCENARIOS]
)
def test_the_commands_of_a_section_lead_out_of_what_it_describes(place: Place, name: str) -> None:
    if shutil.which("jq") is None and name == "older":
        without("needs the program jq, which is not on PATH")
    SCENARIOS[name](place)

    followed(place, name)

    assert place.state() == place.cloud()
    if name == "delete-failed":
        assert place.cloud() == {}
    else:
        assert set(place.shop.preview("dev").changes) == {"same"}


@pytest.mark.slow
def test_what_the_state_is_told_to_forget_is_an_orphan_from_then_on(place: Place) -> None:
    make_delete_failed(place)
    bucket = next(urn for urn in place.state() if ":Bucket::" in urn)
    lines = SECTIONS["forgotten"]

    ended = [place.run(line, URN=bucket) for line in lines]

    assert [each.returncode for each in ended] == [0] * (len(lines) - 1) + [ORPHANS], ended
    assert bucket in ended[0].stdout
    assert "aws s3api delete-bucket" in ended[-1].stdout
    assert place.state() == {}


def test_every_command_of_the_page_is_run_and_every_scenario_has_its_section() -> None:
    commands = PAGE.count("\n$ ")

    assert set(SECTIONS) == {*SCENARIOS, "forgotten"}
    assert sum(map(len, SECTIONS.values())) == commands
