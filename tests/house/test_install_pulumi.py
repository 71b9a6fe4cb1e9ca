"""How a Pulumi CLI is found or made, on machines that have only what a test puts there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GO_MOD = (ROOT / "tools" / "pulumi" / "go.mod").read_text()
WANTED, GO_NEEDED = (re.findall(pattern, GO_MOD)[0] for pattern in (r"pulumi/pkg/v3 v(\S+)", r"(?m)^go (\S+)$"))
# Answers `version`; anything else it is asked would be wrong here.
PULUMI = '#!/bin/sh\n[ "$1" = version ] && echo v{version}\n'
UNREACHABLE = "#!/bin/sh\nexit 6\n"
# Both put a CLI where they are told to, as the real ones do.
CURL = """\
#!/bin/sh
while [ "$1" != --output ]; do shift; done
cat > "$2" <<'END'
[ "$1 $3 $5" = "--version --install-root --no-edit-path" ] || exit 9
mkdir "$4/bin"
for name in pulumi pulumi-language-python; do
  printf '#!/bin/sh\\necho v%s\\n' "$2" > "$4/bin/$name"
  chmod +x "$4/bin/$name"
done
END
"""
GO = """\
#!/bin/sh
echo "$1" >> "$0.log"
[ "$1" = env ] && echo go{version} && exit
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")"
sleep 0.3
printf '#!/bin/sh\\necho v99.0.0\\n' > "$2"
chmod +x "$2"
exit {status}
"""


@dataclass(frozen=True)
class Machine:
    """A PATH with a shell and what a test adds, and an empty cache."""

    root: Path

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    @property
    def cached(self) -> list[str]:
        """What an installation left, its lock aside."""
        return [file.name for file in (self.root / "cache" / "pulumi").glob("*") if file.suffix != ".lock"]

    def add(self, name: str, script: str) -> Path:
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)
        return self.bin / name

    def start(self, *options: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, ROOT / "tools" / "install-pulumi", *options],
            env={"PATH": str(self.bin), "SLIPWAY_CACHE": str(self.root / "cache"), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *options: str, **environment: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        process = self.start(*options, **environment)
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in err
        return process.returncode, out, err


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.bin.mkdir()
    for name in ("sh", "cat", "chmod", "dirname", "mkdir", "sleep"):
        (made.bin / name).symlink_to(str(shutil.which(name)))
    return made


@pytest.fixture
def no_go(machine: Machine) -> Machine:
    """A Go that is too old hides the one that may be in /usr/local/go."""
    machine.add("go", GO.format(version="1.19", status=1))
    return machine


def test_a_recent_cli_on_path_is_used_with_the_language_host_beside_it(machine: Machine) -> None:
    cli = machine.add("pulumi", PULUMI.format(version="3.300.1"))
    expected = {"path": str(cli), "version": "3.300.1", "origin": "PATH", "languageHost": False}
    assert json.loads(machine.run("--json")[1]) == expected
    machine.add("pulumi-language-python", "#!/bin/sh\n")
    assert json.loads(machine.run("--json")[1]) == expected | {"languageHost": True}
    assert machine.run("--check")[:2] == (0, f"{cli}\n")


def test_an_old_cli_on_path_is_passed_over(machine: Machine) -> None:
    machine.add("pulumi", PULUMI.format(version="3.99.0"))
    code, out, err = machine.run("--check")
    assert (code, out) == (1, "")
    assert "is 3.99.0, older than" in err


@pytest.mark.parametrize("script", ["#!/bin/sh\necho hello\n", "#!/bin/sh\nexit 1\n", PULUMI.format(version="3.1.0")])
def test_a_cli_that_was_chosen_but_cannot_be_used_is_an_error(machine: Machine, script: str) -> None:
    machine.add("pulumi", PULUMI.format(version="3.300.1"))
    chosen = machine.add("mine", script)
    code, out, err = machine.run(PULUMI=str(chosen))
    assert (code, out) == (1, "")
    assert str(chosen) in err


def test_a_check_installs_nothing(machine: Machine) -> None:
    machine.add("curl", CURL)
    code, out, err = machine.run("--check")
    assert (code, out) == (1, "")
    assert "PULUMI=/path/to/pulumi" in err
    assert machine.cached == []


def test_the_official_installer_comes_before_go_and_is_needed_once(machine: Machine) -> None:
    machine.add("curl", CURL)
    go = machine.add("go", GO.format(version="1.99", status=0))
    path = machine.root / "cache" / "pulumi" / WANTED / "bin" / "pulumi"
    assert machine.run()[:2] == (0, f"{path}\n")
    assert json.loads(machine.run("--json")[1])["languageHost"]
    machine.add("curl", UNREACHABLE)
    assert machine.run() == (0, f"{path}\n", "")
    assert not go.with_suffix(".log").exists()


def test_where_the_installer_cannot_be_reached_go_builds_it_once(machine: Machine) -> None:
    machine.add("curl", UNREACHABLE)
    go = machine.add("go", GO.format(version="1.99", status=0))
    both = [machine.start(), machine.start()]
    paths = {process.communicate(timeout=60)[0] for process in both}
    assert paths == {f"{machine.root / 'cache' / 'pulumi' / WANTED / 'bin' / 'pulumi'}\n"}
    assert go.with_suffix(".log").read_text().split() == ["env", "build"]
    assert json.loads(machine.run("--json")[1])["languageHost"] is False


def test_a_failed_build_leaves_nothing_behind(machine: Machine) -> None:
    machine.add("curl", UNREACHABLE)
    machine.add("go", GO.format(version="1.99", status=1))
    assert machine.run()[:2] == (1, "")
    assert machine.cached == []


def test_what_a_killed_run_left_is_removed_and_not_used(machine: Machine) -> None:
    unfinished = machine.root / "cache" / "pulumi" / "new-x" / "bin"
    unfinished.mkdir(parents=True)
    machine.add("curl", CURL)
    assert machine.run()[0] == 0
    assert machine.cached == [WANTED]


def test_a_machine_without_any_way_is_told_each_one_and_what_to_do(no_go: Machine) -> None:
    code, out, err = no_go.run()
    assert (code, out) == (1, "")
    assert "PATH: no pulumi there" in err
    assert "official installer: needs curl or wget" in err
    assert f"is 1.19, and Go {GO_NEEDED} or newer is needed" in err
    assert "PULUMI=/path/to/pulumi" in err
