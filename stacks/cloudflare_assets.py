"""The files that Cloudflare serves without the Worker: what the provider does not read of their folder is read here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pulumi

from config.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from components.cloudflare.edge_application_args import EdgeAssetsArgs
    from config.cloudflare_worker import Worker, WorkerRelease

_IGNORED, _WELL_KNOWN = ".assetsignore", ".well-known"


def assets(worker: Worker, release: WorkerRelease) -> EdgeAssetsArgs | None:
    """What the component is told of them; None where the Worker serves no files.

    A folder that is not built yet is passed over here: the provider says so when it previews. Raises `pulumi.RunError`
    where the folder has what nobody should be able to read.
    """
    settings = worker.assets
    if settings is None:
        return None
    directory = release.assets or settings.directory
    args: EdgeAssetsArgs = {"directory": directory, "not_found": settings.not_found}
    if settings.worker_first:
        args["worker_first"] = list(settings.worker_first)
    if settings.binding is not None:
        args["binding"] = settings.binding
    for key, text in rules(directory):
        args[key] = text
    return args


def rules(directory: str) -> Iterator[tuple[Literal["headers", "redirects"], str]]:
    """What the files of rules say in a folder that is uploaded, as far as there are any. Raises as `assets`."""
    folder = Path(directory)  # the program runs in the project's root, and so does the provider
    _must_be_for_everybody(folder)
    if (headers := _said(folder / "_headers")) is not None:
        yield "headers", headers
    if (redirects := _said(folder / "_redirects")) is not None:
        yield "redirects", redirects


def _must_be_for_everybody(folder: Path) -> None:
    """The provider uploads every file that it finds."""
    for place, folders, files in os.walk(folder):
        for name in sorted([*folders, *files]):
            if not name.startswith(".") or name == _WELL_KNOWN:
                continue
            where = printable((Path(place) / name).as_posix())
            if name == _IGNORED:
                raise pulumi.RunError(
                    f"slipway:topology.worker.assets: {where}: Cloudflare's provider does not read it and uploads all "
                    "files; take those that it names out of the build, and this file too"
                )
            raise pulumi.RunError(
                f"slipway:topology.worker.assets: {where}: begins with a dot, and everybody could read it; leave it out"
            )


def _said(file: Path) -> str | None:
    """What a file of rules says; None where there is none."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise pulumi.RunError(f"slipway:topology.worker.assets: {file.as_posix()} cannot be read: {why}") from None
