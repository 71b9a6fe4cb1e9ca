"""Good, bad and unproven plans of every rule, by the subject that the rules have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.policies.cases import (
    cache,
    cloudflare,
    compute,
    containers,
    content_delivery,
    database,
    docker,
    identity,
    keeping,
    load_balancer,
    pages,
    secrecy,
    server,
    storage,
    workers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.policies.cases.building import Cases

SUBJECTS: Final[Mapping[str, Mapping[str, Cases]]] = {
    "cache": cache.CASES,
    "cloudflare": cloudflare.CASES,
    "compute": compute.CASES,
    "containers": containers.CASES,
    "content_delivery": content_delivery.CASES,
    "database": database.CASES,
    "docker": docker.CASES,
    "identity": identity.CASES,
    "keeping": keeping.CASES,
    "load_balancer": load_balancer.CASES,
    "pages": pages.CASES,
    "secrecy": secrecy.CASES,
    "server": server.CASES,
    "storage": storage.CASES,
    "workers": workers.CASES,
}
