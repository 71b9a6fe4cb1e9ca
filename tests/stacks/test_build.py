"""How a topology's module is chosen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

from config.stack import Topology
from stacks import build

ROOT = Path(__file__).resolve().parents[2]


def test_no_cloud_s_sdk_is_loaded_before_a_topology_is_chosen() -> None:
    program = "import sys, config.load, stacks.build; print([n for n in sys.modules if n.startswith('pulumi_')])"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "[]"


def test_a_server_s_stack_loads_docker_s_sdk_only_where_it_runs_containers() -> None:
    program = "import sys, stacks.vps; print('pulumi_docker' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "False"


def test_the_settings_are_read_without_pulumi() -> None:
    program = "import sys, config.effective, config.schema; print('pulumi' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "False"


def test_every_kind_that_a_stack_file_may_name_has_a_module() -> None:
    kinds = {kind for model in get_args(get_args(Topology)[0]) for kind in get_args(model.__annotations__["kind"])}
    assert kinds == set(build._MODULES)


def test_the_program_loads_builds_and_exports_and_no_more() -> None:
    assert len((ROOT / "__main__.py").read_text().splitlines()) <= 15
