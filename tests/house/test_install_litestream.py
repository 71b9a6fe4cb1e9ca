"""Where a litestream is taken from, on machines that have only what a test puts there."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, without

if TYPE_CHECKING:
    from pathlib import Path

MODULE = ROOT / "tools" / "litestream"
VERSION = str(re.findall(r"github\.com/benbjohnson/litestream v(\S+)", (MODULE / "go.mod").read_text())[0])
# A Go that writes what it is asked for, notes that it was asked, and ends as it is told to.
GO = """\
#!/bin/bash
echo "$PWD $*" >>"$0.log"
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho v{version}\\n' >"$2"
chmod +x "$2"
exit {code}
"""
LITESTREAM = "#!/bin/sh\necho {version}\n"
NEEDED = ("bash", "dirname", "sed", "mkdir", "mv", "rm", "chmod")
NAME = "github.com/benbjohnson/litestream"


@dataclass(frozen=True)
class Machine:
    """A PATH of its own with the tool's few needs, an empty cache, and a copy of the tool."""

    root: Path

    @property
    def program(self) -> Path:
        return self.root / "cache" / "litestream" / VERSION / "litestream"

    @property
    def kept(self) -> list[str]:
        folder = self.root / "cache"
        return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())

    @property
    def asked(self) -> list[str]:
        """What its Go was asked."""
        log = self.root / "bin" / "go.log"
        return log.read_text().splitlines() if log.exists() else []

    def add(self, name: str, script: str) -> Path:
        file = self.root / "bin" / name
        file.write_text(script)
        file.chmod(0o755)
        return file

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": str(self.root / "bin"), "SLIPWAY_CACHE": str(self.root / "cache"), **environment}
        command = ["/bin/bash", str(self.root / "tools" / "install-litestream"), *words]
        return subprocess.run(command, capture_output=True, check=False, env=env, text=True, timeout=120)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "bin").mkdir()
    (tmp_path / "cache").mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        assert found
        (tmp_path / "bin" / name).symlink_to(found)
    shutil.copytree(MODULE, tmp_path / "tools" / "litestream")
    text = (ROOT / "tools" / "install-litestream").read_text()
    elsewhere = "PATH=/usr/local/go/bin "  # where this machine may have a Go
    assert elsewhere in text
    (tmp_path / "tools" / "install-litestream").write_text(text.replace(elsewhere, "PATH=/nonexistent "))
    return Machine(tmp_path)


def test_it_is_built_once_from_the_locked_sources_and_kept(machine: Machine) -> None:
    machine.add("go", GO.format(version=VERSION, code=0))
    first = machine.run()
    assert (first.returncode, first.stdout) == (0, f"{machine.program}\n"), first.stderr
    (asked,) = machine.asked
    assert asked.startswith(f"{machine.root}/tools/litestream build -mod=readonly ")
    assert machine.kept == [f"litestream/{VERSION}/litestream"]
    for words in ([], ["--check"]):
        again = machine.run(*words)
        assert (again.returncode, again.stdout, again.stderr) == (0, first.stdout, "")
    assert machine.asked == [asked]


def test_the_one_on_path_is_taken_where_it_is_of_the_version_and_no_other(machine: Machine) -> None:
    machine.add("go", GO.format(version=VERSION, code=0))
    found = machine.add("litestream", LITESTREAM.format(version=f"v{VERSION}"))
    for words in ([], ["--check"]):
        done = machine.run(*words)
        assert (done.returncode, done.stdout) == (0, f"{found}\n")
    assert machine.asked == []
    machine.add("litestream", LITESTREAM.format(version="v0.5.1"))
    assert machine.run().stdout == f"{machine.program}\n"
    assert len(machine.asked) == 1


def test_to_look_builds_nothing_and_says_how_to_get_one(machine: Machine) -> None:
    machine.add("go", GO.format(version=VERSION, code=0))
    done = machine.run("--check")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"no litestream {VERSION} on PATH, none at {machine.program}; run tools/install-litestream" in done.stderr
    assert (machine.asked, machine.kept) == ([], [])


@pytest.mark.parametrize("words", [[], ["--check"]])
def test_without_go_it_says_what_to_install(machine: Machine, words: list[str]) -> None:
    done = machine.run(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Install Go, or litestream {VERSION}: https://github.com/benbjohnson/litestream" in done.stderr
    assert "run tools/install-litestream" not in done.stderr, "that would not help"
    assert machine.kept == []


def test_a_build_that_fails_leaves_nothing_that_would_be_taken_for_a_program(machine: Machine) -> None:
    machine.add("go", GO.format(version=VERSION, code=2))
    done = machine.run()
    assert (done.returncode, done.stdout) == (2, "")
    assert machine.kept == []
    machine.add("go", GO.format(version=VERSION, code=0))
    assert machine.run().returncode == 0


@pytest.mark.parametrize("right", [True, False])
def test_sources_are_built_where_their_sum_is_the_locked_one(machine: Machine, *, right: bool) -> None:
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        without("needs Go")
    sums = published(machine.root / "proxy")
    if not right:
        sums[""] = "A" * 43 + "="
    (machine.root / "tools" / "litestream" / "go.mod").write_text(f"module tools\n\nrequire {NAME} v{VERSION}\n")
    lock = "".join(f"{NAME} v{VERSION}{of} h1:{found}\n" for of, found in sums.items())
    (machine.root / "tools" / "litestream" / "go.sum").write_text(lock)
    machine.add("go", f'#!/bin/sh\nexec "{go}" "$@"\n')
    cache = subprocess.run([go, "env", "GOCACHE"], capture_output=True, check=True, text=True).stdout.strip()
    own = {
        "GOMODCACHE": str(machine.root / "modules"),
        "GOFLAGS": "-modcacherw",
        "GOPROXY": f"file://{machine.root}/proxy",
    }
    done = machine.run(GOCACHE=cache, GONOSUMDB="*", HOME=str(machine.root), **own)
    assert (done.returncode == 0) is right, done.stderr
    assert ("checksum mismatch" in done.stderr) is not right
    assert machine.kept == ([f"litestream/{VERSION}/litestream"] if right else [])


def published(proxy: Path) -> dict[str, str]:
    """Small sources in the place of litestream's, as a folder that Go takes for a proxy; their sums."""
    place = proxy / NAME / "@v"
    place.mkdir(parents=True)
    module = f"module {NAME}\n"
    files = {"cmd/litestream/main.go": "package main\n\nfunc main() {}\n", "go.mod": module}
    with zipfile.ZipFile(place / f"v{VERSION}.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{NAME}@v{VERSION}/{name}", text)
    (place / f"v{VERSION}.mod").write_text(module)
    (place / f"v{VERSION}.info").write_text(f'{{"Version": "v{VERSION}"}}')
    whole = {f"{NAME}@v{VERSION}/{name}": text for name, text in files.items()}
    return {"": _sum(whole), "/go.mod": _sum({"go.mod": module})}


def _sum(files: dict[str, str]) -> str:
    """As go.sum has it (golang.org/x/mod/sumdb/dirhash, Hash1)."""
    lines = "".join(f"{hashlib.sha256(files[name].encode()).hexdigest()}  {name}\n" for name in sorted(files))
    return base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


def test_wrong_usage_is_told(machine: Machine) -> None:
    done = machine.run("--force")
    assert done.returncode == 2
    assert "With --check it only looks." in done.stderr
    assert machine.kept == []
