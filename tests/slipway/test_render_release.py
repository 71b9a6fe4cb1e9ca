"""The script that builds a release: run for real, with stand-ins for the hosts that it fetches from.

What stands for nodejs.org and for RDS's trust store is a `curl` that hands out files that a test made. Git, tar, npm
and the registry are real.

Longer than 300 lines because the application and the hosts that it is built from are made here too.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from config.effective import effective
from config.release import PG, PM2, ArchiveRelease
from slipway.render.release import release_notes, release_script
from tests.slipway.written import development
from tests.stacks.project import IN_AWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.stack import StackSettings

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300
ARCHITECTURES = {"x86_64": ("amd64", "x64", "t3.small"), "aarch64": ("arm64", "arm64", "t4g.small")}
DEBIAN, NODE, TYPE = ARCHITECTURES.get(platform.machine(), ("amd64", "x64", "t3.small"))
NEEDED = ("bash", "git", "gzip", "node", "npm", "sha256sum", "tar", "xz")
# In place of curl: the file of that name that the test has made; nothing else can be had.
CURL = '#!/bin/sh\nfor last; do :; done\nwhile [ "$1" != --output ]; do shift; done\ncp "$FILES/${last##*/}" "$2"\n'
# In place of an application: a build that leaves what it was built with, and one package for development only.
PACKAGE = {
    "name": "tiny",
    "version": "1.0.0",
    "scripts": {"build": "node build.js", "migrate": "node migrate.js"},
    "dependencies": {"kept": "file:packages/kept"},
    "devDependencies": {"dropped": "file:packages/dropped"},
}
BUILD = """
const fs = require("node:fs");
require("dropped");
fs.mkdirSync("dist", { recursive: true });
fs.writeFileSync("dist/index.js", `require("kept"); console.log("built by ${process.version}");`);
"""


def which(program: str) -> str:
    """Where a program is that `bench` has asked for."""
    return str(shutil.which(program))


def settings(folder: Path, version: str, **runtime: str) -> StackSettings:
    topology = {
        "kind": "aws-ec2",
        "region": "eu-west-1",
        "zones": ["eu-west-1a", "eu-west-1b"],
        "image": {"kind": "ubuntu", "release": "24.04", "serial": "20260923", "architecture": DEBIAN},
        "release": {"kind": "archive", "bucket": "acme-releases", "key": "tiny/old.tar.gz", "sha256": "5a" * 32},
        "load_balancer": {"listener": {"kind": "http"}},
        "services": {"web": {"instance_type": TYPE}},
    }
    application = {
        "name": "tiny",
        "runtime": {"kind": "node", "version": version, **runtime},
        "services": {
            "web": {"port": 3001, "public": True, "health_path": "/health", "derived": {"DATABASE_URL": "postgres.url"}}
        },
        "data": {"redis": {"kind": "none"}, "postgres": {"kind": "managed"}},
        "migrations": {"command": "npm run migrate", "service": "web"},
        "frontend": {"kind": "none"},
    }
    return development(folder, application, topology)


@dataclass(frozen=True)
class Bench:
    """A committed application, the script for it, and what the stand-in for curl hands out."""

    root: Path
    node: str

    @property
    def source(self) -> Path:
        return self.root / "source"

    @property
    def files(self) -> Path:
        return self.root / "files"

    def run(self, out: str = "out", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [which("bash"), self.root / "build-release.sh", self.source, self.root / out],
            env={**os.environ, "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}", "FILES": str(self.files)}
            | environment,
            capture_output=True,
            check=False,
            text=True,
            timeout=SECONDS,
        )

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        return subprocess.run(
            [which("git"), *identity, *arguments], cwd=self.source, check=True, capture_output=True, text=True
        ).stdout.strip()

    def archive(self, out: str = "out") -> Path:
        (found,) = (self.root / out).iterdir()
        return found


@pytest.fixture
def bench(tmp_path: Path, require_program: Callable[[str], Path]) -> Bench:
    for program in NEEDED:
        require_program(program)
    node = subprocess.run([which("node"), "--version"], check=True, capture_output=True, text=True).stdout.strip()[1:]
    made = Bench(tmp_path, node)
    for folder in ("bin", "files", "source/packages/kept", "source/packages/dropped"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "bin" / "curl").write_text(CURL)
    (tmp_path / "bin" / "curl").chmod(0o755)
    script = release_script(settings(tmp_path, node))
    assert script
    (tmp_path / "build-release.sh").write_text(script)
    _lay_node(made, require_program("npm").resolve().parents[1])
    (made.files / "eu-west-1-bundle.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    _lay_source(made)
    return made


def _lay_node(bench: Bench, npm: Path) -> None:
    """What nodejs.org publishes, made of the Node.js and npm that are here."""
    name = f"node-v{bench.node}-linux-{NODE}"
    tree = bench.root / name
    (tree / "bin").mkdir(parents=True)
    (tree / "bin" / "node").write_text(f'#!/bin/sh\nexec {which("node")} "$@"\n')
    (tree / "bin" / "node").chmod(0o755)
    shutil.copytree(npm, tree / "lib" / "node_modules" / "npm", symlinks=True)
    for program in ("npm", "npx"):
        (tree / "bin" / program).symlink_to(f"../lib/node_modules/npm/bin/{program}-cli.js")
    packed = bench.files / f"{name}.tar.xz"
    with tarfile.open(packed, "w:xz", preset=0) as archive:
        archive.add(tree, name)
    (bench.files / "SHASUMS256.txt").write_text(f"{hashlib.sha256(packed.read_bytes()).hexdigest()}  {packed.name}\n")


def _lay_source(bench: Bench) -> None:
    (bench.source / "package.json").write_text(json.dumps(PACKAGE))
    (bench.source / "build.js").write_text(BUILD)
    (bench.source / "migrate.js").write_text('console.log("migrated");')
    (bench.source / ".gitignore").write_text("node_modules\ndist\n.env\n")
    for name in ("kept", "dropped"):
        package = bench.source / "packages" / name
        (package / "package.json").write_text(json.dumps({"name": name, "version": "1.0.0", "main": "index.js"}))
        (package / "index.js").write_text("")
    command = [which("npm"), "install", "--package-lock-only", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=bench.source, check=True, capture_output=True)
    bench.git("init", "--quiet", ".")
    bench.git("add", ".")
    bench.git("commit", "--quiet", "--message", "first")
    (bench.source / ".env").write_text("STRIPE_KEY=hush-hush")


def names(archive: Path) -> set[str]:
    with tarfile.open(archive) as opened:
        return {member.name.removeprefix("./") for member in opened.getmembers()}


def test_the_archive_holds_what_machines_expect_and_the_same_commit_gives_the_same_one(bench: Bench) -> None:
    done = bench.run()
    assert done.returncode == 0, done.stderr
    held = names(bench.archive())
    assert {
        "bin/node", "bin/npm", "lib/node_modules/npm/bin/npm-cli.js", "dist/index.js", "package.json",
        "slipway/node_modules/pm2/bin/pm2-runtime", "slipway/node_modules/pg/package.json", "slipway/rds-ca.pem",
        "slipway/release.json", "node_modules/kept",
    } <= held  # fmt: skip
    assert not {"node_modules/dropped", ".env", ".git"} & held
    _runs_from_it_alone(bench)
    _says_what_to_deploy(bench, done)

    (bench.source / "new.txt").write_text("not committed")
    again = bench.run("again", TZ="Asia/Tokyo", NODE_ENV="production")
    assert again.returncode == 0, again.stderr
    assert "not committed are not in the release" in again.stderr
    assert bench.archive("again").read_bytes() == bench.archive().read_bytes()


def _runs_from_it_alone(bench: Bench) -> None:
    """As a machine does it: unpacked elsewhere, with nothing on the path but the archive's own programs and a shell."""
    current = bench.root / "current"
    current.mkdir()
    subprocess.run([which("tar"), "--extract", "--file", bench.archive(), "--directory", current], check=True)
    shutil.rmtree(bench.source / "node_modules", ignore_errors=True)
    path = {"PATH": f"{current / 'bin'}:/usr/bin:/bin"}

    def run(*command: str) -> str:
        program = [str(current / command[0]), *command[1:]]
        return subprocess.run(program, cwd=current, env=path, check=True, capture_output=True, text=True).stdout

    assert run("bin/node", "dist/index.js") == f"built by v{bench.node}\n"
    assert "migrated" in run("bin/npm", "run", "migrate")
    assert PM2 in run("bin/node", "slipway/node_modules/pm2/bin/pm2-runtime", "--version")
    # As the program that runs migrations looks for it.
    ask = 'console.log(typeof require("node:module").createRequire(process.cwd() + "/slipway/_")("pg").Client)'
    assert run("bin/node", "-e", ask) == "function\n"
    assert json.loads((current / "slipway" / "node_modules" / "pg" / "package.json").read_text())["version"] == PG
    told = json.loads((current / "slipway" / "release.json").read_text())
    assert told == {"application": "tiny", "revision": bench.git("rev-parse", "HEAD"), "node": bench.node}
    with tarfile.open(bench.archive()) as opened:
        members = opened.getmembers()
    assert {(member.uid, member.gid, member.uname) for member in members} == {(0, 0, "")}
    assert {member.mtime for member in members} == {int(bench.git("log", "-1", "--format=%ct"))}
    assert [member.name for member in members if not member.issym() and member.mode & 0o022] == []


def _says_what_to_deploy(bench: Bench, done: subprocess.CompletedProcess[str]) -> None:
    release = yaml.safe_load(done.stdout)["release"]
    archive = bench.archive()
    assert release["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert release["key"] == f"tiny/{archive.name}"
    assert ArchiveRelease.model_validate(release).bucket == "acme-releases"
    assert f"aws s3 cp {archive} s3://acme-releases/{release['key']} --region eu-west-1" in done.stderr


def test_a_runtime_that_is_not_what_was_published_is_refused(bench: Bench) -> None:
    with (bench.files / f"node-v{bench.node}-linux-{NODE}.tar.xz").open("ab") as archive:
        archive.write(b"more")
    done = bench.run()
    assert done.returncode == 1
    assert "is not what SHASUMS256.txt says" in done.stderr
    assert list((bench.root / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"package-lock.json": None}, "package-lock.json is missing in . and above it: commit it"),
        ({"build.js": ""}, "index.js is not there after the build"),
        ({"build.js": "process.exit(3)"}, ""),
        ({"slipway/own.txt": "mine"}, "the application has slipway, where the release puts its own"),
    ],
    ids=["no lock file", "no build", "failed build", "own slipway folder"],
)
def test_what_cannot_become_a_release_leaves_no_archive(
    bench: Bench, change: dict[str, str | None], message: str
) -> None:
    for name, text in change.items():
        (bench.source / name).parent.mkdir(exist_ok=True)
        (bench.source / name).write_text(text) if text is not None else (bench.source / name).unlink()
    bench.git("add", "--all")
    bench.git("commit", "--quiet", "--message", "broken")
    done = bench.run()
    assert done.returncode != 0
    assert message in done.stderr
    assert (done.stdout, list((bench.root / "out").iterdir())) == ("", [])


# -- the text


def scripts(folder: Path) -> dict[str, str]:
    every: dict[str, Any] = {stack: release_script(effective(ROOT, stack).stack) for stack in IN_AWS}
    every |= {manager: release_script(settings(folder, "26.10.0", packages=manager)) for manager in ("pnpm", "yarn")}
    return {name: script for name, script in every.items() if script}


def test_every_script_is_sound_shell(tmp_path: Path, require_program: Callable[[str], Path]) -> None:
    shellcheck = require_program("shellcheck")
    for name, script in scripts(tmp_path).items():
        ran = subprocess.run([shellcheck, "-"], input=script, capture_output=True, check=False, text=True)
        assert ran.returncode == 0, f"{name}:\n{ran.stdout}"


def test_packages_come_by_the_lock_file_whatever_manager_a_team_has(tmp_path: Path) -> None:
    made = scripts(tmp_path)
    assert "npm ci " in made["orders-dev"]
    for manager, lock in (("pnpm", "pnpm-lock.yaml"), ("yarn", "yarn.lock")):
        assert f"-- {manager} " in made[manager]
        assert f"{manager} install --frozen-lockfile" in made[manager]
        assert lock in made[manager]
        assert f'"packageManager": *"{manager}@' in made[manager], "the newest manager is another one tomorrow"


def test_the_certificates_of_rds_are_in_it_only_where_the_database_is_managed(tmp_path: Path) -> None:
    assert "rds-ca.pem" in str(release_script(settings(tmp_path, "26.10.0")))
    assert "rds-ca.pem" not in scripts(tmp_path)["orders-dev"]


def test_a_migration_by_a_program_that_no_machine_has_is_told(tmp_path: Path) -> None:
    stack = settings(tmp_path, "26.10.0")
    assert release_notes(stack) == []
    file = tmp_path / "config" / "apps" / "tiny.yaml"
    file.write_text(file.read_text().replace("npm run migrate", "pnpm run migrate"))
    (note,) = release_notes(effective(tmp_path, "dev").stack)
    assert "begins with pnpm, which no machine has" in note
