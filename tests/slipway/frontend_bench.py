"""A frontend's build, the script that releases it, and stand-ins for the commands that the script runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.effective import effective
from slipway.render.frontend import frontend_script
from tests.config.conftest import copied

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from config.stack import StackSettings

STACK = "orders-production"
BACKEND = "https://api.orders.example.com"
SECONDS = 60
SHIPPED = "frontend: {kind: pages, account_id: 0123456789abcdef0123456789abcdef} # where the pages cost nothing\n"
# What Vite fills a folder with, and what an application's own `public` folder adds.
BUILD = {
    "index.html": "<script type=module src=/assets/main-0a1b2c.js></script>",
    "assets/main-0a1b2c.js": f'fetch("{BACKEND}/orders")',
    "assets/main-9f8e7d.css": "body {}",
    "assets/logo-5d4c3b.svg": "<svg/>",
    "assets/font-1.woff2": "font",
    "assets/model-77.glb": "model",
    "favicon.ico": "icon",
    "robots.txt": "User-agent: *",
    "logo@2x.png": "png",
    "papers/price list.pdf": "pdf",
    ".well-known/apple-app-site-association": "{}",
    ".well-known/security.txt": "Contact: mailto:team@orders.example.com",
}
PULUMI = """\
import json, os, sys
command, what, name, flag, stack = sys.argv[1:]
assert (command, what, flag) == ("stack", "output", "--stack"), sys.argv
print({stack: json.loads(os.environ["OUTPUTS"])}["orders-production"][name])
"""


def settings(root: Path, site: str) -> StackSettings:
    files = copied(root, STACK)
    files.replace(files.stack, SHIPPED, f"frontend: {site}\n")
    return effective(root, STACK).stack


@dataclass(frozen=True)
class Bench:
    """A build, the script that releases it, and what the stand-ins were told."""

    root: Path
    bash: Path
    outputs: Mapping[str, str]
    """What the stack tells."""

    @property
    def dist(self) -> Path:
        return self.root / "dist"

    def add(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            (self.dist / name).parent.mkdir(parents=True, exist_ok=True)
            (self.dist / name).write_text(text)

    def says(self, site: str) -> None:
        """Take the script of a stack that says another thing of its frontend."""
        script = frontend_script(settings(self.root / "another", site), STACK)
        assert script
        (self.root / "release-frontend.sh").write_text(script)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bash, self.root / "release-frontend.sh", *(arguments or (str(self.dist),))],
            env={
                **os.environ,
                "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
                "TOLD": str(self.root / "told"),
                "OUTPUTS": json.dumps(self.outputs),
                **environment,
            },
            capture_output=True,
            check=False,
            text=True,
            timeout=SECONDS,
        )

    def told(self) -> list[dict[str, Any]]:  # Any: what the stand-in noted
        log = self.root / "told"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def released(self) -> dict[str, dict[str, Any]]:
        """What lies in the bucket, by key, in the order in which it came there."""
        done = self.run()
        assert done.returncode == 0, done.stderr
        return {each["key"]: each for each in self.told() if "key" in each}


def bench_of(root: Path, bash: Path, site: str, outputs: Mapping[str, str], command: tuple[str, str]) -> Bench:
    """The bench for a place of the files; `command` is the name and the program of what stands in for its command."""
    made = Bench(root, bash, outputs)
    (root / "bin").mkdir()
    for name, program in (command, ("pulumi", PULUMI)):
        stand_in = root / "bin" / name
        stand_in.write_text(f"#!{sys.executable}\n{program}")
        stand_in.chmod(0o755)
    script = frontend_script(settings(root / "project", site), STACK)
    assert script
    (root / "release-frontend.sh").write_text(script)
    made.add(BUILD)
    return made
