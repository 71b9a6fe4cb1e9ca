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

from tests.once import share

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"

# Where several processes take a file each, these come first: who began one of them last would end long after the rest.
# Those that wait for programs stand between those that keep processors busy.
LONGEST = (
    "tests/machines/test_releases.py",
    "tests/rehearsal/test_shipped.py",
    "tests/parity/test_parity.py",
    "tests/images/test_images.py",
    "tests/stacks/test_generated.py",
    "tests/machines/test_cloud_init.py",
    "tests/slipway/test_render_policy.py",
    "tests/edge_chat/test_d1_migrations.py",
    "tests/policies/mutants/test_mutants.py",
    "tests/machines/test_backups.py",
    "tests/stacks/test_containers.py",
    "tests/gate/test_on_the_engine.py",
    "tests/slipway/test_move.py",
    "tests/machines/test_drill.py",
    "tests/edge_chat/test_service.py",
    "tests/machines/test_container_server.py",
    "tests/slipway/test_render_release.py",
    "tests/machines/test_drill_by_command.py",
    "tests/policies/mutants/test_hosts.py",
    "tests/machines/test_migration.py",
    "tests/rehearsal/test_upgrade.py",
    "tests/rehearsal/test_on_the_engine.py",
    "tests/docs/test_examples.py",
    "tests/machines/test_user_data.py",
    "tests/engine/test_faults.py",
    "tests/engine/test_warm_programs.py",
    "tests/slipway/test_cli.py",
    "tests/orphans/test_command.py",
    "tests/policies/scanner/test_shipped.py",
    "tests/docs/test_readme.py",
)

# No deadline: a slow machine is no failure. The same cases on every run in CI: a change fails by its own doing only.
hypothesis.settings.register_profile("slipway", deadline=None, derandomize=IN_CI)
hypothesis.settings.load_profile("slipway")


def pytest_configure(config: pytest.Config) -> None:
    """Let the processes of a run share what each would make for itself."""
    share(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what runs the Pulumi CLI, so that nobody has to think of it; put first what else would end last."""
    for item in items:
        if "pulumi_cli" in getattr(item, "fixturenames", ()):
            item.add_marker("engine")
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: turn(item.path.relative_to(ROOT).as_posix()))


def turn(file: str) -> int:
    """When a file's turn comes: files that are not in `LONGEST` come after those, in the order that they have."""
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)


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
