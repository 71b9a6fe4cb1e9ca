"""One file at a time into the bucket: only where it is missing or differs, whole or not at all."""

from __future__ import annotations

import contextlib
import enum
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from slipway.uploads.bucket import RefusedError, TakenError
from slipway.uploads.folder import ChangedError, digest, read_in_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.uploads.bucket import Bucket, Listed, Object
    from slipway.uploads.folder import File

PART = 8 << 20
"""Bytes that are held in memory for each file that is under way; what is larger is written in parts of this size."""
_PARTS = 10_000  # the most that S3 takes; then parts are larger
_LARGEST = 5 << 40  # bytes of one object, at S3 and R2
_READINGS = 3  # of a file that changes while it is read


class Kind(enum.Enum):
    """What became of a file."""

    COPIED = enum.auto()
    SAME = enum.auto()
    GONE = enum.auto()  # deleted since the folder was listed
    FAILED = enum.auto()


@dataclass(frozen=True, slots=True)
class Done:
    """A file, and what became of it."""

    file: File
    kind: Kind
    sum: str = ""
    """The SHA-256 sum of what was copied or compared."""
    why: str = ""
    """Of what failed."""


@dataclass(frozen=True, slots=True)
class Copier:
    """How files are copied. It is used by several threads at once."""

    bucket: Bucket
    there: Mapping[str, Listed]
    """What the bucket had when the copy began."""
    cache_control: str | None
    replace: bool
    """Whether what somebody else wrote under the same key is replaced too."""
    dry: bool

    def copy(self, file: File) -> Done:
        """See to it that the bucket has the file. Raises `ProgramError` where the bucket cannot be asked."""
        for _ in range(_READINGS):
            try:
                return self._copied(file)
            except ChangedError:
                try:
                    status = file.path.lstat()
                except FileNotFoundError:
                    return Done(file, Kind.GONE)
                file = replace(file, size=status.st_size, changed=status.st_mtime_ns)
            except TakenError:
                return Done(file, Kind.FAILED, why=_TAKEN)
            except RefusedError as error:
                return Done(file, Kind.FAILED, why=f"the bucket refuses it: {error}")
            except OSError as error:
                return Done(file, Kind.FAILED, why=f"it cannot be read: {error.strerror}; let it be readable for you")
        return Done(file, Kind.FAILED, why="it changes while it is read; run the command again when nobody writes it")

    def _copied(self, file: File) -> Done:
        if file.size > _LARGEST:
            return Done(file, Kind.FAILED, why="it is larger than 5 TiB, the most that one object may have")
        former = self.bucket.told(file.key) if file.key in self.there else None
        if former is None:
            return self._written(file, None)
        sum_ = digest(file, PART)
        if former.sum is None:
            # Somebody else wrote it, and only its bytes say what it is.
            if former.size == file.size and self.bucket.sum(file.key) == sum_:
                return Done(file, Kind.SAME, sum_)
            if not self.replace:
                return Done(file, Kind.FAILED, why=_TAKEN)
        elif (former.sum, former.size, dict(former.headers)) == (sum_, file.size, self._headers(file)):
            return Done(file, Kind.SAME, sum_)
        return self._written(file, former)

    def _written(self, file: File, former: Object | None) -> Done:
        instead = former.etag if former else None
        if self.dry:
            return Done(file, Kind.COPIED)
        if file.size > PART:
            return Done(file, Kind.COPIED, self._in_parts(file, instead))
        (data,) = read_in_parts(file, PART)  # what is summed up is what is sent, whatever becomes of the file
        sum_ = hashlib.sha256(data).hexdigest()
        self.bucket.put(file.key, data, sum_, self._headers(file), instead)
        return Done(file, Kind.COPIED, sum_)

    def _in_parts(self, file: File, instead: str | None) -> str:
        part = max(PART, -(-file.size // _PARTS))
        sum_ = digest(file, part)  # it is told when the first part is sent
        upload = self.bucket.begin(file.key, sum_, self._headers(file))
        try:
            parts = self._sent(file, part, upload, sum_)
            self.bucket.finish(file.key, upload, parts, instead)
        except BaseException:
            with contextlib.suppress(Exception):  # the next copy does it, and what ended this one is to be heard
                self.bucket.abort(file.key, upload)
            raise
        return sum_

    def _sent(
        self, file: File, part: int, upload: str, sum_: str
    ) -> list[dict[str, Any]]:  # Any: as the bucket has them
        """The parts, when all of them are there. Raises `ChangedError` where they are not what `sum_` is of."""
        total, parts = hashlib.sha256(), []
        for number, data in enumerate(read_in_parts(file, part), 1):
            total.update(data)
            parts.append(self.bucket.part(file.key, upload, number, data))
        if total.hexdigest() != sum_:
            raise ChangedError
        return parts

    def _headers(self, file: File) -> dict[str, str]:
        return {"ContentType": file.type, **({"CacheControl": self.cache_control} if self.cache_control else {})}


_TAKEN = "the bucket has something else under this key, which this command did not write; --replace takes its place"
