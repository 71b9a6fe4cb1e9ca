"""What a copy has done and found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class Outcome:
    """The whole copy. Paths and keys are texts that can be printed."""

    stack: str
    bucket: str
    folder: str
    prefix: str
    dry_run: bool
    files: int = 0
    """Files in the folder that belong into the bucket, those that cannot be copied too."""
    bytes: int = 0
    """Of those that can be copied."""
    copied: int = 0
    """Written now; in a dry run, those that would be."""
    copied_bytes: int = 0
    same: int = 0
    """They were there already, with the same content."""
    checked: int = 0
    """Found in the bucket by the last look, with the size and sum of the folder's file."""
    deleted: int = 0
    """Copies taken away whose file is gone; in a dry run, those that would be."""
    only_in_bucket: int = 0
    """Objects below the prefix that the folder has no file for, and which stayed."""
    aborted: int = 0
    """Uploads in parts that a former copy had begun and not finished."""
    left_out: dict[str, int] = field(default_factory=dict)
    """How much was passed over on purpose, by what it is."""
    faults: dict[str, str] = field(default_factory=dict)
    """What is not in the bucket as in the folder, by path or key, with the reason and what to do."""

    @property
    def complete(self) -> bool:
        """Whether the bucket has all that the folder has."""
        return not self.faults

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        """As `--json` prints it."""
        return {
            "stack": self.stack,
            "bucket": self.bucket,
            "folder": self.folder,
            "prefix": self.prefix,
            "dry_run": self.dry_run,
            "complete": self.complete,
            "files": self.files,
            "bytes": self.bytes,
            "copied": self.copied,
            "copied_bytes": self.copied_bytes,
            "same": self.same,
            "checked": self.checked,
            "deleted": self.deleted,
            "only_in_bucket": self.only_in_bucket,
            "aborted": self.aborted,
            "left_out": self.left_out,
            "faults": self.faults,
        }
