"""The topology `cloudflare`: which component gets what from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_random as random

from components.cloudflare.edge_application import EdgeApplication
from components.cloudflare.zone import CloudflareZone
from config.cloudflare import Cloudflare
from stacks.cloudflare_assets import assets
from stacks.cloudflare_data import database_of, generated, migrated, uploads_of
from stacks.cloudflare_edge import edge
from stacks.cloudflare_names import named
from stacks.cloudflare_pages import edge_pages, edge_pages_outputs
from stacks.cloudflare_provider import cloudflare_provider
from stacks.cloudflare_routes import address, routes
from stacks.cloudflare_stores import namespaces, queues
from stacks.cloudflare_trial import candidate, check_sums
from stacks.cloudflare_turnstile import challenge, keys
from stacks.cloudflare_variables import variables
from stacks.facts import register_facts
from stacks.mail import mail
from stacks.pages_environment import OfWorker, PagesPlace
from stacks.site import build_variables
from stacks.topology import topology_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.cloudflare.edge_application_args import DurableObjectMigrationArgs, EdgeApplicationArgs
    from config.cloudflare_worker import ObjectMigration
    from config.stack import StackSettings


def build(stack: StackSettings, secrets: Mapping[str, pulumi.Output[str]]) -> Mapping[str, pulumi.Input[object]]:
    """Register the stack's resources and return its outputs. `secrets` are the values by name."""
    topology = topology_of(stack, Cloudflare)
    register_facts(stack)
    placed = pulumi.ResourceOptions(providers=[cloudflare_provider(), random.Provider("random")])
    database, uploads = database_of(stack, topology, placed), uploads_of(stack, topology, placed)
    bound = {"DB": migrated(stack, topology, database, placed)} if database else {}
    entries, messages = namespaces(stack, topology, placed), queues(stack, topology, placed)
    widget = challenge(stack, topology, placed)
    told = build_variables(stack, widget.site_key if widget else None)
    buckets: dict[str, pulumi.Input[str]] = {"UPLOADS": uploads.bucket_name} if uploads else {}
    values = {**secrets, **generated(stack, placed)}
    found = OfWorker(named(stack), bound, buckets, entries, messages.names, *keys(widget))
    pages = edge_pages(stack, topology, PagesPlace(topology.account_id, told, values, found), placed)
    plain, hidden = variables(stack, values, pages, widget)
    _zone(stack, topology, placed)
    check_sums(topology)
    args: EdgeApplicationArgs = {
        "account_id": topology.account_id,
        "script_name": named(stack),
        "main": topology.release.main,
        "sha256": topology.release.sha256,
        "gradual": topology.worker.gradual,
        "compatibility_date": topology.worker.compatibility_date,
        "compatibility_flags": list(topology.worker.compatibility_flags),
        "variables": plain,
        "secrets": hidden,
        "databases": bound,
        "buckets": buckets,
        "namespaces": entries,
        "queues": messages.names,
        "consumed": messages.consumed,
        "objects": dict(topology.worker.objects),
        "migrations": [_migration(each) for each in topology.worker.migrations],
        "crons": list(topology.worker.crons),
        "hosts": list(topology.hosts(stack.application)),
        "routes": routes(topology),
        "zone_id": topology.zone.id,
    }
    if (files := assets(topology.worker, topology.release)) is not None:
        args["assets"] = files
    if topology.release.candidate is not None:
        args["candidate"] = candidate(topology.release.candidate)
    if topology.worker.migrated is not None:
        args["migrated"] = topology.worker.migrated
    worker = EdgeApplication(f"{stack.app}-edge", args, placed)
    return {
        **({"url": url} if (url := address(topology, stack.application)) else {}),
        "worker": worker.script_name,
        **({"turnstileSiteKey": widget.site_key} if widget else {}),
        **({"database": database.database_id} if database else {}),
        **({"uploads": uploads.bucket_name} if uploads else {}),
        **edge_pages_outputs(topology, pages, told),
    }


def _zone(stack: StackSettings, topology: Cloudflare, placed: pulumi.ResourceOptions) -> None:
    """The hosts' own records come with the Worker's custom domains; here is what holds for the whole zone."""
    CloudflareZone(
        f"{stack.app}-zone",
        {
            "zone_id": topology.zone.id,
            "aliases": {},
            "proxied": True,
            "mail": mail(stack.application),
            "edge": edge(stack, topology.zone, topology.zone.name),
        },
        placed,
    )


def _migration(said: ObjectMigration) -> DurableObjectMigrationArgs:
    return {
        "tag": said.tag,
        "new_classes": list(said.new),
        "renamed_classes": dict(said.renamed),
        "deleted_classes": list(said.deleted),
    }
