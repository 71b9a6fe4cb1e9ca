"""A small project in a git repository of its own: one commit per revision of its program."""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.rehearsal.environment import Python, make_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.rehearsal.results import Result

_SETTINGS = "name: shop\nruntime: {name: python, options: {virtualenv: .venv}}\n"
# Says where its modules are from, so that a test can see whose they are.
PROGRAM = """
import pulumi
import pulumi_aws as aws

import parts

try:
    import newcomer
except ImportError:
    newcomer = None

pulumi.export("parts", parts.__file__)
pulumi.export("newcomer", newcomer.__file__ if newcomer else "none")


class Shop(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:index:Shop", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        aws.s3.Bucket(f"{name}-files", tags=parts.TAGS, opts=inside)
        aws.sns.Topic(f"{name}-news", opts=inside)
        self.register_outputs({})


"""
PARTS = 'TAGS = {"by": "parts"}\n'


class Repository:
    """A git repository with the project in it, and an environment into which the project is installed editable."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made."""
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.write({"Pulumi.yaml": _SETTINGS, "Pulumi.dev.yaml": "config: {}\n", ".gitignore": ".venv/\n"})
        self.write({"parts/__init__.py": PARTS})
        packages = tuple(Path(each) for each in site.getsitepackages())
        base = Python(Path(getattr(sys, "_base_executable", sys.executable)), sys.version_info[:2], packages)
        make_environment(folder / ".venv", base, [*packages, folder])

    def commit(self, program: str, files: Mapping[str, str] | None = None) -> str:
        """A revision whose program ends so, and its hash."""
        self.write({"__main__.py": PROGRAM + program, **(files or {})})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=a revision")
        return self.git("rev-parse", "HEAD").strip()

    def write(self, files: Mapping[str, str]) -> None:
        """Files of the tree, not committed."""
        for name, text in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def git(self, *arguments: str) -> str:
        """What a git command says."""
        who = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        who |= {
            f"GIT_{role}_{what}": "test@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        return subprocess.run(
            ["git", *arguments],  # noqa: S607 - the machine's
            cwd=self.folder,
            env=os.environ | who,
            capture_output=True,
            check=True,
            text=True,
        ).stdout

    def untouched(self) -> str:
        """All that a rehearsal must leave as it is: files, index, branches, hidden ones too."""
        files = {
            str(file.relative_to(self.folder)): file.read_bytes().hex()
            for file in sorted(self.folder.rglob("*"))
            if file.is_file() and not file.is_relative_to(self.folder / ".venv")
        }
        return json.dumps(files)


class Silent:
    """Progress that nobody looks at."""

    def began(self, name: str) -> None:
        pass

    def ended(self, result: Result) -> None:
        pass
