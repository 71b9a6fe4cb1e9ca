"""`examples/edge-page`: Next.js builds it, its adapter makes a Worker of it, and workerd renders the page from D1."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.chat.site import ask
from tests.conftest import ROOT
from tests.edge_chat.conftest import EXAMPLE, Tools
from tests.edge_chat.development import development
from tests.machines.ports import free_port
from tests.machines.servers import installed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = ROOT / "examples" / "edge-page"
BUILD = 540  # seconds on a busy machine; it takes some forty


def copied(file: str, place: str) -> str:
    """A link where that is possible: there are 700 MB of packages."""
    try:
        os.link(file, place)
    except OSError:
        return shutil.copy2(file, place)
    return place


@pytest.fixture
def page(edge_tools: Tools, require_program: Callable[[str], Path], tmp_path: Path) -> tuple[Tools, Path]:
    """The project beside edge-chat, whose migrations it uses, and the programs of its own packages."""
    packages = installed(PAGE, require_program("npm")) / "node_modules"
    folder = tmp_path / "edge-page"
    shutil.copytree(PAGE, folder, ignore=shutil.ignore_patterns("node_modules", ".next", ".open-next", ".wrangler"))
    shutil.copytree(packages, folder / "node_modules", symlinks=True, copy_function=copied)
    shutil.copytree(EXAMPLE / "migrations", tmp_path / "edge-chat" / "migrations")
    return Tools(edge_tools.node, folder / "node_modules"), folder


@pytest.mark.slow
def test_a_page_is_rendered_on_the_server_from_what_d1_has_at_that_moment(page: tuple[Tools, Path]) -> None:
    tools, folder = page
    commands = re.findall(r"^\$ (?:\w+=\S+ )*npm run ([\w-]+)$", (PAGE / "README.md").read_text(), re.MULTILINE)
    assert commands == ["bundle", "migrate", "dev"]
    for command in commands[:-1]:
        done = tools.run("npm", "run", command, cwd=folder, seconds=BUILD)
        assert done.returncode == 0, done.stdout + done.stderr
    port = free_port()
    with development(tools, folder, port):
        empty = ask(port, "/")
        assert (empty.status, "<li " in empty.body.decode()) == (200, False)
    rows = "INSERT INTO users VALUES ('1', 'ann'); INSERT INTO tickets VALUES (7, '<b>no</b> light', '1', 'now')"
    done = tools.run("wrangler", "d1", "execute", "DB", "--local", "--command", rows, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    with development(tools, folder, port):
        shown = ask(port, "/")
        assert '<li value="7">&lt;b&gt;no&lt;/b&gt; light</li>' in shown.body.decode()
        assert shown.headers["Cache-Control"] == "no-store"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        script = re.findall(r'src="(/_next/static/[^"]+\.js)"', shown.body.decode())[0]
        assert ask(port, script).status == 200
