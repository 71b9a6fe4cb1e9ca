"""The copy: what is missing goes into the bucket, and then the bucket is looked at once more."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.engine.cli import Cli, EngineError
from slipway.engine.locate import find_cli
from slipway.errors import UsageError
from slipway.uploads.bucket import Bucket, RefusedError
from slipway.uploads.copying import PART, Copier, Done, Kind
from slipway.uploads.folder import Listing, changed_since, listing
from slipway.uploads.outcome import Outcome
from slipway.uploads.place import OUTPUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import TypeVar

    from slipway.project import Project
    from slipway.uploads.bucket import Listed
    from slipway.uploads.place import Place

    Asked = TypeVar("Asked")
    Answered = TypeVar("Answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is copied, where to, and how."""

    stack: str
    place: Place
    folder: Path
    prefix: str = ""
    cache_control: str | None = None
    parallel: int
    """Files that are under way at once."""
    replace: bool = False
    delete: bool = False
    read_back: bool = False
    dry_run: bool = False


def deployed_bucket(project: Project, stack: str) -> object:
    """The name of the bucket that the deployed stack tells. Raises `EngineError` where there is no such stack."""
    try:
        told = Cli(find_cli(), os.environ).must("stack", "output", "--json", "--stack", stack, folder=project.directory)
    except EngineError as error:
        raise EngineError(f"{error}\nWhere it cannot be asked, name the bucket: --bucket NAME.") from error
    return json.loads(told).get(OUTPUT)


def copy(order: Order, progress: Callable[[int, int], None]) -> Outcome:
    """Copy, delete what was asked, and check. `progress` hears how many bytes are done of how many.

    Raises `UsageError` and `ProgramError` where nothing can be copied any more; what was copied stays.
    """
    found = listing(order.folder, order.prefix)
    outcome = Outcome(
        stack=order.stack, bucket=order.place.bucket, folder=str(order.folder), prefix=order.prefix,
        dry_run=order.dry_run, files=len(found.files) + len(found.faults), bytes=found.bytes, left_out=found.left_out,
        faults=dict(found.faults),
    )  # fmt: skip
    bucket = Bucket(order.place, order.parallel)
    there = bucket.listed(order.prefix)
    large = {file.key for file in found.files if file.size > PART}
    if large and not order.dry_run:
        outcome.aborted = bucket.abort_begun(order.prefix, large)
    copier = Copier(bucket, there, order.cache_control, order.replace, order.dry_run)
    done = _copied(order, copier, found, outcome, progress)
    extra = [key for key in there if key not in {file.key for file in found.files}]
    if order.delete:
        _deleted(order, bucket, extra, found, outcome)
    outcome.only_in_bucket = len(extra) - outcome.deleted
    if not order.dry_run:
        _check(order, bucket, done, outcome)
    return outcome


def _copied(
    order: Order, copier: Copier, found: Listing, outcome: Outcome, progress: Callable[[int, int], None]
) -> list[Done]:
    finished, bytes_ = [], 0
    for done in _all(order, copier.copy, found.files):
        bytes_ += done.file.size
        progress(bytes_, found.bytes)
        if done.kind is Kind.FAILED:
            outcome.faults[done.file.key] = done.why
        elif done.kind is Kind.GONE:
            outcome.files -= 1
        elif done.kind is Kind.COPIED:
            outcome.copied += 1
            outcome.copied_bytes += done.file.size
            finished.append(done)
        else:
            outcome.same += 1
            finished.append(done)
    return finished


def _deleted(order: Order, bucket: Bucket, extra: list[str], found: Listing, outcome: Outcome) -> None:
    """Take away the copies of files that are no more. What others wrote stays, whatever its name."""
    if not found.files or found.faults:
        why = "has no files at all" if not found.files else "could not be read as a whole"
        raise UsageError(
            f"--delete: {order.folder} {why}, so nothing is deleted; what was missing is copied. Is the disk mounted?"
        )

    def delete(key: str) -> bool:
        told = bucket.told(key)
        ours = told is not None and told.sum is not None
        if ours and not order.dry_run:
            bucket.delete(key)
        return ours

    outcome.deleted = sum(_all(order, delete, extra))


def _check(order: Order, bucket: Bucket, copied: list[Done], outcome: Outcome) -> None:
    """Hold what the bucket has now against what was read in the folder."""
    there = bucket.listed(order.prefix)

    def differs(done: Done) -> tuple[Done, str]:
        try:
            return done, _difference(order, bucket, there, done)
        except RefusedError as error:
            return done, f"the bucket does not show it: {error}; run the command again"

    for done, why in _all(order, differs, copied):
        if why:
            outcome.faults[done.file.key] = why
        else:
            outcome.checked += 1
    for file in changed_since(done.file for done in copied):
        outcome.faults.setdefault(file.key, "it was changed or deleted after it was copied; run the command again")


def _difference(order: Order, bucket: Bucket, there: dict[str, Listed], done: Done) -> str:
    """What is wrong with the copy of a file; nothing where it is right."""
    key, listed = done.file.key, there.get(done.file.key)
    if listed is None:
        return "it is not in the bucket: somebody deleted it there meanwhile; run the command again"
    if listed.size != done.file.size:
        return f"the bucket has {listed.size} bytes of {done.file.size}; run the command again"
    if order.read_back:
        right = bucket.sum(key) == done.sum
    elif done.kind is Kind.COPIED:
        told = bucket.told(key)
        right = told is not None and told.sum == done.sum
    else:
        right = True  # its sum was compared a moment ago
    return "" if right else "the bucket has another content of it; run the command again, with --replace"


def _all(order: Order, work: Callable[[Asked], Answered], things: Iterable[Asked]) -> Iterator[Answered]:
    """What comes of each thing, as it comes, `parallel` at once. The first error ends it, and nothing more is begun."""
    pool = ThreadPoolExecutor(order.parallel, thread_name_prefix="copy")
    try:
        for future in as_completed([pool.submit(work, each) for each in things]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)
