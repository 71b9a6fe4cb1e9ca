"""How PM2 is told what to run."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from components.server.node import ecosystem, node_archive
from components.server.texts import END, packed, whole
from tests.machines.examples import SOCKET, WEB

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from components.server.node import NodeService


def read(node: Path, file: Path) -> dict[str, object]:
    """What Node.js itself makes of an ecosystem file."""
    script = "console.log(JSON.stringify(require(process.argv[1]).apps[0]))"
    return json.loads(subprocess.run([node, "-e", script, file], capture_output=True, check=True, text=True).stdout)  # type: ignore[no-any-return]  # JSON


@pytest.mark.parametrize("service", [WEB, SOCKET, replace(WEB, directory="a'b`${c}", entry='x"y\\z.js')])
def test_the_file_is_javascript_that_says_the_service(
    service: NodeService, require_program: Callable[[str], Path], tmp_path: Path
) -> None:
    node, file = require_program("node"), tmp_path / "shop.config.cjs"
    file.write_text(ecosystem(service, "/opt/shop/current"))
    assert subprocess.run([node, "--check", file], check=False).returncode == 0
    app = read(node, file)
    folder = "" if service.directory == "." else f"/{service.directory}"
    assert app["cwd"] == f"/opt/shop/current{folder}"
    assert app["script"] == service.entry
    assert (app["exec_mode"], app["instances"]) == ("cluster", service.processes)
    assert app["node_args"] == "--enable-source-maps"
    assert app["kill_timeout"] == service.drain_seconds * 1000


@pytest.mark.parametrize(
    ("architecture", "name"),
    [("amd64", "node-v26.10.0-linux-x64.tar.xz"), ("arm64", "node-v26.10.0-linux-arm64.tar.xz")],
)
def test_node_is_published_under_names_of_its_own(architecture: str, name: str) -> None:
    assert node_archive("26.10.0", architecture) == name


def test_a_file_that_would_end_early_is_refused() -> None:
    assert whole("a\nb\n") == "a\nb\n"
    with pytest.raises(ValueError, match=END):
        whole(f"a\n{END}\nb\n")


def test_a_packed_file_that_would_begin_another_is_refused() -> None:
    with pytest.raises(ValueError, match="==>"):
        packed({"/a": "a\n==> /b\n"})
