"""Migrations of Durable Objects: an append-only list of what became of their classes, and what is left to apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.cloudflare.sdk import cloudflare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.cloudflare.edge_application_args import DurableObjectMigrationArgs


def migrations(
    listed: Sequence[DurableObjectMigrationArgs], migrated: str
) -> cloudflare.WorkersScriptMigrationsArgs | None:
    """What the next deployment applies: all after the tag that is applied already, each as a step of its own.

    Raises `ValueError` for a tag that is not in the list.
    """
    tags = _tags(listed, migrated)
    if not listed:
        return None
    return cloudflare.WorkersScriptMigrationsArgs(
        old_tag=migrated or None,
        new_tag=tags[-1],
        steps=[_step(each) for each in _unapplied(listed, tags, migrated)] or None,
    )


def left(listed: Sequence[DurableObjectMigrationArgs], migrated: str) -> cloudflare.WorkerVersionMigrationsArgs | None:
    """The same of a version: what it applies once it answers, None where all is applied.

    Raises `ValueError` for a tag that is not in the list.
    """
    tags = _tags(listed, migrated)
    if not listed or migrated == tags[-1]:
        return None
    return cloudflare.WorkerVersionMigrationsArgs(
        old_tag=migrated or None,
        new_tag=tags[-1],
        steps=[
            cloudflare.WorkerVersionMigrationsStepArgs(
                new_sqlite_classes=each.get("new_classes") or None,
                renamed_classes=[
                    cloudflare.WorkerVersionMigrationsStepRenamedClassArgs(from_=old, to=new)
                    for old, new in each.get("renamed_classes", {}).items()
                ]
                or None,
                deleted_classes=each.get("deleted_classes") or None,
            )
            for each in _unapplied(listed, tags, migrated)
        ],
    )


def _tags(listed: Sequence[DurableObjectMigrationArgs], migrated: str) -> list[str]:
    tags = [each["tag"] for each in listed]
    if migrated and migrated not in tags:
        raise ValueError(f"{migrated}: this is applied, so it stands in the list; its tags are {', '.join(tags)}")
    return tags


def _unapplied(
    listed: Sequence[DurableObjectMigrationArgs], tags: list[str], migrated: str
) -> Sequence[DurableObjectMigrationArgs]:
    return listed[tags.index(migrated) + 1 if migrated else 0 :]


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


def _step(said: DurableObjectMigrationArgs) -> cloudflare.WorkersScriptMigrationsStepArgs:
    renamed = said.get("renamed_classes", {})
    return cloudflare.WorkersScriptMigrationsStepArgs(
        new_sqlite_classes=said.get("new_classes") or None,
        renamed_classes=[
            cloudflare.WorkersScriptMigrationsStepRenamedClassArgs(from_=old, to=new) for old, new in renamed.items()
        ]
        or None,
        deleted_classes=said.get("deleted_classes") or None,
    )
