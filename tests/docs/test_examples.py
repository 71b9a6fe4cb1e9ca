"""What the guides show is run: every section is a small project, every block that tells a result is compared.

The first word after the fence is the language, the second a file's name or what the block tells: the `plan`, its
`outputs`, a `notice` or an `error`. Prose may be wrapped as it likes.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("plan-format.md", "answers.md")
BLOCK = re.compile(r"^```(?P<language>\w+) (?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PROJECT = "name: shop\nruntime: python\n"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a guide with its blocks, in order."""

    title: str
    blocks: tuple[tuple[str, str], ...]


def sections() -> list[Section]:
    found = []
    for guide in GUIDES:
        for part in re.split(r"^#+ ", (ROOT / "docs" / guide).read_text(), flags=re.MULTILINE):
            blocks = tuple((match["name"], match["text"]) for match in BLOCK.finditer(part))
            if blocks:
                found.append(Section(f"{guide}: {part.partition(chr(10))[0]}", blocks))
    return found


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    answers = ["--answers", "answers.yaml"] if (folder / "answers.yaml").exists() else []
    return subprocess.run(
        [sys.executable, "-m", "slipway", "plan", "--json", *answers],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.title)
def test_what_a_guide_shows_is_what_happens(section: Section, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    compared = 0
    for name, text in section.blocks:
        if "." in name:
            (tmp_path / name).write_text(text)
            continue
        done = run(tmp_path)
        compared += 1
        if name == "error":
            assert words(text) == words(done.stderr.replace(f"{tmp_path}/", ""))
        elif name == "notice":
            assert words(text) in words(done.stderr)
        elif name == "outputs":
            assert json.loads(text) == json.loads(done.stdout)["outputs"]
        else:
            assert (name, text) == ("plan", done.stdout)
    assert compared, "a section that only shows files shows nothing that could be wrong"


def test_every_guide_has_examples() -> None:
    assert {section.title.partition(":")[0] for section in sections()} == set(GUIDES)
