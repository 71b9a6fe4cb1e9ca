"""The lock files: in step with pyproject.toml and with each other, and every package with its hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = PROJECT["project"]["dependencies"]
DECLARED = {
    "runtime": RUNTIME,
    "dev": [*RUNTIME, *PROJECT["dependency-groups"]["dev"]],
    "uv": PROJECT["dependency-groups"]["uv"],
    "scanner": PROJECT["dependency-groups"]["scanner"],
}


def locked(name: str) -> dict[str, str]:
    """Package to its line, version and all, up to the hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return {match[1]: match[2] for match in re.finditer(r"^([a-z0-9-]+)==(.+?) \\$", text, re.MULTILINE)}


@pytest.mark.parametrize("name", DECLARED)
def test_a_lock_holds_every_declared_package_in_a_version_that_fits(name: str) -> None:
    pins = locked(name)
    for requirement in map(Requirement, DECLARED[name]):
        version = pins.get(canonicalize_name(requirement.name), "").partition(" ")[0]
        assert version, f"{requirement} is not locked: make lock"
        assert requirement.specifier.contains(version), f"{requirement} is locked as {version}: make lock"


@pytest.mark.parametrize("name", DECLARED)
def test_a_lock_has_a_hash_for_every_package_and_nothing_else(name: str) -> None:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    packages = [number for number, line in enumerate(lines) if line and not line.startswith((" ", "#"))]
    names = {lines[number].partition("==")[0] for number in packages}  # one may stand there once for each Python
    assert names == set(locked(name)), "an option, an address or an unpinned package"
    assert all(lines[number + 1].startswith("    --hash=sha256:") for number in packages)


def test_what_is_tested_is_what_runs() -> None:
    runtime, dev = locked("runtime"), locked("dev")
    assert runtime == {package: dev.get(package) for package in runtime}


def test_pulumi_install_gets_the_locked_versions() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-r requirements/runtime.txt"]
