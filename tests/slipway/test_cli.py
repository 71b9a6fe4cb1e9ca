"""The command as a user meets it: what it prints where, how it ends, and that it leaves nothing behind.

Longer than 300 lines because a command is tested as a whole, each way it can end in one place.
"""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests" / "parity" / "programs"
SECONDS = 60  # for one run of the command, on a slow machine
CLEAN, FAILED, USAGE, FINDINGS, INTERRUPTED = 0, 1, 2, 3, 130

APPLICATION = """
import pulumi

facts = {"application": "orders", "environment": "production", "topology": "aws-ec2", "redis": "managed"}
pulumi.ComponentResource("slipway:app:Application", "orders", facts)
"""
EXPORTS = 'import pulumi\npulumi.export("stack", pulumi.get_stack())\n'
SLEEPS = """
import os, pathlib, time

pathlib.Path(f"{os.getpid()}.pid").touch()
while True:
    time.sleep(0.1)
"""
LEAVES_A_PROCESS = """
import pathlib, subprocess

left = subprocess.Popen(["sleep", "600"])
pathlib.Path(f"{left.pid}.pid").touch()
"""


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "slipway", *map(str, arguments)]


def surroundings(**variables: str) -> dict[str, str]:
    plain = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**plain, "PYTHONPATH": str(ROOT), **variables}


def slipway(*arguments: str | Path, folder: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=surroundings(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=SECONDS,
    )


@cache
def planned(name: str, *flags: str) -> subprocess.CompletedProcess[str]:
    """A plan of a program that stands for other people's; each is made once for all tests."""
    return slipway("plan", "--project", PROGRAMS / name, *flags)


def lay(folder: Path, program: str, **stacks: str) -> Path:
    """A project with this program and these stack files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "__main__.py").write_text(program)
    for stack, text in stacks.items():
        (folder / f"Pulumi.{stack}.yaml").write_text(text)
    return folder


@pytest.fixture
def running(require_program: Callable[[str], Path]) -> Callable[[Path], set[int]]:
    """The processes that still run, of those that a program has told of with a file `PID.pid` in a folder."""
    ps = require_program("ps")

    def look(folder: Path) -> set[int]:
        told = [file.stem for file in folder.glob("*.pid")]
        asked = subprocess.run(
            [ps, "-o", "pid=,stat=", "-p", ",".join(told)], capture_output=True, check=False, text=True
        )
        states = dict(line.split() for line in asked.stdout.splitlines())
        return {int(pid) for pid, state in states.items() if not state.startswith("Z")}  # Z: dead, not yet counted

    return look


def wait_until(done: Callable[[], bool]) -> bool:
    """Whether it comes true before the patience ends."""
    for _ in range(SECONDS * 5):
        if done():
            return True
        time.sleep(0.1)
    return False


# -- what stands on standard output


def test_json_stands_alone_on_standard_output_while_the_program_prints() -> None:
    done = planned("prints", "--json")
    assert json.loads(done.stdout)["project"] == "prints"
    assert "to standard output" in done.stderr
    assert "to standard error" in done.stderr


def test_json_has_the_keys_that_were_promised() -> None:
    plan = json.loads(planned("prints", "--json").stdout)
    assert {"version", "project", "stack", "topology", "resources", "outputs", "findings", "cost"} <= set(plan)


def test_what_the_program_logs_is_in_the_plan_without_its_debugging() -> None:
    logs = json.loads(planned("prints", "--json").stdout)["logs"]
    assert [(log["severity"], log["message"]) for log in logs] == [
        ("info", "an information"),
        ("warning", "a warning"),
    ]


def test_a_person_sees_resources_outputs_and_findings() -> None:
    shown = planned("nested-components").stdout
    assert "outer-inner  shop:index:Inner" in shown
    assert "vpc  → outer-inner.id" in shown
    assert "mandatory violation  bucket-blocks-public-access (critical)" in shown


def test_no_secret_of_a_program_is_printed() -> None:
    for flags in ((), ("--json",)):
        done = planned("values", *flags)
        assert done.returncode == FINDINGS  # its bucket breaks rules, as other people's do
        for secret in ("hush-hush", "quiet-please", "s3cret-value"):
            assert secret not in done.stdout + done.stderr


def test_json_is_utf_8_whatever_the_terminal_speaks(tmp_path: Path) -> None:
    lay(tmp_path, 'import pulumi\npulumi.export("größe", "klein")\n')
    done = slipway("plan", "--json", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout)["outputs"] == {"größe": "klein"}


def test_what_a_terminal_cannot_show_does_not_stop_a_plan(tmp_path: Path) -> None:
    lay(tmp_path, 'import pulumi\npulumi.export("größe", "klein")\n')
    done = slipway("plan", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert (done.returncode, "klein" in done.stdout) == (CLEAN, True)


# -- colour


def on_a_terminal(*arguments: str | Path, **variables: str) -> str:
    """What the command shows where its standard output is a terminal."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        command(*arguments), stdout=theirs, stderr=subprocess.DEVNULL, env=surroundings(TERM="xterm", **variables)
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not chunk:
            break
        shown += chunk
    os.close(ours)
    assert done.wait(SECONDS) == CLEAN
    return shown.decode()


COLOUR = re.compile(r"\x1b\[[0-9;]*[39][0-7]")


def test_colour_is_for_terminals() -> None:
    assert COLOUR.search(on_a_terminal("plan", "--project", PROGRAMS / "reads"))
    assert "\x1b" not in planned("reads").stdout


def test_no_color_is_honoured() -> None:
    assert not COLOUR.search(on_a_terminal("plan", "--project", PROGRAMS / "reads", NO_COLOR="1"))


def test_json_is_never_coloured() -> None:
    assert "\x1b" not in on_a_terminal("plan", "--project", PROGRAMS / "reads", "--json")


# -- how it ends


def test_a_plan_that_passes_every_rule_ends_clean(tmp_path: Path) -> None:
    assert slipway("plan", folder=lay(tmp_path, EXPORTS)).returncode == CLEAN


@pytest.mark.parametrize("flags", [(), ("--json",)])
@pytest.mark.parametrize("name", ["plan", "check"])
def test_a_mandatory_finding_has_its_own_exit_code_and_is_shown(
    tmp_path: Path, name: str, flags: tuple[str, ...]
) -> None:
    done = slipway(name, *flags, folder=lay(tmp_path, APPLICATION))
    assert done.returncode == FINDINGS
    assert "shared-redis" in done.stdout


def test_check_prints_findings_and_no_resources(tmp_path: Path) -> None:
    done = slipway("check", "--json", folder=lay(tmp_path, APPLICATION))
    shown = json.loads(done.stdout)
    assert sorted(shown) == ["findings", "project", "stack"]
    assert set(shown["findings"][0]) == {"rule", "level", "severity", "status", "urn", "message", "remedy"}


def test_check_writes_findings_for_other_programs_too(tmp_path: Path) -> None:
    log, report = tmp_path / "reports" / "check.sarif", tmp_path / "check.xml"
    done = slipway("check", "--sarif", log, "--junit", report, folder=lay(tmp_path, APPLICATION))

    assert done.returncode == FINDINGS
    assert [each["ruleId"] for each in json.loads(log.read_text())["runs"][0]["results"]] == ["shared-redis"]
    assert "<failure" in report.read_text()


def test_files_that_cannot_be_are_refused_before_a_program_runs(tmp_path: Path) -> None:
    folder = lay(tmp_path, SLEEPS)
    done = slipway("check", "--sarif", "new", "--junit", "./new", folder=folder)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "each needs a file of its own" in done.stderr
    assert list(folder.glob("*.pid")) == []


def test_an_exception_lets_a_finding_pass_and_stands_in_the_report(tmp_path: Path) -> None:
    accepted = """, "exceptions": [{"rule": "shared-redis", "resource": "slipway:app:Application::orders",
        "reason": "it comes next week", "owner": "ops", "expires": "2999-12-31"}]}"""
    folder = lay(tmp_path, APPLICATION.replace('"managed"}', f'"managed"{accepted}'))
    shown, told = slipway("check", folder=folder), slipway("check", "--json", folder=folder)

    assert (shown.returncode, told.returncode) == (CLEAN, CLEAN)
    assert "Accepted until 2999-12-31, ops: it comes next week" in shown.stdout
    assert [each["finding"]["rule"] for each in json.loads(told.stdout)["excepted"]] == ["shared-redis"]


def test_a_rule_is_explained_and_one_that_is_not_there_is_refused_with_those_that_are_near() -> None:
    one, every, wrong = slipway("explain", "shared-redis"), slipway("explain"), slipway("explain", "shared-reddis")

    assert "To do: Keep one cache" in one.stdout
    assert "shared-redis" in every.stdout
    assert json.loads(slipway("explain", "shared-redis", "--json").stdout)["level"] == "mandatory"
    assert (wrong.returncode, wrong.stdout) == (USAGE, "")
    assert "there is no such rule; did you mean shared-redis?" in wrong.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("raises", r"raises/__main__\.py:6: stack 'dev': ValueError: the shelf is empty"),
        ("raises-in-apply", r"raises-in-apply/__main__\.py:6: stack 'dev': ValueError"),
        ("refuses", "choose a size first"),
        ("wrong-syntax", r"wrong-syntax/__main__\.py:3: .*SyntaxError"),
        ("exits-badly", "the program ended with exit code 3"),
        ("twice-the-same", r"__main__\.py:6: .*Duplicate resource URN"),
        ("missing-setting", "Missing required configuration variable 'missing-setting:nobody'"),
        ("no-default-providers", "Default provider for 'aws' disabled"),
        ("unanswered", "aws:index/getAvailabilityZones:getAvailabilityZones has no answer offline"),
    ],
)
def test_a_program_that_fails_is_named_with_the_place_and_no_traceback(name: str, message: str) -> None:
    done = planned(name)
    assert (done.returncode, done.stdout) == (FAILED, "")
    assert re.search(message, done.stderr)
    assert "Traceback" not in done.stderr


def test_a_failed_program_leaves_no_json_half_written() -> None:
    assert planned("raises", "--json").stdout == ""


def test_a_program_that_exits_well_is_planned_as_far_as_it_came() -> None:
    done = planned("exits-well", "--json")
    assert done.returncode == FINDINGS  # its network breaks rules
    assert json.loads(done.stdout)["outputs"] == {"before": "yes"}


def test_a_program_that_hangs_is_stopped_and_says_how_to_give_it_more_time(
    tmp_path: Path, running: Callable[[Path], set[int]]
) -> None:
    done = slipway("plan", "--timeout", "2", folder=lay(tmp_path, f'print("so far so good", flush=True){SLEEPS}'))
    assert (done.returncode, done.stdout) == (FAILED, "")
    assert "did not end within 2 s" in done.stderr
    assert "--timeout SECONDS" in done.stderr
    assert "so far so good" in done.stderr
    assert running(tmp_path) == set()


def test_what_a_program_printed_before_it_failed_is_shown(tmp_path: Path) -> None:
    done = slipway("plan", folder=lay(tmp_path, 'print("so far so good")\nraise ValueError("no more")\n'))
    assert "so far so good" in done.stderr
    assert done.returncode == FAILED


def test_a_program_that_ends_its_own_process_is_told_apart_from_a_bug_of_ours(tmp_path: Path) -> None:
    done = slipway("plan", folder=lay(tmp_path, "import os\nos._exit(7)\n"))
    assert done.returncode == FAILED
    assert "ended with code 7 before the program was recorded" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("plan", "--project", "gone"), r"gone: no Pulumi project here: Pulumi\.yaml is missing"),
        (("plan", "gone"), r"Pulumi\.gone\.yaml: there is no stack 'gone'\. Stacks here: broken, dev"),
        (("plan", "broken"), r"Pulumi\.broken\.yaml:3: is not YAML"),
        (("plan",), "name a stack, or give --all. Stacks here: broken, dev"),
        (("plan", "dev", "--all"), "either stack names or --all, not both"),
        (("plan", "a/b"), "stack 'a/b': a name has letters"),
        (("plan", "dev", "--answers", "gone.yaml"), r"gone\.yaml: cannot be read"),
        (("plan", "dev", "--timeout", "soon"), "--timeout"),
        (("plan", "dev", "--timeout", "0"), "--timeout"),
        (("plan", "dev", "--bogus"), "--bogus"),
        (("bogus",), "bogus"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_says_what_was_given_and_what_is_allowed(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    lay(tmp_path, EXPORTS, dev="", broken="config:\n  a: [b\nc: d")
    done = slipway(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert re.search(message, done.stderr)
    assert "Traceback" not in done.stderr


def test_all_needs_a_stack_file(tmp_path: Path) -> None:
    done = slipway("plan", "--all", folder=lay(tmp_path, EXPORTS))
    assert done.returncode == USAGE
    assert "no stack file" in done.stderr


def test_a_virtual_environment_that_is_missing_is_a_failure_of_the_machine(tmp_path: Path) -> None:
    (lay(tmp_path, EXPORTS) / "Pulumi.yaml").write_text(
        "name: shop\nruntime: {name: python, options: {virtualenv: env}}\n"
    )
    done = slipway("plan", folder=tmp_path)
    assert (done.returncode, done.stdout) == (FAILED, "")
    assert "virtual environment is missing" in done.stderr


# -- several stacks


def test_several_stacks_give_a_list_in_the_order_in_which_they_were_named(tmp_path: Path) -> None:
    done = slipway("plan", "prod", "dev", "--json", folder=lay(tmp_path, EXPORTS, dev="", prod=""))
    assert [plan["outputs"]["stack"] for plan in json.loads(done.stdout)] == ["prod", "dev"]


def test_all_plans_every_stack_that_has_a_file(tmp_path: Path) -> None:
    done = slipway("plan", "--all", "--json", folder=lay(tmp_path, EXPORTS, c="", a="", b=""))
    assert [plan["stack"] for plan in json.loads(done.stdout)] == ["a", "b", "c"]


def test_one_stack_gives_no_list_however_it_was_chosen(tmp_path: Path) -> None:
    lay(tmp_path, EXPORTS, dev="")
    for arguments in (("--all",), ("dev", "dev"), ()):
        done = slipway("plan", *arguments, "--json", folder=tmp_path)
        assert json.loads(done.stdout)["stack"] == "dev"


def test_one_stack_that_fails_fails_the_command_and_is_named(tmp_path: Path) -> None:
    program = f'{EXPORTS}\nassert pulumi.get_stack() != "prod", "not this one"\n'
    done = slipway("plan", "--all", "--json", folder=lay(tmp_path, program, dev="", prod=""))
    assert (done.returncode, done.stdout) == (FAILED, "")
    assert "stack 'prod'" in done.stderr


# -- the same input gives the same plan


@pytest.mark.parametrize("name", ["values", "look-ups", "inherited-options"])
def test_the_same_program_gives_the_same_bytes_wherever_and_whenever_it_is_planned(name: str, tmp_path: Path) -> None:
    shutil.copytree(PROGRAMS / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    given = PROGRAMS / name / "answers.yaml"
    flags = ["--json", *(["--answers", str(given)] if given.exists() else [])]
    again = slipway("plan", *flags, folder=tmp_path / name, PYTHONHASHSEED="7", TZ="Asia/Tokyo")
    first = planned(name, *flags)
    assert (again.returncode, again.stdout) == (first.returncode, first.stdout)


def test_paths_and_examples_are_listed_in_order_of_name(tmp_path: Path) -> None:
    names = [f"key{number}" for number in range(20)]
    program = f"""
import pulumi, pulumi_aws as aws
aws.ec2.Vpc("vpc", tags={{name: pulumi.Output.secret("hush-hush") for name in {names}}})
aws.ec2.get_ami_output(most_recent=True, owners=["x"], name_regex="y", filters=[{{"name": "a", "values": ["b"]}}])
"""
    plan = json.loads(slipway("plan", "--json", folder=lay(tmp_path, program)).stdout)
    secrets = next(resource["secrets"] for resource in plan["resources"] if resource["name"] == "vpc")
    assert secrets == sorted(secrets)
    assert plan["notices"][0]["message"].index('"filters"') < plan["notices"][0]["message"].index('"owners"')


def test_a_resource_names_the_line_that_registers_it_wherever_the_project_lies(tmp_path: Path) -> None:
    folder = lay(tmp_path / "größe 50% more", 'import pulumi_aws as aws\n\naws.ec2.Vpc("vpc")\n')
    plan = json.loads(slipway("plan", "--json", folder=folder).stdout)
    sources = {resource["name"]: resource.get("source") for resource in plan["resources"]}
    assert sources["vpc"] == {"file": "__main__.py", "line": 3}


def test_a_project_with_modules_of_our_names_is_planned_with_its_own() -> None:
    assert json.loads(planned("own-config", "--json").stdout)["outputs"] == {"name": "from-my-config"}


# -- nothing is left behind


@pytest.fixture
def hanging(tmp_path: Path, running: Callable[[Path], set[int]]) -> Iterator[subprocess.Popen[str]]:
    """The command while the programs of two stacks hang, in both of their passes."""
    with subprocess.Popen(
        command("plan", "--all", "--timeout", "600"),
        cwd=lay(tmp_path, SLEEPS, a="", b=""),
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert wait_until(lambda: len(list(tmp_path.glob("*.pid"))) == 4)  # two stacks, two passes each
        yield process
        process.kill()
    for pid in running(tmp_path):
        os.kill(pid, signal.SIGKILL)


def test_ctrl_c_ends_at_once_and_leaves_no_child_process(
    hanging: subprocess.Popen[str], tmp_path: Path, running: Callable[[Path], set[int]]
) -> None:
    os.killpg(hanging.pid, signal.SIGINT)
    assert wait_until(lambda: running(tmp_path) == set())
    out, errors = hanging.communicate(timeout=SECONDS)
    assert (hanging.returncode, out) == (INTERRUPTED, "")
    assert "Traceback" not in errors


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_child_process_outlives_the_command_however_it_is_ended(
    hanging: subprocess.Popen[str], how: signal.Signals, tmp_path: Path, running: Callable[[Path], set[int]]
) -> None:
    hanging.send_signal(how)
    assert wait_until(lambda: running(tmp_path) == set())


def test_what_a_program_leaves_running_is_ended_with_it(
    tmp_path: Path, running: Callable[[Path], set[int]], require_program: Callable[[str], Path]
) -> None:
    require_program("sleep")
    assert slipway("plan", folder=lay(tmp_path, LEAVES_A_PROCESS)).returncode == CLEAN
    assert list(tmp_path.glob("*.pid"))
    assert wait_until(lambda: running(tmp_path) == set())


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_a_reader_that_leaves_is_no_failure(flags: tuple[str, ...]) -> None:
    process = subprocess.Popen(
        command("plan", "--project", PROGRAMS / "values", *flags),
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(SECONDS), errors) == (FINDINGS, "")


def test_a_full_disk_is_told_without_a_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("plan", "--project", PROGRAMS / "reads", "--json"),
            env=surroundings(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
            timeout=SECONDS,
        )
    assert done.returncode == FAILED
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
