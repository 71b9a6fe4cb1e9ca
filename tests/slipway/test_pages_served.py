"""What Pages makes of a released build: served on this machine by the server that wrangler has of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.cloudflare.pages_headers import headers_file
from config.pages import NO_SUCH_FILE
from tests.chat.site import ask
from tests.edge_chat.conftest import Tools, edge_tools
from tests.edge_chat.development import development
from tests.machines.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["edge_tools"]  # the fixture: wrangler and a Node.js for it

BUILD = {
    "index.html": "<title>orders</title>",
    "assets/main-0a1b2c.js": "console.log(1)",
    "favicon.ico": "icon",
    ".well-known/apple-app-site-association": "{}",
    "assets/404.html": NO_SUCH_FILE,
    "_headers": headers_file({"connect-src": ["https://api.orders.example.com"]}, own_address=True),
}


@pytest.fixture(scope="module")
def port(edge_tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("served")
    for name, text in BUILD.items():
        (folder / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / name).write_text(text)
    serve = "wrangler pages dev site --ip 127.0.0.1 --compatibility-date 2026-11-01"
    (folder / "package.json").write_text(json.dumps({"name": "served", "scripts": {"dev": serve}}))
    port = free_port()
    with development(edge_tools, folder, port):
        yield port


def test_every_page_and_file_has_the_security_headers_once(port: int) -> None:
    for path in ("/", "/orders/17", "/assets/main-0a1b2c.js", "/favicon.ico"):
        headers = ask(port, path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert headers["Access-Control-Allow-Origin"] is None


def test_only_hashed_files_stay_in_browsers(port: int) -> None:
    assert ask(port, "/assets/main-0a1b2c.js").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for path in ("/", "/orders/17", "/favicon.ico"):
        assert ask(port, path).headers["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_an_address_of_the_application_is_its_page(port: int) -> None:
    for path in ("/", "/orders/17", "/users/jane.doe"):
        answer = ask(port, path)
        assert (answer.status, answer.body.decode()) == (200, BUILD["index.html"])


def test_a_hashed_file_that_is_gone_is_404_and_kept_by_nobody(port: int) -> None:
    gone = ask(port, "/assets/main-9f8e7d.js")
    assert gone.status == 404
    assert gone.headers["Cache-Control"] == "no-store"
    assert gone.body.decode() == NO_SUCH_FILE


def test_what_apple_reads_is_json(port: int) -> None:
    assert ask(port, "/.well-known/apple-app-site-association").headers["Content-Type"] == "application/json"
