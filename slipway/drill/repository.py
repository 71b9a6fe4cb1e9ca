"""The repository of backups, read by restic and never written."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.drill.manifest import read_manifest
from slipway.drill.programs import Broken, restic, tail
from slipway.errors import ProgramError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

_PASSPHRASES = ("RESTIC_PASSWORD", "RESTIC_PASSWORD_FILE", "RESTIC_PASSWORD_COMMAND")
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Repository:
    """A stack's backups."""

    place: str
    stack: str

    def check(self) -> None:
        """Whether it can be opened. Raises `UsageError` for what is missing here, `ProgramError` for the rest."""
        missing = [] if any(os.environ.get(name) for name in _PASSPHRASES) else [_PASSPHRASES[0]]
        missing += [name for name in _KEYS if self.place.startswith("s3:") and not os.environ.get(name)]
        if missing:
            raise UsageError(
                f"{', '.join(missing)}: not in the environment. The drill reads {self.place} with them; "
                "they are the secrets that topology.backups names."
            )
        done = self._run("cat", "config")
        if done.returncode == 0:
            return
        if "wrong password" in done.stderr:
            raise ProgramError(f"{self.place}: RESTIC_PASSWORD does not open it: it was made with another passphrase.")
        if "Is there a repository" in done.stderr:
            raise ProgramError(
                f"{self.place}: there is no repository, or it cannot be reached: no backup was made yet, or the place "
                f"is another one. restic: {tail(done.stderr)}"
            )
        raise ProgramError(f"{self.place}: restic: {tail(done.stderr)}")

    def chosen(self, wanted: str | None) -> str:
        """The id of the newest snapshot of the stack, or of the wanted one."""
        done = self._run("snapshots", "--json", "--host", self.stack, "--tag", self.stack)
        if done.returncode:
            raise ProgramError(f"{self.place}: restic snapshots: {tail(done.stderr)}")
        found = sorted(json.loads(done.stdout) or [], key=lambda each: str(each["time"]))
        if not found:
            raise ProgramError(f"{self.place}: it has no snapshot of {self.stack}: no backup was finished yet.")
        if wanted is None:
            return str(found[-1]["id"])
        matching = [str(each["id"]) for each in found if wanted and str(each["id"]).startswith(wanted)]
        if len(matching) != 1:
            newest = ", ".join(str(each["id"])[:8] for each in found[-_SHOWN:])
            raise UsageError(f"--snapshot {wanted}: it names {len(matching)} snapshots; the newest are {newest}.")
        return matching[0]

    def manifest(self, snapshot: str) -> dict[str, Any]:  # Any: JSON
        """What the server says of the snapshot. `Broken` where it says nothing that can be read."""
        done = self._run("dump", snapshot, "/manifest.json")
        if done.returncode:
            raise Broken(f"manifest.json: it cannot be read out of the snapshot: {tail(done.stderr)}")
        return read_manifest(done.stdout)

    def restore(self, snapshot: str, folder: Path) -> None:
        """Write the snapshot's files. `Broken` where some of them could not be read; the others are there."""
        done = self._run("restore", snapshot, "--target", str(folder))
        if done.returncode:
            raise Broken(f"restic restore: {tail(done.stderr)}")

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Without a lock, so that a key that may only read will do; and without a cache, so that the place is asked."""
        return subprocess.run(
            [restic(), "--repo", self.place, "--no-lock", "--no-cache", *words],
            check=False, capture_output=True, errors="replace", stdin=subprocess.DEVNULL,
        )  # fmt: skip
