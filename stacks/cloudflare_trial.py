"""The releases of a Worker that is given new ones gradually."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi

from stacks.cloudflare_assets import rules

if TYPE_CHECKING:
    from components.cloudflare.edge_application_args import EdgeCandidateArgs
    from config.cloudflare import Cloudflare
    from config.cloudflare_worker import WorkerCandidate


def candidate(said: WorkerCandidate) -> EdgeCandidateArgs:
    """What the component is told of the release that is tried.

    Raises `pulumi.RunError` where its files have what nobody should be able to read.
    """
    args: EdgeCandidateArgs = {"main": said.main, "sha256": said.sha256, "percent": said.percent}
    if said.assets is not None:
        args["directory"] = said.assets
        for key, text in rules(said.assets):
            args[key] = text
    return args


def check_sums(topology: Cloudflare) -> None:
    """Raise `pulumi.RunError` where a file is not the one that was tested.

    The provider compares the sum of a script, and takes none of a version. A file that is not there it misses itself.
    """
    if not topology.worker.gradual:
        return
    release, tried = topology.release, topology.release.candidate
    _check("release", release.main, release.sha256)
    if tried is not None:
        _check("release.candidate", tried.main, tried.sha256)


def _check(where: str, main: str, wanted: str) -> None:
    try:
        found = hashlib.sha256(Path(main).read_bytes()).hexdigest()  # the program runs in the project's root
    except OSError:
        return
    if found != wanted:
        raise pulumi.RunError(
            f"slipway:topology.{where}.sha256: {main} has the sum {found}, and {wanted} is written; put the file "
            "there that was tested, or write the sum of this one"
        )
