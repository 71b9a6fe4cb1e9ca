"""What builds and functions of a stack's frontend at Pages find: what is written down, and what a Worker shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.pages_environment import EdgePagesEnvironment

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.cloudflare.pages_args import PagesEnvironmentArgs
    from config.pages_environment import PagesEnvironment

    Named = Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True, slots=True)
class OfWorker:
    """What a Worker of the stack finds, by the names under which it finds it."""

    script_name: str
    """What it is called in the account."""
    databases: Named
    """The ids of its databases."""
    buckets: Named
    """The names of its buckets."""
    namespaces: Named
    """The ids of its namespaces of KV."""
    queues: Named
    """The names of the queues to which it sends."""
    shown: Named
    """Plain values that somebody else gives."""
    hidden: Named
    """Secret ones."""


@dataclass(frozen=True, slots=True)
class PagesPlace:
    """Where a project is made, and what of the stack its functions can be told."""

    account_id: str
    """The account."""
    variables: Named
    """What the stack tells builds: everybody who gets the pages can read it."""
    secrets: Mapping[str, pulumi.Output[str]]
    """The values of the stack's secrets by name; one that is optional may be missing."""
    worker: OfWorker | None = None
    """The Worker beside the project, where there is one."""


def environment(told: PagesEnvironment, variables: Named, place: PagesPlace) -> PagesEnvironmentArgs:
    """What one of the two finds, production or previews; `variables` are what the stack tells both."""
    own: PagesEnvironmentArgs = {
        "variables": {**variables, **told.variables},
        "secrets": {name: place.secrets[secret] for name, secret in told.secrets.items() if secret in place.secrets},
        "namespaces": {**told.namespaces},
        "databases": {**told.databases},
        "buckets": {**told.buckets},
        "queues": {**told.queues},
        "objects": {**told.objects},
        "hyperdrive": {**told.hyperdrive},
        "services": {**told.services},
    }
    if place.worker is None or not isinstance(told, EdgePagesEnvironment):
        return own
    return _beside(own, told, place.worker)


def _beside(own: PagesEnvironmentArgs, told: EdgePagesEnvironment, worker: OfWorker) -> PagesEnvironmentArgs:
    """The same with what is shared.

    The Worker is bound by its name: it is made after the project, whose address it is told, and functions come with a
    release after both.
    """

    def shared(found: Named) -> dict[str, pulumi.Input[str]]:
        return {name: found[name] for name in told.shared if name in found}

    return {
        **own,
        "variables": {**own["variables"], **shared(worker.shown)},
        "secrets": {**own["secrets"], **shared(worker.hidden)},
        "namespaces": {**own["namespaces"], **shared(worker.namespaces)},
        "databases": {**own["databases"], **shared(worker.databases)},
        "buckets": {**own["buckets"], **shared(worker.buckets)},
        "queues": {**own["queues"], **shared(worker.queues)},
        "services": {**own["services"], **({told.worker: worker.script_name} if told.worker else {})},
    }
