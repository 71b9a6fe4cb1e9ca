"""Migrations of Durable Objects: an append-only list of what became of their classes, and what is left to apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from components.cloudflare.sdk import cloudflare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from components.cloudflare.edge_application_args import DurableObjectMigrationArgs

_Step = TypeVar("_Step")


def migrations(
    listed: Sequence[DurableObjectMigrationArgs], migrated: str
) -> cloudflare.WorkersScriptMigrationsArgs | None:
    """What the next deployment applies: all after the tag that is applied already, each as a step of its own.

    Raises `ValueError` for a tag that is not in the list.
    """
    unapplied = _unapplied(listed, migrated)
    if not listed:
        return None
    step, renamed = cloudflare.WorkersScriptMigrationsStepArgs, cloudflare.WorkersScriptMigrationsStepRenamedClassArgs
    return cloudflare.WorkersScriptMigrationsArgs(
        old_tag=migrated or None,
        new_tag=listed[-1]["tag"],
        steps=[_step(each, step, renamed) for each in unapplied] or None,
    )


def left(listed: Sequence[DurableObjectMigrationArgs], migrated: str) -> cloudflare.WorkerVersionMigrationsArgs | None:
    """The same of a version: what it applies once it answers, None where all is applied.

    Raises `ValueError` for a tag that is not in the list.
    """
    unapplied = _unapplied(listed, migrated)
    if not unapplied:
        return None
    step, renamed = cloudflare.WorkerVersionMigrationsStepArgs, cloudflare.WorkerVersionMigrationsStepRenamedClassArgs
    return cloudflare.WorkerVersionMigrationsArgs(
        old_tag=migrated or None,
        new_tag=listed[-1]["tag"],
        steps=[_step(each, step, renamed) for each in unapplied],
    )


def recorded(listed: Sequence[DurableObjectMigrationArgs]) -> list[dict[str, object]]:
    """The whole list as the state keeps it, so that a change of what is applied is seen."""
    return [
        {
            "tag": each["tag"],
            "newClasses": each.get("new_classes", []),
            "renamedClasses": each.get("renamed_classes", {}),
            "deletedClasses": each.get("deleted_classes", []),
        }
        for each in listed
    ]


def _unapplied(listed: Sequence[DurableObjectMigrationArgs], migrated: str) -> Sequence[DurableObjectMigrationArgs]:
    tags = [each["tag"] for each in listed]
    if not migrated:
        return listed
    if migrated not in tags:
        raise ValueError(f"{migrated}: this is applied, so it stands in the list; its tags are {', '.join(tags)}")
    return listed[tags.index(migrated) + 1 :]


def _step(said: DurableObjectMigrationArgs, step: Callable[..., _Step], renamed: Callable[..., object]) -> _Step:
    """One migration: a script's and a version's have the same fields and are other classes."""
    return step(
        new_sqlite_classes=said.get("new_classes") or None,
        renamed_classes=[renamed(from_=old, to=new) for old, new in said.get("renamed_classes", {}).items()] or None,
        deleted_classes=said.get("deleted_classes") or None,
    )
