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
    worker_first: NotRequired[list[str]]
    """Paths that the Worker answers whatever files there are, as in /api/*; one that begins with ! is taken out."""
    binding: NotRequired[str]
    """The name under which the Worker reads them itself; without it, it does not."""
    headers: NotRequired[str]
    """Headers of the answers, as a file `_headers` says them; the provider reads no such file."""
    redirects: NotRequired[str]
    """Redirects, as a file `_redirects` says them; as above."""


class EdgeConsumerArgs(TypedDict):
    """How a Worker is given the messages of a queue."""

    queue_id: pulumi.Input[str]
    """The queue's id."""
    batch: int
    """Messages that it is given at once, at most."""
    wait: int
    """Seconds after which it is given what is there."""
    retries: int
    """How often a message comes again that it did not take."""
    retry_delay: int
    """Seconds until such a message comes again."""
    concurrency: NotRequired[int]
    """How many batches are worked on at a time, at most; without it Cloudflare goes with the load."""
    dead_letter_name: NotRequired[pulumi.Input[str]]
    """The name of the queue that takes what is given up; without it that is lost."""


class EdgeRouteArgs(TypedDict):
    """What of a host a Worker answers."""

    paths: list[str]
    """The paths, as in /api/*."""
    leads_to: NotRequired[str]
    """The host that answers all other paths, or `100::` for no machine: a record is made that leads there through
    Cloudflare's network. Without it the host's record is there already."""


class EdgeCandidateArgs(TypedDict):
    """A release that is given to some of the requests."""

    main: str
    """The built module, one file, as seen from who deploys."""
    sha256: str
    """Its SHA-256 sum, hexadecimal."""
    percent: int
    """Of 100 requests, how many it is given."""
    directory: NotRequired[str]
    """The folder with its files, where the Worker serves any."""
    headers: NotRequired[str]
    """Headers of the answers from these files, as a file `_headers` says them."""
    redirects: NotRequired[str]
    """Redirects beside these files, as a file `_redirects` says them."""


class EdgeBinding(TypedDict):
    """What a Worker finds under a name, without its value."""

    name: str
    """The name."""
    type: str
    """What it is, as Cloudflare calls it: d1, secret_text, …"""
    target: NotRequired[pulumi.Input[str]]
    """The database, bucket, class, queue or namespace that it leads to."""


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
    gradual: NotRequired[bool]
    """Whether each release is a version by itself, of which two can answer; else a release answers at once."""
    candidate: NotRequired[EdgeCandidateArgs]
    """The release that is tried on some of the requests. Of a gradual Worker alone."""
    compatibility_date: str
    """The day whose behaviour of the runtime it was tested with, YYYY-MM-DD."""
    compatibility_flags: list[str]
    """What of the runtime is switched on beside that, such as nodejs_compat."""
    assets: NotRequired[EdgeAssetsArgs]
    """Files that are served without it."""
    variables: dict[str, pulumi.Input[str]]
    """Plain values by name."""
    secrets: dict[str, pulumi.Input[str]]
    """Secret values by name."""
    databases: dict[str, pulumi.Input[str]]
    """The ids of D1 databases by binding. With one, the Worker runs near it rather than near the visitor."""
    buckets: dict[str, pulumi.Input[str]]
    """The names of R2 buckets by binding."""
    namespaces: NotRequired[dict[str, pulumi.Input[str]]]
    """The ids of namespaces of KV by binding."""
    queues: NotRequired[dict[str, pulumi.Input[str]]]
    """The names of queues that it sends to, by binding."""
    consumed: NotRequired[dict[str, EdgeConsumerArgs]]
    """The queues whose messages it is given, by what each is called here."""
    objects: dict[str, str]
    """Classes of Durable Objects by binding."""
    migrations: list[DurableObjectMigrationArgs]
    """What became of these classes, in order: added to at its end, never changed."""
    migrated: NotRequired[str]
    """The tag of the last migration that is deployed; without it none is."""
    crons: list[str]
    """When it runs by itself, in UTC, as in `0 3 * * *`."""
    hosts: list[str]
    """The host names under which it answers every path, of the zone."""
    routes: NotRequired[dict[str, EdgeRouteArgs]]
    """What it answers of further hosts of the zone, by host."""
    zone_id: pulumi.Input[str]
    """The id of the zone that has them."""
