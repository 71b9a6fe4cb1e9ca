"""The stacks of a private engine: made without touching the project, each with a copy of its stack file."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from slipway.engine.cli import Cli, EngineError
from slipway.engine.results import SECRET_SIGNATURE, SIGNATURE, STACK_TYPE
from slipway.engine.stackfile import stack_copy
from slipway.engine.unset_secrets import placeholders_of, unset_secrets
from slipway.errors import UsageError
from slipway.files import write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from slipway.project import Project

_ORGANIZATION = "organization"  # the only one that a file backend knows
_REFERENCE_PARTS = 3  # organization, project, stack


class Stacks:
    """Makes stacks when they are first asked for.

    `pulumi stack init` and `config set` write into the project that they run in, so they run in folders of ours that
    have the same project name. `answers` are those of an answers file, any YAML, hence `Any`.
    """

    def __init__(self, cli: Cli, folder: Path, project: Project, answers: Mapping[str, Any]) -> None:
        """The stand-in projects are in `stacks/` of `folder`, the copies in `settings/`."""
        self._cli = cli
        self._folder = folder
        self._project = project
        self._answers = answers
        self._changes: dict[str, Mapping[str, Any]] = {}
        self._ciphertexts: dict[str, str] = {}
        self._referenced = False

    def folder(self, stack: str) -> Path:
        """A folder in which `--stack STACK` is the stack, made if it was not there. For commands without settings."""
        return self._made(self._project.name, stack)

    def change(self, stack: str, values: Mapping[str, Any]) -> None:
        """Let the copies of a stack's file have these values from now on, by full key, in place of the file's own."""
        self._changes[stack] = values

    def settings(self, stack: str) -> Path:
        """The copy of a stack's file for `--config-file`, made anew from what the project's own file says now."""
        if not self._referenced:
            self._make_references()
        salt = _salt(self.folder(stack), stack)

        def encrypt(texts: list[str]) -> Mapping[str, str]:
            return self._encrypted(texts, stack)

        file, placeholders = self._project.stack_file(stack), placeholders_of(self.unset_secrets(stack))
        answers = {**self._answers, "config": placeholders | self._answers.get("config", {})}
        changes = self._changes.get(stack, {})
        text = stack_copy(file, self._project.name, answers, salt, encrypt, changes=changes)
        return write(self.file(stack), text)

    def file(self, stack: str) -> Path:
        """Where the copy lies that `settings` makes, with what commands have written into it since."""
        return self._folder / "settings" / self._project.name / f"Pulumi.{stack}.yaml"

    def unset_secrets(self, stack: str) -> tuple[str, ...]:
        """The full keys of the secrets that a stack needs and nobody has set: its copy has placeholders for them."""
        return unset_secrets(self._project, stack, self._answers)

    def _made(self, project: str, stack: str) -> Path:
        folder = self._folder / "stacks" / project
        if not (folder / f"Pulumi.{stack}.yaml").exists():
            write(folder / "Pulumi.yaml", json.dumps({"name": project, "runtime": "python"}))
            self._cli.must("stack", "init", f"{_ORGANIZATION}/{project}/{stack}", folder=folder)
        return folder

    def _make_references(self) -> None:
        """Make each stack that the answers speak of, with its outputs."""
        for name, answer in self._answers.get("stackReferences", {}).items():
            parts = name.split("/")
            if len(parts) != _REFERENCE_PARTS or parts[0] != _ORGANIZATION:
                message = (
                    f"answers: stackReferences: {name!r}: the engine keeps stacks in files here, which it names "
                    f"{_ORGANIZATION}/PROJECT/STACK only."
                )
                raise UsageError(message)
            folder = self._made(parts[1], parts[2])
            state = write(
                folder / f"{parts[2]}.json",
                json.dumps(_deployment(parts[1], parts[2], answer, _salt(folder, parts[2]))),
            )
            self._cli.must("stack", "import", "--stack", parts[2], "--file", str(state), folder=folder)
        self._referenced = True

    def _encrypted(self, texts: list[str], stack: str) -> Mapping[str, str]:
        """Each text's ciphertext: the engine writes them into a file of its own making, from which they are read."""
        missing = [text for text in texts if text not in self._ciphertexts]
        if missing:
            folder = self.folder(stack)
            scratch = folder / f"scratch.{os.getpid()}.yaml"
            scratch.write_bytes((folder / f"Pulumi.{stack}.yaml").read_bytes())
            secrets = [part for number, text in enumerate(missing) for part in ("--secret", f"s{number}={text}")]
            self._cli.must(
                "config", "set-all", "--stack", stack, "--config-file", str(scratch), *secrets, folder=folder
            )
            written = re.findall(r":s(\d+):\s+secure: (\S+)", scratch.read_text(encoding="utf-8"))
            self._ciphertexts |= {missing[int(number)]: ciphertext for number, ciphertext in written}
            scratch.unlink()
        return self._ciphertexts


def _salt(folder: Path, stack: str) -> str:
    """What the engine made the key of a stack's secrets from."""
    made = folder / f"Pulumi.{stack}.yaml"
    salt = re.search(r"^encryptionsalt: (\S+)$", made.read_text(encoding="utf-8"), re.MULTILINE)
    if salt is None:
        message = f"{made}: the engine wrote no encryptionsalt."
        raise EngineError(message)
    return salt[1]


def _deployment(project: str, stack: str, answer: Mapping[str, Any], salt: str) -> dict[str, Any]:
    """The state of a stack that has nothing but outputs."""
    secret = answer.get("secretOutputNames") or ()
    outputs = {
        name: {SIGNATURE: SECRET_SIGNATURE, "plaintext": json.dumps(value)} if name in secret else value
        for name, value in (answer.get("outputs") or {}).items()
    }
    urn = f"urn:pulumi:{stack}::{project}::{STACK_TYPE}::{project}-{stack}"
    return {
        "version": 3,
        "deployment": {
            "manifest": {},
            "secrets_providers": {"type": "passphrase", "state": {"salt": salt}},
            "resources": [{"urn": urn, "custom": False, "type": STACK_TYPE, "outputs": outputs}],
        },
    }
