"""Uploaded files from one side to the other: a folder into a bucket with `slipway uploads`, else with rclone.

rclone speaks to every kind of place that they may lie in. `slipway uploads` leaves alone what the new side has written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.move.model import Step
from slipway.move.shell import made

if TYPE_CHECKING:
    from slipway.move.facts import Side, Uploads


def places(source: Side, target: Side, first: Uploads, second: Uploads) -> tuple[str, ...]:
    """Commands after which rclone knows both places."""
    return (*_place(source, first), *_place(target, second))


def copy(source: Side, target: Side, key: str, title: str, minutes: int) -> Step:
    """All that is new since the last copy. What was deleted meanwhile goes too."""
    if into_bucket(source, target):
        return Step(
            key=key,
            title=title,
            commands=(f'rclone sync "{_path(source)}" "$MOVE/uploads" --progress', f"{_into(target)} --delete"),
            text=(
                "They come to this machine first, which needs room for them. Only what is new or changed is copied; what the"
                " new side wrote itself stays. Whatever ends a command, run it again: it goes on."
            ),
            good="`the bucket has all of it`.",
            minutes=minutes,
        )
    return Step(
        key=key,
        title=title,
        commands=(f'rclone sync "{_path(source)}" "{_path(target)}" --checksum --transfers 16 --progress',),
        text="Only what is new or changed is copied; what is on the new side alone is deleted there.",
        good="`Errors: 0`, or no line about errors.",
        minutes=minutes,
    )


def check(source: Side, target: Side) -> Step:
    """That both places have the same files."""
    sizes = (f'rclone size "{_path(source)}"', f'rclone size "{_path(target)}"')
    if into_bucket(source, target):
        return Step(
            key="uploads-check",
            title="Compare the uploaded files",
            commands=(f'rclone check "{_path(source)}" "$MOVE/uploads"', *sizes, f"{_into(target)} --read-back"),
            text="Every file is read from the bucket and summed up. The bucket may have more: what the new side wrote itself.",
            good="`0 differences found`, and `the bucket has all of it`.",
            minutes=5,
        )
    return Step(
        key="uploads-check",
        title="Compare the uploaded files",
        commands=(*sizes, f'rclone check "{_path(source)}" "{_path(target)}"'),
        good="the same number and size, and `0 differences found`.",
        minutes=2,
    )


def into_bucket(source: Side, target: Side) -> bool:
    """Whether files of a disk go into a bucket."""
    first, second = source.uploads, target.uploads
    return first is not None and second is not None and first.kind == "folder" and second.kind != "folder"


def _into(target: Side) -> str:
    word = target.word
    keys = (
        f'AWS_ACCESS_KEY_ID="${word}_R2_KEY" AWS_SECRET_ACCESS_KEY="${word}_R2_SECRET"'
        if target.uploads is not None and target.uploads.kind == "r2"
        else f'AWS_PROFILE="${word}_PROFILE"'
    )
    return f'{keys} .venv/bin/slipway uploads "${word}" "$MOVE/uploads"'


def _path(side: Side) -> str:
    return f"{side.word}:${side.word}_BUCKET"


def _place(side: Side, uploads: Uploads) -> tuple[str, ...]:
    word = side.word
    begin = f"export RCLONE_CONFIG_{word}_"
    if uploads.kind == "folder":
        return (
            f'{begin}TYPE=sftp RCLONE_CONFIG_{word}_SSH="ssh ${word}_SERVER"',
            "# The folder on the server, from its root:",
            f"{word}_BUCKET={uploads.folder}",
        )
    found = made(side, uploads.made) if uploads.made else f'"${{{word}_BUCKET:?}}"'
    if uploads.kind == "r2":
        return (
            (
                f"{begin}TYPE=s3 RCLONE_CONFIG_{word}_PROVIDER=Cloudflare RCLONE_CONFIG_{word}_NO_CHECK_BUCKET=true"
                f" RCLONE_CONFIG_{word}_ENDPOINT=https://{uploads.account}.r2.cloudflarestorage.com"
            ),
            f'{begin}ACCESS_KEY_ID="${word}_R2_KEY" RCLONE_CONFIG_{word}_SECRET_ACCESS_KEY="${word}_R2_SECRET"',
            f"{word}_BUCKET={found}",
        )
    return (
        (
            f"{begin}TYPE=s3 RCLONE_CONFIG_{word}_PROVIDER=AWS RCLONE_CONFIG_{word}_ENV_AUTH=true"
            f' RCLONE_CONFIG_{word}_REGION={side.region} RCLONE_CONFIG_{word}_PROFILE="${word}_PROFILE"'
        ),
        f"{word}_BUCKET={found}",
    )
