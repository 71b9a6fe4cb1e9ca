"""What every test may ask for: programs of the machine, and a Pulumi CLI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"

# No deadline: a slow machine is no failure. The same cases on every run in CI: a change fails by its own doing only.
hypothesis.settings.register_profile("slipway", deadline=None, derandomize=IN_CI)
hypothesis.settings.load_profile("slipway")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs the Pulumi CLI, so that nobody has to think of it."""
    for item in items:
        if "pulumi_cli" in getattr(item, "fixturenames", ()):
            item.add_marker("engine")


def without(what: str) -> NoReturn:
    """End a test that cannot run here: a skip for a person, a failure in CI, which installs what it needs itself."""
    if IN_CI:
        pytest.fail(f"{what} (CI=true: a test must not be skipped for that)", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def require_program() -> Callable[[str], Path]:
    """Return a function: the path of a program on PATH; the test is skipped, in CI fails, when it is missing."""

    def find(name: str) -> Path:
        found = shutil.which(name)
        return Path(found) if found else without(f"needs the program {name}, which is not on PATH")

    return find


@pytest.fixture(scope="session")
def pulumi_cli() -> Path:
    """Return the Pulumi CLI that `tools/install-pulumi` knows of; it does not install one, `make test` does."""
    command = [sys.executable, str(ROOT / "tools" / "install-pulumi"), "--check"]
    asked = subprocess.run(command, capture_output=True, check=False, text=True)
    if asked.returncode != 0:
        without(f"needs the Pulumi CLI: run tools/install-pulumi\n{asked.stderr.strip()}")
    return Path(asked.stdout.strip())
