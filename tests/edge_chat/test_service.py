"""`examples/edge-chat` in the runtime of Cloudflare Workers: its own tests, and its README from a terminal."""

from __future__ import annotations

import hashlib
import re
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from config.cloudflare_worker import WorkerRelease
from tests.chat.clients import Client
from tests.chat.site import ask
from tests.edge_chat.conftest import EXAMPLE
from tests.edge_chat.development import development
from tests.machines.ports import free_port
from tests.stacks.edge_bindings import of_interface

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.edge_chat.conftest import Tools

README = (EXAMPLE / "README.md").read_text()
SECRET = "what-signs-the-tokens-of-this-test"  # noqa: S105 - no secret: the site ends with the test
SUITE = 480  # seconds; it takes some thirty


@pytest.mark.parametrize("script", ["typecheck", "lint"])
def test_its_code_is_clean(edge_tools: Tools, edge_release: Path, script: str) -> None:
    done = edge_tools.run("npm", "run", "--silent", script, cwd=edge_release)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_own_tests_pass_in_the_real_runtime(edge_tools: Tools, edge_release: Path) -> None:
    done = edge_tools.run("npm", "test", cwd=edge_release, seconds=SUITE)
    assert done.returncode == 0, done.stdout.partition("failing tests:")[2] or done.stdout + done.stderr
    counts = dict(re.findall(r"^\S+ (tests|pass) (\d+)$", done.stdout, re.MULTILINE))
    assert counts["pass"] == counts["tests"]
    assert int(counts["tests"]) >= 50, "some are not found"


def test_it_is_bundled_into_one_module_with_the_same_sum_each_time(edge_tools: Tools, edge_release: Path) -> None:
    sums = set()
    for _ in range(2):
        done = edge_tools.run("npm", "run", "bundle", cwd=edge_release)
        assert done.returncode == 0, done.stdout + done.stderr
        module = (edge_release / "dist" / "index.js").read_bytes()
        sums.add(hashlib.sha256(module).hexdigest())
    assert len(sums) == 1
    assert re.search(rb"export \{\s+Room,\s+index_default as default\s+\};", module)
    assert set(re.findall(rb'from "([^"]+)"', module)) <= {b"cloudflare:workers"}, "the rest is in the file"
    WorkerRelease.model_validate({"kind": "worker", "main": "dist/index.js", "sha256": sums.pop()})


def test_its_readme_tells_of_every_binding() -> None:
    given = of_interface((EXAMPLE / "src" / "env.ts").read_text())
    assert {name for name in given if f"| `{name}` |" not in README} == set()


def test_wranglers_file_has_only_classes_with_sqlite_and_no_secret() -> None:
    text = (EXAMPLE / "wrangler.jsonc").read_text()
    assert "new_sqlite_classes" in text
    assert "new_classes" not in text
    assert "JWT_SECRET" not in text.replace('"required": ["JWT_SECRET"]', "")
    assert '"vars"' not in text


@contextmanager
def chatting(tools: Tools, release: Path, port: int, name: str) -> Iterator[Client]:
    """Somebody at a terminal with a token, in the room of the first ticket."""
    log = release / f"{name}.log"
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [tools.node, "client.js", f"http://127.0.0.1:{port}", "1"],
            cwd=release,
            env={**tools.environment, "TOKEN": token(tools, release, name)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    client = Client(process, log)
    try:
        yield client
    finally:
        client.end()


def token(tools: Tools, release: Path, name: str) -> str:
    made = subprocess.run(
        [tools.node, "token.js", f"id-{name}", name],
        cwd=release,
        env={**tools.environment, "JWT_SECRET": SECRET},
        capture_output=True,
        check=True,
        text=True,
    )
    return made.stdout.strip()


def test_two_terminals_chat_and_lose_nothing_when_the_runtime_is_cut_off(edge_tools: Tools, edge_release: Path) -> None:
    commands = re.findall(r"^\$ (?:\w+=\S+ )*(npm run [\w-]+|node [\w-]+\.js|npm ci)", README, re.MULTILINE)
    assert commands == ["npm ci", "npm run migrate", "npm run dev", "node token.js", "node client.js"]
    (edge_release / ".dev.vars").write_text(f"JWT_SECRET={SECRET}\n")
    made = edge_tools.run("npm", "run", "migrate", cwd=edge_release)
    assert made.returncode == 0, made.stdout + made.stderr
    port = free_port()
    bearer = f"Bearer {token(edge_tools, edge_release, 'ann')}"
    with development(edge_tools, edge_release, port):
        assert ask(port, "/api/ready").body == {"status": "ready", "checks": {"database": "up", "secret": "set"}}
        opened = ask(port, "/api/tickets", method="POST", body={"title": "no light"}, Authorization=bearer)
        assert opened.body == {"id": 1}
        with chatting(edge_tools, edge_release, port, "ann") as ann:
            ann.sees("joined")
            assert ann.say("is it dark?")["event"] == "said"
    with chatting(edge_tools, edge_release, port, "bob") as bob:
        bob.sees("disconnected")
        with development(edge_tools, edge_release, port):
            bob.sees("joined", people=["bob"])
            assert bob.hears("is it dark?")["number"] == 1
            assert bob.say("yes")["event"] == "said"
            assert bob.hears("yes")["number"] == 2
            assert ask(port, "/api/tickets/1", Authorization=bearer).body["title"] == "no light"
