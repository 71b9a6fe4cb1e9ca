"""The table of crashes is of a commit and of nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.rehearsal.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("name", "status"), [("new.py", "?? new.py"), ("__main__.py", "M __main__.py")])
def test_a_tree_with_more_than_its_commit_has_no_table(
    tmp_path: Path, require_program: Callable[[str], Path], name: str, status: str
) -> None:
    require_program("git")
    repository = Repository(tmp_path / "shop")
    repository.commit('Shop("shop")\n')
    (repository.folder / name).write_text("changed\n")
    code = "import runpy, sys; from pathlib import Path; module = runpy.run_path(sys.argv[1], run_name='table'); "
    code += "module['_commit'].__globals__['ROOT'] = Path(sys.argv[2]); module['_commit']()"

    command = [sys.executable, "-c", code, str(ROOT / "tools" / "crash-table"), str(repository.folder)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)

    assert done.returncode == 1
    assert "this tree has more than its commit" in done.stderr
    assert status in done.stderr
