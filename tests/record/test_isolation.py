"""A program runs as if it were alone, and cannot hurt the command."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from tests.record.conftest import Recorder


def runs(process: int) -> bool:
    """Whether a process is there and not just waiting to be collected."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_programs_own_modules_win_over_ours_of_the_same_name(recorded: Recorder) -> None:
    plan = recorded(
        """
        import annotation, config, job, monitor, plan, slipway, values
        pulumi.export("names", [config.NAME, plan.NAME, slipway.NAME, job.NAME, monitor.NAME, values.NAME])
        """,
        files={
            f"{name}.py": f'NAME = "{name}"\n'
            for name in ("annotation", "config", "job", "monitor", "plan", "slipway", "values")
        },
    )

    assert plan["outputs"]["names"] == ["config", "plan", "slipway", "job", "monitor", "values"]


def test_a_folder_named_config_without_init_is_the_programs_own(recorded: Recorder) -> None:
    plan = recorded(
        "from config.sizes import SIZE\npulumi.export('size', SIZE)", files={"config/sizes.py": "SIZE = 'small'\n"}
    )

    assert plan["outputs"] == {"size": "small"}


def test_the_program_sees_the_folder_and_name_that_pulumi_gives(recorded: Recorder, tmp_path: Path) -> None:
    plan = recorded("""
        import os, sys
        pulumi.export("seen", [__name__, os.getcwd(), sys.path[0], pulumi.runtime.is_dry_run()])
        pulumi.export("stack", [pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()])
    """)

    assert plan["outputs"]["seen"] == ["__main__", str(tmp_path), str(tmp_path), True]
    assert plan["outputs"]["stack"] == ["organization", "shop", "dev"]


def test_what_a_program_prints_is_not_in_the_plan(recorded: Recorder) -> None:
    plan = recorded("""
        import os, subprocess, sys
        print("printed")
        print("complained", file=sys.stderr)
        subprocess.run(["echo", "by a child"], check=True)
        os.write(1, b"raw \\xff bytes\\n")
    """)

    assert {"printed", "complained", "by a child"} <= set(plan["printed"].splitlines())
    assert "printed" not in json.dumps(plan["resources"])


def test_a_program_that_reads_standard_input_finds_it_empty(recorded: Recorder) -> None:
    plan = recorded('import sys\npulumi.export("read", sys.stdin.read())')

    assert plan["outputs"] == {"read": ""}


@pytest.mark.parametrize(
    "ending",
    ["while True: pass", "import time; time.sleep(600)", "import asyncio\npulumi.export('x', asyncio.Future())"],
)
def test_a_program_that_never_ends_is_stopped_with_a_message(recorded: Recorder, ending: str) -> None:
    with pytest.raises(ProgramError, match=r"did not end within 2 s"):
        recorded(ending, seconds=2)


def test_processes_that_a_program_leaves_behind_are_ended(recorded: Recorder, tmp_path: Path) -> None:
    recorded("""
        import subprocess
        with open("pid", "w") as file:
            file.write(str(subprocess.Popen(["sleep", "600"]).pid))
    """)

    left = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 10
    while runs(left) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not runs(left)


def test_a_program_that_kills_itself_is_reported_with_the_signal(recorded: Recorder) -> None:
    with pytest.raises(ProgramError, match="ended by signal 9"):
        recorded("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")


def test_a_program_that_raises_is_reported_with_its_place_and_no_traceback(recorded: Recorder, tmp_path: Path) -> None:
    with pytest.raises(ProgramError) as caught:
        recorded("def order():\n    raise KeyError('shelf')\n\norder()")

    assert str(caught.value).startswith(f"{tmp_path}/__main__.py:3: stack 'dev': KeyError: 'shelf'")
    assert "called from __main__.py:5" in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_program_with_a_missing_module_is_reported_as_such(recorded: Recorder) -> None:
    with pytest.raises(ProgramError, match="No module named 'nowhere'"):
        recorded("import nowhere")


def test_the_same_program_gives_the_same_plan(recorded: Recorder) -> None:
    source = """
        for name in {"b", "a", "c", "d", "e"}:
            vpc = aws.ec2.Vpc(name, cidr_block="10.0.0.0/16", tags={name: name for name in {"x", "y", "z"}})
            aws.ec2.Subnet(name, vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=pulumi.ResourceOptions(depends_on=[vpc]))
        pulumi.export("order", list({"b", "a", "c"}))
    """

    assert json.dumps(recorded(source)) == json.dumps(recorded(source))
