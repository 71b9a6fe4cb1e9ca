"""The guide to Cloudflare Pages tells of every setting, and the lines that it gives to applications do what it says."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.pages import PagesSite
from config.pages_environment import PagesEnvironment

if TYPE_CHECKING:
    from collections.abc import Callable

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "pages.md").read_text(encoding="utf-8")
FOUND = "## What builds and functions find\n"
SECONDS = 60
ENDING = ".orders-production.pages.dev"


def test_it_tells_of_every_setting() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", GUIDE.partition(FOUND)[0], re.MULTILINE))
    assert set(PagesSite.model_fields) - {"kind"} == told


def test_it_tells_of_everything_that_builds_and_functions_can_find() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", GUIDE.partition(FOUND)[2], re.MULTILINE)
    assert set(re.findall(r"\w+", " ".join(rows))) == set(PagesEnvironment.model_fields)


def admitted(node: Path, folder: Path, origin: str, previews: str) -> bool:
    found = re.search(r"^```js\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    (folder / "cors.mjs").write_text(f"{found[1]}console.log(admits({json.dumps(origin)}));\n")
    environment = {"CORS_ORIGINS": "https://www.orders.example.com", "CORS_PREVIEWS": previews, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [node, folder / "cors.mjs"], env=environment, capture_output=True, check=True, text=True, timeout=SECONDS
    )
    return {"true\n": True, "false\n": False}[done.stdout]


@pytest.mark.parametrize(
    ("origin", "previews", "expected"),
    [
        ("https://www.orders.example.com", "", True),
        ("https://www.orders.example.com", ENDING, True),
        (f"https://0a1b2c3d{ENDING}", ENDING, True),
        (f"https://feature-new-cart{ENDING}", ENDING, True),
        (f"https://0a1b2c3d{ENDING}", "", False),
        ("https://0a1b2c3d.someone-else.pages.dev", ENDING, False),
        (f"https://a.b{ENDING}", ENDING, False),
        (f"https://evil.example/{ENDING}", ENDING, False),
        (f"https://{ENDING}", ENDING, False),
        ("https://orders-production.pages.dev", ENDING, False),
        (f"http://0a1b2c3d{ENDING}", ENDING, False),
        (f"https://0a1b2c3d{ENDING}.evil.example", ENDING, False),
        ("null", ENDING, False),
        ("", "", False),
    ],
)
def test_the_lines_let_in_previews_of_the_one_project_and_nobody_else(
    origin: str, previews: str, *, expected: bool, require_program: Callable[[str], Path], tmp_path: Path
) -> None:
    assert admitted(require_program("node"), tmp_path, origin, previews) is expected
