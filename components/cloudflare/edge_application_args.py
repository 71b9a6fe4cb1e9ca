"""What an application at Cloudflare's edge is made from."""

from typing import NotRequired, TypedDict

import pulumi


class DurableObjectMigrationArgs(TypedDict):
    """What becomes of classes of Durable Objects, once."""

    tag: str
    """Its name, never used again."""
    new_classes: NotRequired[list[str]]
    """Classes that begin, each with a SQLite database for every object."""
    renamed_classes: NotRequired[dict[str, str]]
    """Classes that are called otherwise from now on; their objects stay."""
    deleted_classes: NotRequired[list[str]]
    """Classes that end, with all that their objects keep."""


class EdgeAssetsArgs(TypedDict):
    """Files that are served without the Worker."""

    directory: str
    """The folder with them, as seen from who deploys."""
    not_found: str
    """What is answered where there is no file: none (the Worker), 404-page or single-page-application."""
    headers: NotRequired[str]
    """Headers of the answers, as a file `_headers` says them; the provider reads no such file."""
    redirects: NotRequired[str]
    """Redirects, as a file `_redirects` says them; as above."""


class EdgeApplicationArgs(TypedDict):
    """A Worker, what it is bound to and where it answers."""

    account_id: pulumi.Input[str]
    """The account."""
    script_name: str
    """What the Worker is called there: unique in the account."""
    main: str
    """The built module, one file, as seen from who deploys."""
    sha256: str
    """Its SHA-256 sum, hexadecimal."""
    compatibility_date: str
    """The day whose behaviour of the runtime it was tested with, YYYY-MM-DD."""
    compatibility_flags: list[str]
    """What of the runtime is switched on beside that, such as nodejs_compat."""
    assets: NotRequired[EdgeAssetsArgs]
    """Files that are served without it; it reads them by the binding ASSETS."""
    variables: dict[str, pulumi.Input[str]]
    """Plain values by name."""
    secrets: dict[str, pulumi.Input[str]]
    """Secret values by name."""
    databases: dict[str, pulumi.Input[str]]
    """The ids of D1 databases by binding. With one, the Worker runs near it rather than near the visitor."""
    buckets: dict[str, pulumi.Input[str]]
    """The names of R2 buckets by binding."""
    objects: dict[str, str]
    """Classes of Durable Objects by binding."""
    migrations: list[DurableObjectMigrationArgs]
    """What became of these classes, in order: added to at its end, never changed."""
    migrated: NotRequired[str]
    """The tag of the last migration that is deployed; without it none is."""
    crons: list[str]
    """When it runs by itself, in UTC, as in `0 3 * * *`."""
    hosts: list[str]
    """The host names under which it answers, of the zone."""
    zone_id: pulumi.Input[str]
    """The id of the zone that has them."""
