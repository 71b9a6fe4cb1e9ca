"""Where the data of a stack on a single server lies: on the server, in a bucket, or at somebody else's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulumi

from components.server.server_secrets import ServerSecrets
from config.cloudflare_turnstile_checks import domains
from config.values import Deletion
from stacks.cloudflare_names import named
from stacks.environment import WIDGET_SECRET, Places, near_postgres, near_redis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.aws.uploads import Uploads
    from components.aws.uploads_writer import UploadsWriter
    from components.cloudflare.edge_challenge import EdgeChallenge
    from components.cloudflare.pages_site import PagesSite
    from config.stack import StackSettings
    from config.vps import Vps
    from stacks.environment import Redis

POSTGRES_PASSWORD, REDIS_PASSWORD = "postgres", "redis"
"""What the passwords are called that the server makes itself: nobody else ever knows them."""
_LOOPBACK = "127.0.0.1"
_POSTGRES_PORT, _REDIS_PORT = 5432, 6379


@dataclass(frozen=True, slots=True)
class Stored:
    """A stack's data, as the rest of the stack sees it."""

    places: Places
    """Where everything is."""
    secrets: Mapping[str, pulumi.Output[str]]
    """The values of secrets by name, secret: those that are set, and those that the stack makes."""
    uploads: Uploads | None
    """The bucket for uploads, where there is one."""
    writer: UploadsWriter | None
    """Who writes it."""

    def beside(self, topology: Vps, site: PagesSite | None) -> Stored:
        """The same with the frontend's project at Pages, where it has one."""
        if site is None:
            return self
        previews = pulumi.Output.concat(".", site.subdomain) if topology.admits_previews() else None
        return replace(self, places=replace(self.places, site_url=site.url, site_previews=previews))


def store(
    stack: StackSettings, topology: Vps, secrets: Mapping[str, pulumi.Output[str]], placed: pulumi.ResourceOptions
) -> Stored:
    """Make what the application keeps beside the server, and say where everything is."""
    names = [name for name, secret in stack.used_secrets().items() if secret.generate]
    made = ServerSecrets(f"{stack.app}-secrets", {"names": names}, placed).values if names else {}
    uploads, writer = _uploads(stack, topology, placed)
    widget = _widget(stack, topology, placed)
    places = Places(
        near_postgres(stack, _LOOPBACK, _POSTGRES_PORT, POSTGRES_PASSWORD),
        _redis(stack, topology),
        uploads.bucket_name if uploads else None,
        uploads.url if uploads else None,
        {},
        site_key=widget.site_key if widget else None,
        static_url=_static(stack, topology, placed),
    )
    hidden = {WIDGET_SECRET: widget.secret_key} if widget else {}
    return Stored(places, {**secrets, **made, **hidden}, uploads, writer)


def _widget(stack: StackSettings, topology: Vps, placed: pulumi.ResourceOptions) -> EdgeChallenge | None:
    settings = topology.turnstile
    if settings is None:
        return None
    from components.cloudflare.edge_challenge import EdgeChallenge  # noqa: PLC0415 - its SDK takes a second

    return EdgeChallenge(
        f"{stack.app}-turnstile",
        {
            "account_id": settings.account_id,
            "title": named(stack),
            "domains": list(domains(stack.application)),
            "mode": settings.mode,
        },
        placed,
    )


def _uploads(
    stack: StackSettings, topology: Vps, placed: pulumi.ResourceOptions
) -> tuple[Uploads | None, UploadsWriter | None]:
    settings = topology.uploads
    if settings is None:
        return None, None
    from components.aws.uploads import Uploads  # noqa: PLC0415 - Amazon's SDK takes a second
    from components.aws.uploads_writer import UploadsWriter  # noqa: PLC0415

    bucket = Uploads(
        f"{stack.app}-uploads",
        {
            "origins": _origins(stack, topology),
            "deletion": settings.deletion,
            "destroy_objects": settings.deletion is Deletion.DESTROY,
        },
        placed,
    )
    return bucket, UploadsWriter(f"{stack.app}-uploads-writer", {"bucket_arn": bucket.bucket_arn}, placed)


def _static(stack: StackSettings, topology: Vps, placed: pulumi.ResourceOptions) -> pulumi.Output[str] | None:
    """What stands before the paths of static folders, where CloudFront shows them."""
    settings = topology.static
    if settings is None:
        return None
    from components.aws.static_folders import StaticFolders  # noqa: PLC0415 - Amazon's SDK takes a second

    folders = StaticFolders(
        f"{stack.app}-static",
        {
            "host": topology.hosts(stack.application)[0],
            "paths": [f"{each.path.rstrip('/')}/" for each in stack.application.static],
            "origins": _origins(stack, topology),
            "price_class": settings.price_class,
        },
        placed,
    )
    return folders.url


def _origins(stack: StackSettings, topology: Vps) -> list[str]:
    """Whose scripts may read files: the application's own pages, and those that may call its services."""
    own = [f"https://{host}" for host in topology.hosts(stack.application)]
    return list(dict.fromkeys([*own, *stack.application.origins()]))


def _redis(stack: StackSettings, topology: Vps) -> Redis | None:
    if topology.images is None:
        return near_redis(stack, _LOOPBACK, _REDIS_PORT, REDIS_PASSWORD)
    from stacks.docker_data import cache  # noqa: PLC0415 - for the servers that run containers

    return cache(stack)
