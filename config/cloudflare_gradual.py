"""A release that is given to some requests first: what it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import refused_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.cloudflare import Cloudflare
    from config.cloudflare_worker import WorkerCandidate

_CANDIDATE = ("release", "candidate")


def gradual(topology: Cloudflare, _: Application) -> Iterator[InitErrorDetails]:
    """What of a candidate, and of files of releases, cannot be meant; paths are relative to the topology."""
    release, worker = topology.release, topology.worker
    if release.assets is not None and worker.assets is None:
        rule = "the Worker serves no files"
        yield refused_at(("release", "assets"), release.assets, rule, "write worker.assets, or take it out")
    candidate = release.candidate
    if candidate is None:
        return
    if not worker.gradual:
        rule = "a release of this Worker answers every request as soon as it is there"
        yield refused_at(_CANDIDATE, {}, rule, "take it out; worker.gradual is chosen before the first deployment")
    if worker.pending:
        rule = f"a migration of Durable Objects holds for all requests at once, and {worker.pending[0]} is not deployed"
        remedy = f"deploy it without a candidate, and then write migrated: {worker.pending[-1]}"
        yield refused_at(_CANDIDATE, {}, rule, remedy)
    yield from _two(topology, candidate)


def _two(topology: Cloudflare, candidate: WorkerCandidate) -> Iterator[InitErrorDetails]:
    """Both releases lie there at once, and are uploaded again where what they are bound to changes."""
    release = topology.release
    if candidate.sha256 == release.sha256:
        rule = "this is the release itself"
        yield refused_at((*_CANDIDATE, "sha256"), candidate.sha256, rule, "write the sum of the new one")
    if candidate.main == release.main:
        rule = "the release lies there, and both are read"
        yield refused_at((*_CANDIDATE, "main"), candidate.main, rule, "build the new one into a folder of its own")
    if topology.worker.assets is None:
        if candidate.assets is not None:
            rule = "the Worker serves no files"
            yield refused_at((*_CANDIDATE, "assets"), candidate.assets, rule, "write worker.assets, or take it out")
        return
    if candidate.assets is None or candidate.assets == (release.assets or topology.worker.assets.directory):
        rule = "the files of both releases lie there at once, each in a folder of its own"
        yield refused_at((*_CANDIDATE, "assets"), candidate.assets, rule, "write the folder of the new one's files")
